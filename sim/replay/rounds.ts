// SPDX-License-Identifier: MIT
import type { AccountId } from "../../sdk/order.js";
import type { Price } from "../../sdk/units.js";
import { markOf, type ReplayInput, type RoundRow } from "./input.js";
import { AN_ABSORB, liquidateAll, newTally, type KeeperTally } from "./keep.js";
import { winningSide } from "./defaulters.js";
import type { ReplayMarket, ReplayVenue, Trader } from "./ReplayVenue.js";
import { settle, type Settlement } from "./settlement.js";
import { survey } from "./survey.js";
import { toPrice } from "../venue/units.js";

/** A round as the contracts played it. */
export interface ChainRound extends Settlement {
  round: RoundRow;
  /** Others who were below zero at the frozen mark and were absorbed with them. */
  others: number;
  /**
   * Whether the largest winner could have closed his position: before the absorb, and in the lock. The error's name;
   * undefined: yes.
   */
  leaving: { before: string | undefined; locked: string | undefined };
}

export interface RoundsPlay {
  rounds: ChainRound[];
  keeper: KeeperTally;
}

/**
 * Plays the rounds with the clock stretched: before each, the mark walks to the round's price so slowly that the
 * anchors follow and a prompt keeper liquidates what it must, but the defaulters of rounds to come, which nobody took
 * that day either. Then the mark jumps by the gap, the defaulters are absorbed, the lock runs its time, and one
 * settlement ends it.
 */
export async function playRounds(
  venue: ReplayVenue,
  input: ReplayInput,
  done: (round: RoundRow) => void = () => {},
): Promise<RoundsPlay> {
  const keeper = newTally();
  const waiting = new Map<RoundRow, AccountId[]>();
  for (const market of venue.markets) {
    for (const { account, entrant } of market.members) {
      if (entrant?.round) waiting.set(entrant.round, [...(waiting.get(entrant.round) ?? []), account]);
    }
  }
  const rounds: ChainRound[] = [];
  for (const round of input.rounds) {
    const market = venue.markets.find(({ symbol }) => symbol === round.asset)!;
    const exempt = new Set([...waiting.values()].flat());
    const sweep = async () => void (await liquidateAll(venue, market, keeper, exempt));
    await sweep();
    await venue.moveTo(market, round.price, sweep);
    await venue.settleAnchors([market.group]);
    await sweep();
    const defaulters = waiting.get(round)!;
    waiting.delete(round);
    rounds.push(await playRound(venue, market, round, defaulters, exempt));
    done(round);
  }
  return { rounds, keeper };
}

async function playRound(
  venue: ReplayVenue,
  market: ReplayMarket,
  round: RoundRow,
  defaulters: AccountId[],
  exempt: ReadonlySet<AccountId>,
): Promise<ChainRound> {
  await venue.setMark(market, markOf(round));
  const below = [...survey(venue, market, toPrice(market.mark) as Price).values()].filter(({ equity }) => equity < 0n);
  const others = below.map(({ account }) => account).filter((account) => !exempt.has(account));
  const before = await leaves(venue, market, winningSide(round) === "long");

  const accounts = [...defaulters, ...others];
  const absorbGas: number[] = [];
  for (let from = 0; from < accounts.length; from += AN_ABSORB) {
    const [receipt] = await venue.must([venue.absorb(market, accounts.slice(from, from + AN_ABSORB))]);
    absorbGas.push(Number(receipt!.gasUsed));
  }
  const locked = await leaves(venue, market, winningSide(round) === "long");
  await venue.mine([], Number(venue.groupOf(market).until));
  const settlement = await settle(venue, market, { time: round.time, wave: round.wave }, absorbGas);
  return { ...settlement, round, others: others.length, leaving: { before, locked } };
}

/**
 * With what error the contracts refuse the trader with the largest position on the winning side to close it now;
 * undefined: they do not.
 */
async function leaves(venue: ReplayVenue, market: ReplayMarket, long: boolean): Promise<string | undefined> {
  const seen = survey(venue, market, toPrice(market.mark) as Price);
  const held = ({ account }: Trader) => seen.get(account)?.size ?? 0n;
  const winners = market.members.filter(
    (member) => member.entrant && held(member) > 0n && seen.get(member.account)!.long === long,
  );
  if (winners.length === 0) return "NobodyThere";
  const largest = winners.reduce((a, b) => (held(b) > held(a) ? b : a));
  return venue.refusal(venue.closing(market, largest, long ? held(largest) : -held(largest)));
}
