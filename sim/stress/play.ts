// SPDX-License-Identifier: MIT
import { liveQuotes } from "../../keeper/look/quotes.js";
import { healthAt } from "../../keeper/look/snapshotOf.js";
import { ownerOf } from "../../sdk/order.js";
import { Audit } from "./Audit.js";
import { CHEAP, Crew, type Means } from "./Crew.js";
import { Pressure, type Depth } from "./depth.js";
import { at, type Path } from "./paths.js";
import type { Outcome, Series } from "./result.js";
import type { Stage } from "./Stage.js";
import { Tally } from "./Tally.js";

/** From one second of a run until another, the second not included. */
export type Span = readonly [from: number, until: number];

/** What happens to a venue once it is open. */
export interface Play {
  /** By market. A market without one stands still. */
  paths: Readonly<Record<string, Path>>;
  /** Seconds between updates of the feeds, and looks of the keeper. */
  tick?: number;
  /** No feed is updated. */
  oracleOut?: Span;
  /** No block is made at all; then prices are not used until the grace of the price source is over. */
  sequencerDown?: Span;
  keepersAsleep?: Span;
  /** What keepers meet at a second. Default: cheap gas and room for all. */
  means?: (second: number) => Means;
  /**
   * Liquidations move the price of their market along this curve, in parts of its open interest, half forgotten after
   * `halfLife` seconds.
   */
  impact?: { curve: readonly Depth[]; halfLife: number };
}

const TICK = 12;
const VISITS = 200; // seconds between others who trade while keepers sleep
const LONGEST = 3_600; // after the last mark: the venue has to come to rest by then

/** Plays a run and checks the venue after it. `tell` hears how far it is, from 0 to 1. */
export async function play(stage: Stage, run: Play, tell: (share: number) => void = () => {}): Promise<Outcome> {
  const tally = new Tally(stage);
  const audit = new Audit(stage);
  const crew = new Crew(stage, tally, audit);
  const begin = stage.now + 1;
  const tick = run.tick ?? TICK;
  const length = Math.max(...Object.values(run.paths).map((path) => path.at(-1)![0]));
  const pressures = pressuresOf(stage, run, begin);
  const series = newSeries(stage);
  const vaultBefore = await vaultEquity(stage);
  let [visited, lowest, calm] = [0, 1, false];

  for (let second = 0; second < length + LONGEST && !calm; second += tick) {
    if (within(run.sequencerDown, second)) continue;
    const time = begin + second;
    if (run.sequencerDown && second >= run.sequencerDown[1] && second - tick < run.sequencerDown[1]) {
      tally.add(stage.eventsOf(await stage.sequencerIsBack(time)));
    }
    const marks = stage.markets.map((market) => {
      const path = at(run.paths[market.symbol] ?? [], Math.min(second, length));
      return [market, market.first * (path * (pressures.get(market.id)?.factor(time) ?? 1))] as const;
    });
    if (within(run.oracleOut, second)) await stage.mine([], time);
    else tally.add(stage.eventsOf(await stage.setMarks(marks, time)));
    lowest = Math.min(lowest, stage.markets[0]!.mark / stage.markets[0]!.first);

    let helped = false;
    if (!within(run.keepersAsleep, second)) {
      const done = await crew.react(run.means?.(second) ?? CHEAP);
      for (const { market, notional, time: sold } of done.sold) pressures.get(market)?.sell(notional, sold);
      helped = done.helped;
    } else if (second - visited >= VISITS) {
      visited = second;
      await crew.passBy();
    }
    await record(stage, series, second, tally);
    calm = second >= length && !helped && (await isCalm(stage));
    tell(Math.min(1, second / length));
  }

  const { rate, belowZero, debt, vaultDebt } = await audit.whole();
  return {
    waterfall: tally.waterfall,
    locks: tally.locks(stage.now - begin),
    lowest,
    calm,
    worstCharge: { ofMark: tally.worstOfMark, ofJump: tally.worstOfJump, ofEquity: audit.worstOfEquity },
    vaultBefore,
    vaultAfter: await vaultEquity(stage),
    recoveryRate: rate,
    leftBelowZero: belowZero,
    leftDebt: debt,
    vaultDebt,
    refusals: crew.refusals,
    broken: [...tally.broken, ...audit.broken],
    series,
  };
}

function within(span: Span | undefined, second: number): boolean {
  return span !== undefined && second >= span[0] && second < span[1];
}

function pressuresOf(stage: Stage, { impact }: Play, begin: number): Map<bigint, Pressure> {
  if (!impact) return new Map();
  return new Map(
    stage.markets.map(({ id, interest }) => {
      const curve = impact.curve.map(({ distance, notional }) => ({ distance, notional: notional * interest }));
      return [id, new Pressure(curve, impact.halfLife, begin)];
    }),
  );
}

/** No lock and no gap. */
async function isCalm(stage: Stage): Promise<boolean> {
  const { groups } = await stage.look();
  return [...groups.values()].every(({ group }) => group.phase === 0n && !group.gapped);
}

async function vaultEquity(stage: Stage): Promise<number> {
  const [equity] = await stage.ask(stage.deployed.clearinghouse, "vaultEquity", []);
  return Number(equity) / 1e9;
}

function newSeries(stage: Stage): Series {
  const prices = Object.fromEntries(stage.markets.map(({ symbol }) => [symbol, [] as number[]]));
  return { seconds: [], prices, vault: [], deficit: [], liquidated: [], locked: [] };
}

async function record(stage: Stage, series: Series, second: number, tally: Tally): Promise<void> {
  const { groups } = await stage.look();
  series.seconds.push(second);
  for (const { symbol, mark, first } of stage.markets) series.prices[symbol]!.push(mark / first);
  series.vault.push(await vaultEquity(stage));
  series.deficit.push(await deficit(stage));
  series.liquidated.push(tally.liquidated);
  series.locked.push([...groups.values()].filter(({ group }) => group.phase !== 0n).length);
}

/** What accounts below zero owe at live marks, and open estates. */
async function deficit(stage: Stage): Promise<number> {
  const { groups, header } = await stage.look();
  let sum = [...groups.values()].reduce((total, { group }) => total + group.deficit, 0n);
  const quotes = new Map(
    [...stage.venue.groups.values()].map((state) => [
      state.id,
      liveQuotes(state, groups.get(state.id)!, header.timestamp),
    ]),
  );
  for (const account of stage.venue.accounts.values()) {
    const state = stage.venue.groups.get(account.group);
    if (state === undefined || account.legs.every((leg) => leg === undefined)) continue;
    if (ownerOf(account.id).toLowerCase() === stage.at.vault.toLowerCase()) continue;
    const { equity } = healthAt(stage.venue, state, account, quotes.get(state.id)!);
    if (equity < 0n) sum -= equity;
  }
  return Number(sum) / 1e9;
}
