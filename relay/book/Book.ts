// SPDX-License-Identifier: MIT
import { crc32 } from "node:zlib";
import type { Live } from "./Live.js";
import { Side } from "./Side.js";

/** A price of a side and its size in all: zero when the level is gone. */
export interface LevelSize {
  readonly price: bigint;
  readonly size: bigint;
}

/** What changed in a book, under the number that follows on the one before. */
export interface Delta {
  readonly market: bigint;
  readonly sequence: number;
  readonly bids: readonly LevelSize[];
  readonly asks: readonly LevelSize[];
  /** Of the book after it; see `checksumOf`. */
  readonly checksum: number;
}

/** Levels of each side that the checksum covers. */
export const CHECKSUM_LEVELS = 25;

/** The orders of one market. */
export class Book {
  readonly bids = new Side(true);
  readonly asks = new Side(false);
  /** Of the last delta. */
  sequence = 0;

  constructor(readonly market: bigint) {}

  sideOf(live: Live): Side {
    return live.buys ? this.bids : this.asks;
  }

  against(live: Live): Side {
    return live.buys ? this.asks : this.bids;
  }

  /** What has changed since the last call; undefined when nothing has. */
  takeDelta(): Delta | undefined {
    const [bids, asks] = [this.bids.takeChanges(), this.asks.takeChanges()].map((changes) =>
      changes.map(([price, size]) => ({ price, size })),
    ) as [LevelSize[], LevelSize[]];
    if (bids.length === 0 && asks.length === 0) return undefined;
    return { market: this.market, sequence: ++this.sequence, bids, asks, checksum: this.checksum() };
  }

  snapshot(depth = Infinity): Delta {
    const cut = ({ levels }: Side) => levels.slice(0, depth).map(({ price, size }) => ({ price, size }));
    const { market, sequence } = this;
    return { market, sequence, bids: cut(this.bids), asks: cut(this.asks), checksum: this.checksum() };
  }

  private checksum(): number {
    return checksumOf(this.bids.levels, this.asks.levels);
  }
}

/**
 * CRC-32 of the best levels in text: `price:size` of 25 bids from the best on, then of 25 asks, joined by commas. A
 * reader that lost a delta sees it here, also when the numbers agree.
 */
export function checksumOf(bids: readonly LevelSize[], asks: readonly LevelSize[]): number {
  const text = [bids, asks].map((levels) =>
    levels
      .slice(0, CHECKSUM_LEVELS)
      .map(({ price, size }) => `${price}:${size}`)
      .join(),
  );
  return crc32(text.join());
}
