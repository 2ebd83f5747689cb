// SPDX-License-Identifier: MIT
import { PAUSE_LEVELS, PHASES } from "../../../../sdk/views.js";
import type { AccountView, GroupView, VenueView } from "../../data/lens";
import { money, rate, span } from "../../format";
import { portfolioText } from "../../text/portfolio";

const text = portfolioText.limit;
/** The recovery rate at par. */
const PAR = 10n ** 18n;

export interface WithdrawLimit {
  /** Claims that can leave now, 1e-9 quote. */
  readonly max: bigint;
  /** The same without the venue's outflow cap: what can move between own accounts. */
  readonly movable: bigint;
  /** Why it is not all of the account's cash, or that it is. */
  readonly reasons: readonly string[];
}

export interface LimitFacts {
  readonly account: AccountView;
  readonly venue: VenueView;
  /** Of the account's positions; undefined without any. */
  readonly group: GroupView | undefined;
  /** The chain's clock. */
  readonly now: bigint;
  /** What is pledged counts for so much in the account's equity; 0 unless it is given. */
  readonly counted?: bigint | undefined;
}

/** What may be withdrawn now, and in words why it is not more. The amount is the lens's. */
export function withdrawLimit({ account, venue, group, now, counted = 0n }: LimitFacts): WithdrawLimit {
  const { health, positions } = account;
  const movable = health.withdrawable;
  const reasons = whyNotMore(account, venue, positions.length > 0 ? group : undefined, now, counted);

  return withinOutflow(movable, reasons, venue, now);
}

type Outflow = Pick<VenueView, "recoveryRate" | "outflowLeft" | "outflowWindowEnds">;

/** What may leave of what may move: the venue's cap on outflows counts what is paid, claims at the recovery rate. */
export function withinOutflow(
  movable: bigint,
  before: readonly string[],
  { recoveryRate, outflowLeft, outflowWindowEnds }: Outflow,
  now: bigint,
): WithdrawLimit {
  const reasons = [...before];
  const paid = (movable * recoveryRate) / PAR;
  let max = movable;
  if (movable > 0n && paid > outflowLeft) {
    max = recoveryRate === 0n ? 0n : (outflowLeft * PAR) / recoveryRate;
    const ends = outflowWindowEnds > now ? outflowWindowEnds - now : 0n;
    reasons.push(text.outflow(money(outflowLeft), span(ends === 0n ? 86_400n : ends)));
  }
  if (recoveryRate < PAR && movable > 0n) reasons.push(text.recovery(rate(recoveryRate)));
  if (reasons.length === 0) reasons.push(text.all);
  return { max, movable, reasons };
}

function whyNotMore(
  account: AccountView,
  venue: VenueView,
  group: GroupView | undefined,
  now: bigint,
  counted: bigint,
): string[] {
  const { health } = account;
  if (venue.uncoveredGroups > 0) return [text.uncovered(String(venue.uncoveredGroups))];
  if (PAUSE_LEVELS[venue.pauseLevel] === "REDUCE_ONLY") return [text.paused];
  if (health.cash < 0n) return [text.debt];
  if (health.cash === 0n && health.withdrawable === 0n) return [text.empty];
  if (group !== undefined) {
    const phase = PHASES[group.phase];
    if (phase === "LOCKED") return [text.locked(span(BigInt(group.until) - now))];
    if (phase === "SETTLING") return [text.settling];
    if (group.gapped) return [text.gapped];
    if (!health.fresh) return [text.stale];
  }
  if (health.withdrawable >= health.cash) return [];
  const reasons: string[] = [];
  const alone = health.equity - counted; // cash and positions
  if (health.initial > 0n) reasons.push(text.margin(money(health.initial, "up")));
  if (alone > health.cash) reasons.push(text.gains);
  if (alone < health.cash && counted > 0n) reasons.push(text.pledged);
  const byMargin = (alone < health.cash ? alone : health.cash) + counted - health.initial;
  const most = byMargin < health.cash ? byMargin : health.cash;
  const bound = counted > 0n && alone < most ? alone : most;
  if (health.withdrawable < (bound > 0n ? bound : 0n)) reasons.push(text.anchor);
  return reasons;
}
