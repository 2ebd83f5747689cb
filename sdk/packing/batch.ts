// SPDX-License-Identifier: MIT
import { NO_NODE, type NodeId } from "../level.js";
import type { MarketId } from "../order.js";
import type { Hex } from "../orderHash.js";
import { OutOfRange, bigintOf } from "../range.js";
import type { Size } from "../units.js";
import { Malformed, Reader, field } from "./bytes.js";
import { packOrder, readOrder, type Packable, type Unpacked } from "./order.js";

/** A maker order inside a match. */
export interface FillWish<Signed = Packable> {
  readonly maker: Signed;
  /** At most this much; none: all that is left of the order. */
  readonly size?: Size | undefined;
  /** A node near the place of the maker's new level. */
  readonly hint?: NodeId | undefined;
}

/** One taker order against maker orders at the makers' limits. */
export interface MatchWish<Signed = Packable> {
  readonly taker: Signed;
  readonly hint?: NodeId | undefined;
  readonly fills: readonly FillWish<Signed>[];
}

/** Matches of one group. Strict: the first bad order refuses all; else it is passed over and told by an event. */
export interface Batch<Signed = Packable> {
  readonly strict: boolean;
  readonly matches: readonly MatchWish<Signed>[];
}

/** A maker order is of another market than its match. */
export class OtherMarket extends Error {
  override readonly name = "OtherMarket";

  constructor(
    readonly market: MarketId,
    readonly expected: MarketId,
  ) {
    super(`a maker order of market ${market} cannot meet a match in ${expected}: leave it out, or match it there`);
  }
}

const MAX_SIZE = 2n ** 72n - 1n;
const MAX_MAKERS = 255;

/** What `settle` takes. Throws as packOrder does, and OtherMarket. */
export function packBatch({ strict, matches }: Batch): Hex {
  return `0x${[strict ? "01" : "00", ...matches.map(packMatch)].join("")}`;
}

/** What `liquidate` takes: makers of one market. */
export function packMakers(fills: readonly FillWish[]): Hex {
  const market = fills[0]?.maker.order.market;
  return `0x${countOf(fills)}${fills.map((fill) => makerText(fill, market!)).join("")}`;
}

/** What `fillOrder` takes: one maker, and how much is taken. */
export function packMaker(fill: FillWish & { readonly size: Size }): Hex {
  return `0x${makerText(fill, fill.maker.order.market)}`;
}

/** The batch in packed bytes. Throws Malformed for what no batch packs to. */
export function unpackBatch(packed: string): Batch<Unpacked> {
  const reader = new Reader(packed);
  const strict = reader.uint(1);
  if (strict > 1n) throw new Malformed(0, "its first byte is neither 0 nor 1");
  const matches: MatchWish<Unpacked>[] = [];
  while (!reader.atEnd) matches.push(readMatch(reader));
  return { strict: strict === 1n, matches };
}

/** The makers of `market` in packed bytes, as `liquidate` takes them. */
export function unpackMakers(packed: string, market: MarketId): FillWish<Unpacked>[] {
  const reader = new Reader(packed);
  const fills = Array.from({ length: Number(reader.uint(1)) }, () => readMaker(reader, market));
  reader.end();
  return fills;
}

function packMatch({ taker, hint = NO_NODE, fills }: MatchWish): string {
  const { market } = taker.order;
  return [
    field(market, 4, "order.market"),
    countOf(fills),
    field(hint, 6, "hint"),
    packOrder(taker).slice(2),
    ...fills.map((fill) => makerText(fill, market)),
  ].join("");
}

function makerText({ maker, size, hint = NO_NODE }: FillWish, market: MarketId): string {
  if (maker.order.market !== market) throw new OtherMarket(maker.order.market, market);
  const max = size === undefined ? 0n : bigintOf(size, 1n, MAX_SIZE, "size of a fill");
  return `${field(max, 9, "size of a fill")}${field(hint, 6, "hint")}${packOrder(maker).slice(2)}`;
}

function countOf(fills: readonly FillWish[]): string {
  if (fills.length > MAX_MAKERS) throw new OutOfRange(fills.length, "makers of a match", `at most ${MAX_MAKERS}`);
  return field(BigInt(fills.length), 1, "makers of a match");
}

function readMatch(reader: Reader): MatchWish<Unpacked> {
  const market = reader.uint(4) as MarketId;
  const count = Number(reader.uint(1));
  const hint = reader.uint(6) as NodeId;
  const taker = readOrder(reader, market);
  return { taker, hint, fills: Array.from({ length: count }, () => readMaker(reader, market)) };
}

function readMaker(reader: Reader, market: MarketId): FillWish<Unpacked> {
  const max = reader.uint(9) as Size;
  const hint = reader.uint(6) as NodeId;
  return { maker: readOrder(reader, market), size: max === 0n ? undefined : max, hint };
}
