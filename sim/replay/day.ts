// SPDX-License-Identifier: MIT
import type { AccountId } from "../../sdk/order.js";
import type { Price } from "../../sdk/units.js";
import type { ReplayInput } from "./input.js";
import { AN_ABSORB, count, liquidateAll, newTally } from "./keep.js";
import type { ReplayVenue, ReplayMarket } from "./ReplayVenue.js";
import { settle, type Settlement } from "./settlement.js";
import { survey } from "./survey.js";
import { fromPrice, toPrice } from "../venue/units.js";

export interface LockReport {
  asset: string;
  from: number;
  /** When it was ended. */
  until: number;
  anchor: number;
  frozen: number;
  defaulters: number;
  deficit: number;
  vaultPaid: number;
  charged: number;
  shortfall: number;
  /** Notional of winners' positions that were torn up, at the frozen mark. */
  tornUp: number;
  /** Winners' charge over their gain in the jump. */
  theta: number;
}

/** The prices at their own times, a prompt keeper, nobody exempt. */
export interface DayReport {
  from: number;
  until: number;
  locks: LockReport[];
  /** Seconds locked between the first and the last price, by asset. */
  lockedSeconds: Record<string, number>;
  lockedShare: Record<string, number>;
  liquidations: number;
  absorbed: number;
  deleverages: number;
  deficit: number;
  vaultPaid: number;
  charged: number;
  shortfall: number;
  tornUp: number;
  /** Transactions of the keeper that failed, by error. */
  failures: Record<string, number>;
}

export interface DayPlay {
  report: DayReport;
  settlements: Settlement[];
}

const TICK = 12; // a block of mainnet
const LOOKS = 8;
const SAID = 5_000; // moments: a minute or two
const LONGEST = 3_600; // after the last price: locks have to end by then

/**
 * Plays the prices at their times from `start` (of the chain) on; a keeper reacts to each and to every tick. `say`
 * hears how far it is.
 */
export async function playDay(
  venue: ReplayVenue,
  input: ReplayInput,
  say: (text: string) => void = () => {},
): Promise<DayPlay> {
  const [from, until] = [Math.floor(input.prices[0]!.time), Math.floor(input.prices.at(-1)!.time)];
  // The chain's clock may be past the prices' after a long opening: they are moved by whole seconds.
  const shift = Math.max(0, venue.now + TICK - from);
  const play = new Day(venue, shift);
  const given = new Map(input.prices.map(({ time, asset, mark }) => [`${Math.floor(time)} ${asset}`, mark]));
  const ticks = new Set(input.prices.map(({ time }) => Math.floor(time)));
  for (let time = from; time <= until; time += TICK) ticks.add(time);
  const moments = [...ticks].sort((a, b) => a - b);
  say(`${hours(until - from)} hours of prices, ${moments.length} moments`);
  for (const [index, time] of moments.entries()) {
    if (index > 0 && index % SAID === 0) say(`moment ${index} of ${moments.length}`);
    for (const market of venue.markets) {
      const mark = given.get(`${time} ${market.symbol}`);
      if (mark !== undefined) await venue.setMark(market, mark, time + shift);
    }
    for (const market of venue.markets) await play.react(market, time);
  }
  for (let time = until + TICK; !play.calm(); time += TICK) {
    if (time > until + LONGEST) throw new Error(`locks have not ended ${LONGEST} s after the last price`);
    for (const market of venue.markets) await play.react(market, time);
  }
  return { report: play.report(from, until), settlements: play.settlements };
}

function hours(seconds: number): string {
  return (seconds / 3_600).toFixed(1);
}

interface OpenLock {
  lock: LockReport;
  lockedAt: bigint;
  anchor: Price;
  recordedMark: Price;
}

class Day {
  readonly settlements: Settlement[] = [];
  private readonly tally = newTally();
  private readonly locks: LockReport[] = [];
  private readonly open = new Map<ReplayMarket, OpenLock>();
  /** Of the lock that runs. */
  private readonly absorbGas = new Map<ReplayMarket, number[]>();

  constructor(
    private readonly venue: ReplayVenue,
    private readonly shift: number,
  ) {}

  calm(): boolean {
    return this.venue.markets.every((market) => this.venue.groupOf(market).phase === "NORMAL");
  }

  /** What a prompt keeper does about one moment. */
  async react(market: ReplayMarket, time: number): Promise<void> {
    const { venue } = this;
    if (venue.now < time + this.shift) await venue.mine([], time + this.shift);
    for (let look = 0; look < LOOKS; ++look) {
      const { phase, until, absorbed } = venue.groupOf(market);
      const over = phase === "LOCKED" && venue.now + 1 >= Number(until);
      let helped = false;
      if (over && absorbed > 0n) helped = await this.deleverage(market, time);
      if (phase === "NORMAL" || over) helped = (await this.poke(market)) || helped;
      helped = (await this.absorb(market)) || helped;
      helped = (await this.liquidate(market)) || helped;
      if (!helped) return;
    }
  }

  /** Anchors move on, a gap locks, a lock without defaults ends. */
  private async poke(market: ReplayMarket): Promise<boolean> {
    const before = this.venue.groupOf(market).phase;
    await this.venue.must([this.venue.poke(market.group)]);
    await this.note(market);
    return this.venue.groupOf(market).phase !== before;
  }

