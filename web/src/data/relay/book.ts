// SPDX-License-Identifier: MIT
import { crc32 } from "./crc32";
import type { BookMessage } from "./schemas";

export interface Level {
  readonly price: bigint;
  readonly size: bigint;
}

/** A market's book as its reader has it. Best first. */
export interface Book {
  readonly sequence: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** Why a reader has to ask for the whole book again. */
export type Resync = { readonly resync: "gap" | "checksum" | "crossed" | "unsorted" };

/** Levels of each side that the checksum covers. */
const CHECKED = 25;

/** The whole book, when its checksum is right. */
export function fromSnapshot(message: BookMessage): Book | Resync {
  const [bids, asks] = [message.bids.map(levelOf), message.asks.map(levelOf)];
  return checked({ sequence: message.sequence, bids, asks }, message.checksum);
}

/** The book after a delta. A delta that the book has already changes nothing; one too far ahead means a lost one. */
export function withDelta(book: Book, message: BookMessage): Book | Resync {
  if (message.sequence <= book.sequence) return book;
  if (message.sequence !== book.sequence + 1) return { resync: "gap" };
  const bids = merged(book.bids, message.bids, (a, b) => a > b);
  const asks = merged(book.asks, message.asks, (a, b) => a < b);
  return checked({ sequence: message.sequence, bids, asks }, message.checksum);
}

export function isResync(value: Book | Resync): value is Resync {
  return "resync" in value;
}

/** The checksum of a book, as the relay makes it (docs/relay.md). */
export function checksumOf({ bids, asks }: Pick<Book, "bids" | "asks">): number {
  const text = [bids, asks].map((levels) =>
    levels
      .slice(0, CHECKED)
      .map(({ price, size }) => `${price}:${size}`)
      .join(),
  );
  return crc32(text.join());
}

function checked(book: Book, checksum: number): Book | Resync {
  if (!sorted(book.bids, (a, b) => a > b) || !sorted(book.asks, (a, b) => a < b)) return { resync: "unsorted" };
  return checksumOf(book) === checksum ? book : { resync: "checksum" };
}

const levelOf = ([price, size]: readonly [bigint, bigint]): Level => ({ price, size });

function sorted(levels: readonly Level[], before: (a: bigint, b: bigint) => boolean): boolean {
  return levels.every(({ price, size }, i) => size > 0n && (i === 0 || before(levels[i - 1]!.price, price)));
}

/** Both lists are short beside a frame's time: changes are laid into the levels one by one. */
function merged(
  levels: readonly Level[],
  changes: BookMessage["bids"],
  before: (a: bigint, b: bigint) => boolean,
): readonly Level[] {
  if (changes.length === 0) return levels;
  const next = [...levels];
  for (const [price, size] of changes) {
    let low = 0;
    let high = next.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(next[middle]!.price, price)) low = middle + 1;
      else high = middle;
    }
    const present = next[low]?.price === price;
    if (size === 0n) {
      if (present) next.splice(low, 1);
    } else next.splice(low, present ? 1 : 0, { price, size });
  }
  return next;
}

/** The middle of best bid and ask; undefined when a side is empty. */
export function middle({ bids, asks }: Book): bigint | undefined {
  const [bid, ask] = [bids[0]?.price, asks[0]?.price];
  return bid === undefined || ask === undefined ? undefined : (bid + ask) / 2n;
}
