// SPDX-License-Identifier: MIT
import { PHASE, type VenueView } from "../../data/lens";
import type { PortfolioView } from "../../data/options/lens";
import { money } from "../../format";
import { optionsText } from "../../text/options";
import { portfolioText } from "../../text/portfolio";
import { withinOutflow, type WithdrawLimit } from "../portfolio/withdrawLimit";

const text = portfolioText.limit;

/** Margin moves with each second: this part of it is left, so that what is reviewed can still leave when it is sent. */
const MOVES = 1_000n;

type Account = Pick<PortfolioView, "cash" | "phase" | "fresh" | "positions" | "margin">;
type Venue = Pick<VenueView, "uncoveredGroups" | "recoveryRate" | "outflowLeft" | "outflowWindowEnds">;

/** What may leave an account of an option clearinghouse now, and why it is not more: as OptionMargin has it. */
export function optionLimit(account: Account, venue: Venue, now: bigint): WithdrawLimit {
  const { movable, reasons } = movableOf(account, venue);
  return withinOutflow(movable, reasons, venue, now);
}

function movableOf({ cash, phase, fresh, positions, margin }: Account, { uncoveredGroups }: Venue) {
  const none = (reason: string) => ({ movable: 0n, reasons: [reason] });
  if (uncoveredGroups > 0) return none(text.uncovered(String(uncoveredGroups)));
  if (cash < 0n) return none(text.debt);
  if (positions.length === 0) return cash === 0n ? none(text.empty) : { movable: cash, reasons: [] };
  if (phase !== 0) return none(optionsText.standstill[PHASE[phase] as "LOCKED" | "SETTLING"]);
  if (!fresh) return none(optionsText.staleWithdrawal);
  const own = least(cash, margin.equity) - margin.initial - margin.initial / MOVES;
  const most = least(own, margin.atAnchor, margin.atRecorded);
  const reasons: string[] = [];
  if (margin.initial > 0n) {
    reasons.push(text.margin(money(margin.initial, "up")), optionsText.marginMoves);
  }
  if (margin.equity > cash) reasons.push(text.gains);
  if (most < own) reasons.push(text.anchor);
  return { movable: most > 0n ? most : 0n, reasons };
}

function least(...values: readonly bigint[]): bigint {
  return values.reduce((low, value) => (value < low ? value : low));
}
