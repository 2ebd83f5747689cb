// SPDX-License-Identifier: MIT
// Why the contracts would refuse a trade, by their own errors and in their words. The chain has the last word.
import { abs } from "../../../../sdk/arithmetic.js";
import { namedError } from "../../../../sdk/errors.js";
import { PPM } from "../../../../sdk/units.js";
import type { MarginFigures, OptionGroupView, TradeLeg } from "../../data/options/lens";
import { notionalUp } from "../../format/notional";
import { optionsText as text } from "../../text/options";

export interface JudgedLeg extends TradeLeg {
  /** What the account holds of it. */
  readonly held: bigint;
  readonly mark: bigint;
  /** Of its expiry; of the perpetual its mark. */
  readonly forward: bigint;
  /** It is listed, and has not expired. */
  readonly open: boolean;
}

export interface Judged {
  readonly account: bigint;
  readonly group: Pick<OptionGroupView, "group" | "phase" | "spotFresh" | "fresh" | "live" | "levelTime"> & {
    readonly params: Pick<OptionGroupView["params"], "minNotional" | "priceBand">;
    readonly risk: Pick<OptionGroupView["risk"], "maxLegs">;
  };
  readonly legs: readonly JudgedLeg[];
  /** What is not filled at once rests, at its limit: then that has to lie within the price band. */
  readonly rests: boolean;
  /** The venue's access gate does not admit the owner. */
  readonly barred: boolean;
  readonly before: MarginFigures;
  readonly later: MarginFigures;
}

export interface Refused {
  readonly name: string;
  readonly sentence: string;
}

/** The first error with which the contracts would refuse it; undefined: none that is known before. */
export function judge(judged: Judged): Refused | undefined {
  const { account, group, legs, later } = judged;
  if (group.phase !== 0) return namedError("GroupLocked", { group: BigInt(group.group) });
  for (const { series, open } of legs) if (!open) return namedError("SeriesNotTradable", { series });
  if (judged.barred && !legs.every(reduces)) return namedError("AccessDenied", { account });
  if (!group.spotFresh) return { name: "PriceNotFresh", sentence: text.standstill.spot };
  if (!group.fresh) return { name: "PriceNotFresh", sentence: text.standstill.oldLevel };
  for (const leg of legs) {
    const flaw = legFlaw(leg, judged);
    if (flaw !== undefined) return flaw;
  }
  const max = BigInt(group.risk.maxLegs);
  if (later.legs > max && later.legs > judged.before.legs)
    return namedError("TooManyLegs", { account, legs: later.legs, max });
  return marginFlaw(judged);
}

function legFlaw(leg: JudgedLeg, { account, group, rests }: Judged): Refused | undefined {
  const { held, size, price, mark, forward } = leg;
  const after = held + size;
  const minimum = BigInt(group.params.minNotional);
  const [fill, left] = [notionalUp(size, group.live.spot), notionalUp(after, group.live.spot)];
  if (fill < minimum && after !== 0n) return namedError("FillTooSmall", { notional: fill, minimum });
  if (after !== 0n && left < minimum) return namedError("PositionTooSmall", { account, notional: left, minimum });
  if (rests && abs(price - mark) * PPM > forward * BigInt(group.params.priceBand))
    return namedError("OutsidePriceBand", { price, mark });
  return undefined;
}

function marginFlaw({ account, legs, before, later }: Judged): Refused | undefined {
  const sound = later.atAnchor >= 0n && later.atRecorded >= 0n;
  if (later.equity >= later.initial && sound) return undefined;
  // Who only reduces need not be above initial margin: his equity / maintenance must not fall.
  const ratioHolds = later.equity * before.maintenance >= before.equity * later.maintenance;
  const allowed = later.equity >= later.initial || (legs.every(reduces) && later.equity >= 0n && ratioHolds);
  if (!allowed) return namedError("InsufficientMargin", { account, equity: later.equity, required: later.initial });
  const anchored = later.atAnchor >= 0n || later.atAnchor >= before.atAnchor;
  const recorded = later.atRecorded >= 0n || later.atRecorded >= before.atRecorded;
  if (anchored && recorded) return undefined;
  return namedError("UnsoundAtAnchor", { account, atAnchor: later.atAnchor, atRecordedMark: later.atRecorded });
}

function reduces({ held, size }: JudgedLeg): boolean {
  return held !== 0n && held > 0n !== size > 0n && abs(size) <= abs(held);
}
