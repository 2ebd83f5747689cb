// SPDX-License-Identifier: MIT
import { abs, min } from "../../../../sdk/arithmetic.js";
import { discountOf } from "../../../../sdk/margin/discount.js";
import type { MarketParameters } from "../../../../sdk/parameters/market.js";
import { accountOf } from "../../../../sdk/order.js";
import { money, PPM, PRICE_UNIT } from "../../../../sdk/units.js";

/** What a group waits for, and from when on, Unix seconds. */
export interface Due {
  readonly what: "gap" | "anchors" | "lock" | "lift" | "settle" | "settling";
  readonly at: bigint;
}

export interface GroupState {
  readonly phase: "NORMAL" | "LOCKED" | "SETTLING";
  readonly gapped: boolean;
  readonly until: bigint;
  readonly anchorsDue: bigint;
  readonly absorbed: number;
}

/** The next thing to do for a group. Of a lock: what ends it depends on whether it gathered somebody. */
export function dueOf({ phase, gapped, until, anchorsDue, absorbed }: GroupState, now: bigint): Due {
  if (phase === "SETTLING") return { what: "settling", at: now };
  if (phase === "LOCKED") {
    if (now < until) return { what: "lock", at: until };
    return { what: absorbed === 0 ? "lift" : "settle", at: until };
  }
  return gapped ? { what: "gap", at: now } : { what: "anchors", at: anchorsDue };
}

export interface Rates {
  readonly keeperShare: bigint;
  readonly vaultDiscount: bigint;
}

/**
 * What a keeper gets at most for handing a position to the vault, floor: his part of the discount, as far as the vault
 * keeps its own. The vault may take less than all.
 */
export function vaultReward(
  { equity, maintenance }: { readonly equity: bigint; readonly maintenance: bigint },
  parameters: MarketParameters,
  { keeperShare, vaultDiscount }: Rates,
  size: bigint,
  mark: bigint,
): bigint {
  const discount = discountOf({ equity: money(equity), maintenance: money(maintenance) } as never, parameters);
  const left = discount - vaultDiscount;
  const part = left <= 0n ? 0n : min((discount * keeperShare) / PPM, left);
  return (abs(size) * mark * part) / (PPM * PRICE_UNIT);
}

/** What the last step of a settlement pays, at most; 0n: too little was owed. */
export function refundOf(deficit: bigint, refund: bigint, minDebt: bigint): bigint {
  return deficit < minDebt ? 0n : min(refund, deficit);
}

/** What inventory brings against the mark, floor, 1e-9 quote. */
export function offerGain(size: bigint, mark: bigint, price: bigint): bigint {
  return (abs(size) * abs(mark - price)) / PRICE_UNIT;
}

/** An account as people write it: its id, an address, or address#number. Undefined: it is none of these. */
export function accountTyped(typed: string): bigint | undefined {
  const text = typed.trim();
  const match = /^(0x[0-9a-fA-F]{40})(?:\s*#\s*(\d{1,10}))?$/.exec(text);
  if (match) {
    const number = BigInt(match[2] ?? "0");
    return number < 1n << 32n ? accountOf(match[1]!.toLowerCase() as `0x${string}`, number) : undefined;
  }
  if (!/^[1-9]\d{0,57}$/.test(text)) return undefined;
  const id = BigInt(text);
  return id < 1n << 192n ? id : undefined;
}
