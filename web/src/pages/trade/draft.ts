// SPDX-License-Identifier: MIT
// From what the ticket says to the order that is signed: pure.
import { USE, type AccountId, type MarketId, type Order, type Use } from "../../../../sdk/order.js";
import { PPM, price, size } from "../../../../sdk/units.js";
import { saltOf } from "../../../../sdk/salt.js";

export const KINDS = ["market", "limit", "post", "ioc", "stop", "take"] as const;
export type Kind = (typeof KINDS)[number];

export interface Draft {
  readonly kind: Kind;
  readonly buys: boolean;
  /** Magnitude, 1e-9 base. */
  readonly size: bigint;
  /** Of limit orders; undefined: by the mark and `slippage`. */
  readonly limit?: bigint | undefined;
  readonly trigger?: bigint | undefined;
  readonly reduceOnly: boolean;
  /** Ppm that a market order's, or a triggered one's, price may be worse than the mark or the trigger. */
  readonly slippage: bigint;
}

/** How an order of a kind stands in the book. */
export function useOf(kind: Kind): Use {
  if (kind === "limit") return USE.EITHER;
  return kind === "post" ? USE.MAKER : USE.TAKER;
}

export const isTriggered = (kind: Kind): boolean => kind === "stop" || kind === "take";

/** The worst price: as given, or the mark (of triggered ones the trigger) and the slippage. */
export function limitOf({ kind, buys, limit, trigger, slippage }: Draft, mark: bigint): bigint | undefined {
  if (kind === "limit" || kind === "post" || kind === "ioc") return limit;
  const from = isTriggered(kind) ? trigger : mark;
  if (from === undefined) return undefined;
  const by = (from * slippage) / PPM;
  return tidy(buys ? from + by : from - by, buys);
}

/** To six significant digits, away from the mark: a limit is read by people. */
function tidy(at: bigint, up: boolean): bigint {
  const step = 10n ** BigInt(Math.max(0, at.toString().length - 6));
  return up ? ((at + step - 1n) / step) * step : (at / step) * step;
}

/**
 * Whether a trigger waits for the mark to rise to it. A stop closes at a loss: that of a long (a sell) is below the
 * mark, that of a short (a buy) above. A take-profit the other way round.
 */
export function waitsAbove(kind: Kind, buys: boolean): boolean {
  return kind === "stop" ? buys : !buys;
}

export interface Signing {
  readonly account: AccountId;
  readonly market: MarketId;
  readonly mark: bigint;
  /** The chain's clock, seconds. */
  readonly now: bigint;
  /** How long the order is good for, seconds. */
  readonly validFor: bigint;
  readonly maxFee: bigint;
  /** Above each sequence that was used before in the lane. */
  readonly sequence: bigint;
  readonly lane: bigint;
}

/** The order of a draft; undefined while something of it is missing. */
export function orderOf(draft: Draft, signing: Signing): Order | undefined {
  const limit = limitOf(draft, signing.mark);
  if (limit === undefined || draft.size <= 0n) return undefined;
  const triggered = isTriggered(draft.kind);
  if (triggered && draft.trigger === undefined) return undefined;
  return {
    account: signing.account,
    market: signing.market,
    size: size(draft.buys ? draft.size : -draft.size),
    limit: price(limit),
    salt: saltOf(signing.sequence, signing.lane),
    expiry: signing.now + signing.validFor,
    use: useOf(draft.kind),
    reduceOnly: draft.reduceOnly || triggered,
    maxFee: signing.maxFee,
    matcher: "0x0000000000000000000000000000000000000000",
    trigger: price(triggered ? draft.trigger! : 0n),
    triggerAbove: triggered && waitsAbove(draft.kind, draft.buys),
  };
}

/** The lowest lane without an open order of the account: a higher sequence in a lane replaces what lives there. */
export function freeLane(used: Iterable<bigint>): bigint {
  const taken = new Set(used);
  let lane = 0n;
  while (taken.has(lane)) ++lane;
  return lane;
}

/** The next sequence: the chain's time in milliseconds, and above the last that this page used. */
export function nextSequence(now: bigint, last: bigint): bigint {
  const byClock = now * 1_000n;
  return byClock > last ? byClock : last + 1n;
}
