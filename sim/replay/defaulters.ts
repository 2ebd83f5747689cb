// SPDX-License-Identifier: MIT
import { opposite, SMALLEST_TRADE, signOf, type ReplayInput, type RoundRow, type Side } from "./input.js";
import { gridMark, nearestStep, STEP } from "./walk.js";

/** Somebody who opens a position before the replay begins. */
export interface Entrant {
  name: string;
  side: Side;
  size: number;
  entry: number;
  /** The mark at which he opens, as steps of the grid. */
  step: number;
  /** Cash, quote; never below the initial margin of the opening. */
  margin: number;
  /** Whose default a round is; undefined for the population. */
  round?: RoundRow;
}

/** Who opens in one market. */
export interface Entrants {
  list: Entrant[];
  /** Positions that were given more cash, because their margin was below the initial margin, and how much in all. */
  toppedUp: { accounts: number; quote: number };
  /** Positions that are worth less than the smallest trade. */
  dust: { accounts: number; quote: number };
  /** Positions that are below zero at the first price, and what they owe there: defaults of an earlier jump. */
  insolvent: { accounts: number; quote: number };
}

/** What a fill must leave, with a little to spare for rounding. */
const INITIAL = 0.05 * 1.0001;

/** The population of one market as the contracts admit it, and the defaulters of its rounds. */
export function entrantsOf(input: ReplayInput, asset: string, defaulters: number): Entrants {
  const start = input.prices.find((row) => row.asset === asset)!.mark;
  const none = () => ({ accounts: 0, quote: 0 });
  const result: Entrants = { list: [], toppedUp: none(), dust: none(), insolvent: none() };
  for (const row of input.positions.filter((each) => each.asset === asset)) {
    const step = nearestStep(start, row.entry);
    const mark = gridMark(start, step);
    if (row.size * Math.min(row.entry, mark) < SMALLEST_TRADE) {
      count(result.dust, row.size * row.entry);
      continue;
    }
    const atStart = row.margin + signOf(row.side) * row.size * (start - row.entry);
    if (atStart < 0) {
      count(result.insolvent, -atStart);
      continue;
    }
    const value = signOf(row.side) * row.size * (mark - row.entry);
    const min = row.size * mark * INITIAL - value;
    if (row.margin < min) count(result.toppedUp, min - row.margin);
    const { side, size, entry } = row;
    result.list.push({ name: row.account, side, size, entry, step, margin: Math.max(row.margin, min) });
  }
  input.rounds
    .filter((round) => round.asset === asset)
    .forEach((round, index) => result.list.push(...defaultersOf(round, `defaulter ${index}`, start, defaulters)));
  return result;
}

function count(total: { accounts: number; quote: number }, quote: number): void {
  ++total.accounts;
  total.quote += quote;
}

/**
 * The defaulters of a round: together they hold its quantity, opened at the mark of the grid nearest to the round's
 * price at which initial margin still admits a cash that is gone exactly at that price. Their equity at the round's
 * mark is then `-qty * gap`.
 */
export function defaultersOf(round: RoundRow, name: string, start: number, wanted: number): Entrant[] {
  const sign = signOf(round.side);
  // (entry - price) / entry >= initial margin for a long; a short's price is above his entry.
  const bound = round.price / (1 - sign * INITIAL);
  const exact = Math.log(bound / start) / Math.log(STEP);
  const step = sign > 0 ? Math.ceil(exact) : Math.floor(exact);
  const entry = gridMark(start, step);
  const count = Math.max(1, Math.min(wanted, Math.floor((round.qty * round.price) / (10 * SMALLEST_TRADE))));
  const part = Math.floor((round.qty / count) * 1e9) / 1e9;
  return Array.from({ length: count }, (_, index) => {
    const size = index === 0 ? round.qty - part * (count - 1) : part;
    const margin = size * sign * (entry - round.price);
    return { name: `${name}.${index}`, side: round.side, size, entry, step, margin, round };
  });
}

/** The side that a round closes against. */
export function winningSide(round: RoundRow): Side {
  return opposite(round.side);
}
