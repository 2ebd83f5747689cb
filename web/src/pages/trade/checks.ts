// SPDX-License-Identifier: MIT
import { PPM } from "../../../../sdk/units.js";
import { abs } from "../../../../sdk/arithmetic.js";
import type { Book } from "../../data/relay/book";
import { money, moment, percent } from "../../format";
import { tradeText } from "../../text/trade";
import { isTriggered, limitOf, waitsAbove, type Draft } from "./draft";
import { reducible, type MarketTerms, type Preview } from "./preview";

const text = tradeText.closed;

export interface Situation {
  readonly connected: boolean;
  readonly rightChain: boolean;
  readonly chainThere: boolean;
  readonly relayThere: boolean;
  readonly market:
    | {
        readonly fresh: boolean;
        readonly settled: boolean;
        readonly phase: "NORMAL" | "LOCKED" | "SETTLING";
        readonly lockedUntil: bigint;
        readonly pauseLevel: number;
        /** Ppm. */
        readonly priceBand: bigint;
        readonly terms: MarketTerms;
      }
    | undefined;
  /** The venue's access gate does not admit the owner. */
  readonly barred: boolean;
  readonly equity: bigint | undefined;
  readonly held: bigint;
  readonly book: Book | undefined;
}

/** Pauses that take new risk away: NO_NEW_RISK and REDUCE_ONLY. */
const REDUCING = new Set([1, 3]);

/** Why nothing at all can be signed now; undefined: it can. */
export function closedFor(situation: Situation): string | undefined {
  const { connected, rightChain, chainThere, relayThere, market } = situation;
  if (!connected) return text.noWallet;
  if (!rightChain) return text.wrongChain;
  if (!chainThere || market === undefined) return text.noChain;
  if (!relayThere) return text.noRelay;
  if (market.settled) return text.settled;
  if (market.phase !== "NORMAL") return text.locked(moment(market.lockedUntil));
  return undefined;
}

/** Why this very order cannot be signed: the first reason, or none. What it would come to is known once it is whole. */
export function flawOf(draft: Draft, situation: Situation, preview: Preview | undefined): string | undefined {
  const { market, book, held, equity, barred } = situation;
  if (market === undefined) return text.noChain;
  const { terms, fresh, pauseLevel, priceBand } = market;
  const triggered = isTriggered(draft.kind);
  if (draft.kind === "market" && !fresh) return text.stalePrice;
  if (draft.kind === "market" && book === undefined) return text.noBook;
  if (draft.size <= 0n) return text.missing.size;
  if (triggered && draft.trigger === undefined) return text.missing.trigger;
  const limit = limitOf(draft, terms.mark);
  if (limit === undefined) return text.missing.limit;
  const size = draft.buys ? draft.size : -draft.size;
  const reduces = draft.reduceOnly || triggered;
  if (reduces && reducible(held, size) === 0n) return text.nothingToReduce;
  if (triggered) {
    const above = waitsAbove(draft.kind, draft.buys);
    if (above ? draft.trigger! <= terms.mark : draft.trigger! >= terms.mark) {
      return text.wrongTrigger(above ? text.above : text.below);
    }
    return undefined; // what it will come to is not known before the mark is there
  }
  if (draft.kind === "post" && book !== undefined) {
    const against = draft.buys ? book.asks[0]?.price : book.bids[0]?.price;
    if (against !== undefined && (draft.buys ? against <= limit : against >= limit)) return text.wouldTake;
  }
  if (
    draft.kind !== "market" &&
    abs(limit - terms.mark) * PPM > terms.mark * priceBand &&
    crosses(draft.buys, limit, terms.mark)
  ) {
    return text.outsideBand(percent(priceBand));
  }
  if (preview === undefined) return undefined;
  const notional = (abs(size) * terms.mark) / 10n ** 18n;
  if (notional < terms.minNotional && preview.sizeAfter !== 0n) return text.tooSmall(money(terms.minNotional));
  if (REDUCING.has(pauseLevel) && !preview.reduces) return text.paused;
  if (preview.reduces) return undefined;
  if (barred) return text.barred;
  if (equity !== undefined && equity <= 0n) return text.noEquity;
  if (preview.equityAfter < preview.required) return text.margin(money(preview.required - preview.equityAfter, "up"));
  return undefined;
}

/** A price on the far side of the mark would be filled at once by anybody, and may be no further than the band. */
function crosses(buys: boolean, limit: bigint, mark: bigint): boolean {
  return buys ? limit > mark : limit < mark;
}

export function termsOf(view: {
  readonly mark: bigint;
  readonly openInterest: bigint;
  readonly params: Readonly<Record<string, bigint | number>>;
}): MarketTerms {
  const { params } = view;
  const of = (name: string) => BigInt(params[name]!);
  return {
    mark: view.mark,
    openInterest: view.openInterest,
    initialMargin: of("initialMargin"),
    maintenanceMargin: of("maintenanceMargin"),
    takerFee: of("takerFee"),
    makerFee: of("makerFee"),
    softCap: of("softCap"),
    hardCap: of("hardCap"),
    minNotional: of("minNotional"),
  };
}
