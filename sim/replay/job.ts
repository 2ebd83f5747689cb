// SPDX-License-Identifier: MIT
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import type { ModeName } from "../../deploy/deploy-novation.js";
import type { Price } from "../../sdk/units.js";
import type { ReadArtifact } from "../venue/deployVenue.js";
import { evmChain } from "../venue/evm.js";
import { toPrice } from "../venue/units.js";
import { playDay, type DayPlay } from "./day.js";
import { entrantsOf, type Entrants } from "./defaulters.js";
import type { ReplayInput } from "./input.js";
import type { Book } from "./offchain.js";
import { ReplayVenue } from "./ReplayVenue.js";
import { playRounds, type ChainRound } from "./rounds.js";
import { holderOf, survey } from "./survey.js";
import { verifyState } from "./verify.js";
import { gridMark } from "./walk.js";

/** One mode of a replay, on a chain of its own. */
export interface ReplayJob {
  kind: "replay";
  input: ReplayInput;
  mode: ModeName;
  defaulters: number;
  vault: number;
  /** Also play the prices at their own times; without rounds that is done in any case. */
  day: boolean;
}

/** A job for a reader. */
export const labelOfReplay = ({ mode }: ReplayJob): string => `replay in ${mode}`;

/** One mode on the contracts. */
export interface ModePlay {
  mode: ModeName;
  rounds: ChainRound[];
  day: DayPlay | undefined;
  books: Book[];
  seconds: { mode: string; opening: number; rounds: number; day: number };
}

const EARLIER = 150_000; // seconds for the walk through the entries
const SAMPLES = 50; // accounts of a market that are held against the lens at the end

export function shippedArtifacts(): ReadArtifact {
  return builtArtifacts(new URL("../../build/artifacts", import.meta.url).pathname, "npm run lab -- replay");
}

export async function doReplayJob(
  { input, mode, defaulters, vault, day: wantsDay }: ReplayJob,
  artifact: ReadArtifact,
  say: (text: string) => void = () => {},
): Promise<ModePlay> {
  const entrants = new Map(input.assets.map((asset) => [asset, entrantsOf(input, asset, defaulters)]));
  const began = Date.now();
  const chain = await evmChain(Math.floor(input.prices[0]!.time) - EARLIER);
  try {
    const marks = input.assets.map((asset) => ({ asset, mark: topOf(input, asset, entrants.get(asset)!) }));
    const venue = await ReplayVenue.deploy(chain, { mode, artifact, vault }, marks);
    for (const asset of input.assets) {
      const { list } = entrants.get(asset)!;
      let opened = 0;
      await venue.open(asset, list, startOf(input, asset), (more) => {
        opened += more;
        if (Math.floor(opened / 1000) === Math.floor((opened - more) / 1000) && opened < list.length) return;
        say(`${mode}: ${asset}: ${opened} of ${list.length} positions open after ${elapsed(began)} s`);
      });
    }
    const opening = elapsed(began);
    const books = venue.markets.map((market): Book => {
      const seen = [...survey(venue, market, toPrice(market.mark) as Price).values()].filter(({ size }) => size > 0n);
      const side = (long: boolean) =>
        seen.filter((each) => each.long === long).map((each) => holderOf(each, market.mark));
      return { asset: market.symbol, long: side(true), short: side(false) };
    });

    let day: DayPlay | undefined;
    const dayBegan = Date.now();
    if (wantsDay || input.rounds.length === 0) {
      const back = input.rounds.length > 0 ? await venue.remember() : undefined;
      say(`${mode}: playing the prices at their own times`);
      day = await playDay(venue, input, (text) => say(`${mode}: ${text}`));
      await back?.();
    }
    const dayTook = elapsed(dayBegan);
    const roundsBegan = Date.now();
    const { rounds } = await playRounds(venue, input, (round) => {
      say(`${mode}: ${round.asset} round at ${new Date(round.time * 1000).toISOString().slice(11, 19)} played`);
    });
    for (const market of venue.markets) await verifyState(venue, market, SAMPLES);
    return { mode, rounds, day, books, seconds: { mode, opening, rounds: elapsed(roundsBegan), day: dayTook } };
  } finally {
    chain.stop();
  }
}

function startOf(input: ReplayInput, asset: string): number {
  return input.prices.find((row) => row.asset === asset)!.mark;
}

function topOf(input: ReplayInput, asset: string, { list }: Entrants): number {
  return gridMark(startOf(input, asset), Math.max(0, ...list.map(({ step }) => step)));
}

function elapsed(since: number): number {
  return Math.round((Date.now() - since) / 100) / 10;
}