  private async absorb(market: ReplayMarket): Promise<boolean> {
    const { venue } = this;
    const { phase, until } = venue.groupOf(market);
    if (phase === "LOCKED" && venue.now + 1 >= Number(until)) return false;
    const mark = phase === "LOCKED" ? this.open.get(market)!.recordedMark : (toPrice(market.mark) as Price);
    const below = [...survey(venue, market, mark).values()].filter(({ equity }) => equity < 0n);
    if (below.length === 0) return false;
    const debt = below.reduce((sum, { equity }) => sum - equity, 0n);
    const { lastUnlock } = venue.groupOf(market);
    const { lockDelay, minDebt } = venue.state.parameters;
    const early = lastUnlock !== 0n && BigInt(venue.now) + 1n < lastUnlock + lockDelay;
    if (phase === "NORMAL" && (debt < minDebt || early)) return false;
    const accounts = below.map(({ account }) => account);
    let absorbed = 0;
    for (let from = 0; from < accounts.length; from += AN_ABSORB) {
      const before = venue.groupOf(market).absorbed;
      const part: AccountId[] = accounts.slice(from, from + AN_ABSORB);
      const { receipts, failures } = await venue.try([venue.absorb(market, part)]);
      const gas = receipts.filter(({ ok }) => ok).map(({ gasUsed }) => Number(gasUsed));
      this.absorbGas.set(market, [...(this.absorbGas.get(market) ?? []), ...gas]);
      for (const failure of failures) count(this.tally, failure);
      await this.note(market);
      absorbed += Number(venue.groupOf(market).absorbed - before);
    }
    this.tally.absorbed += absorbed;
    return absorbed > 0;
  }

  /** In a lock only legs on the side that lost may be liquidated. */
  private liquidate(market: ReplayMarket): Promise<boolean> {
    const lock = this.open.get(market);
    if (lock === undefined) return liquidateAll(this.venue, market, this.tally);
    const rose = lock.recordedMark > lock.anchor;
    return liquidateAll(this.venue, market, this.tally, new Set(), ({ long }) => long !== rose);
  }

  private async deleverage(market: ReplayMarket, time: number): Promise<boolean> {
    const settlement = await settle(
      this.venue,
      market,
      { time, wave: -1 - this.settlements.length },
      this.absorbGas.get(market) ?? [],
    );
    this.absorbGas.delete(market);
    this.settlements.push(settlement);
    const { lock } = this.open.get(market)!;
    const { defaulters, deficit, vaultPaid, charged, shortfall, chargePerUnit, jump } = settlement;
    Object.assign(lock, { defaulters, deficit, vaultPaid, charged, shortfall });
    lock.tornUp = settlement.metrics.closed * settlement.frozen;
    lock.theta = jump === 0 ? 0 : chargePerUnit / jump;
    await this.note(market);
    return true;
  }

  /** Keeps the list of locks up to date with the group's phase. */
  private async note(market: ReplayMarket): Promise<void> {
    const { phase, lockedAt } = this.venue.groupOf(market);
    const open = this.open.get(market);
    // One transaction may end a lock and begin the next.
    if (open !== undefined && (phase === "NORMAL" || open.lockedAt !== lockedAt)) {
      this.locks.push({ ...open.lock, until: this.venue.now - this.shift });
      this.open.delete(market);
    }
    if (phase !== "LOCKED" || this.open.has(market)) return;
    const { lens, clearinghouse } = this.venue.deployed;
    const { anchor, recordedMark } = await lens.market(clearinghouse, market.id);
    const lock: LockReport = {
      asset: market.symbol,
      from: Number(lockedAt) - this.shift,
      until: 0,
      anchor: fromPrice(anchor),
      frozen: fromPrice(recordedMark),
      defaulters: 0,
      deficit: 0,
      vaultPaid: 0,
      charged: 0,
      shortfall: 0,
      tornUp: 0,
      theta: 0,
    };
    this.open.set(market, { lock, lockedAt, anchor: anchor as Price, recordedMark: recordedMark as Price });
  }

  report(from: number, until: number): DayReport {
    const assets = this.venue.markets.map(({ symbol }) => symbol);
    const seconds = (asset: string) =>
      this.locks
        .filter((lock) => lock.asset === asset)
        .reduce((sum, lock) => sum + Math.max(0, Math.min(lock.until, until) - Math.max(lock.from, from)), 0);
    const total = (value: (lock: LockReport) => number) => this.locks.reduce((sum, lock) => sum + value(lock), 0);
    return {
      from,
      until,
      locks: this.locks,
      lockedSeconds: Object.fromEntries(assets.map((asset) => [asset, seconds(asset)])),
      lockedShare: Object.fromEntries(assets.map((asset) => [asset, seconds(asset) / Math.max(1, until - from)])),
      liquidations: this.tally.liquidations,
      absorbed: this.tally.absorbed,
      deleverages: this.settlements.reduce((sum, { transactions }) => sum + transactions, 0),
      deficit: total(({ deficit }) => deficit),
      vaultPaid: total(({ vaultPaid }) => vaultPaid),
      charged: total(({ charged }) => charged),
      shortfall: total(({ shortfall }) => shortfall),
      tornUp: total(({ tornUp }) => tornUp),
      failures: Object.fromEntries(this.tally.failures),
    };
  }
}
