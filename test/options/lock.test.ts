// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { Contract } from "ethers";
import { OptionBench } from "../../bench/optionOperations.js";
import type { Moment } from "../../bench/Bench.js";
import { levelUp } from "../../sdk/level.js";
import type { AccountId } from "../../sdk/order.js";
import { curveOf, markOf, PERPETUAL, type Factors } from "../../sdk/reference/options/curve.js";
import {
  absorbIn,
  equityIn,
  gainsIn,
  registerIn,
  reliefIn,
  settleIn,
  unitsOfLeg,
  type OptionAccount,
  type OptionLock,
  type OptionSeries,
} from "../../sdk/reference/options/lock.js";
import { FINE } from "../../sdk/reference/state.js";
import { money, price, size } from "../../sdk/units.js";
import { Random } from "../differential/random.js";

const NANO = 10n ** 9n;
const PRICE = 10n ** 18n;
const SPOT = 100_000n * PRICE;
/** `NOVATION_OPTION_PLAYS` plays more of them, from `NOVATION_OPTION_SEED` on. */
const [ACCOUNTS, PLAYS] = [6, Number(process.env.NOVATION_OPTION_PLAYS ?? "12")];
const FIRST = Number(process.env.NOVATION_OPTION_SEED ?? "1");

/** Units of 1e-9 quote that floors of the contracts may differ by, a leg, and of a part of a unit of size besides. */
const UNITS = 3n;

interface SeriesAnswer {
  mark: bigint;
  anchor: bigint;
  openInterest: bigint;
  estateLong: bigint;
  estateShort: bigint;
  chargeLong: bigint;
  chargeShort: bigint;
  nodes: bigint;
}
interface WorthAnswer {
  equity: bigint;
  atAnchor: bigint;
  atRecorded: bigint;
  relief: bigint;
  credit: bigint;
}

const near = (actual: bigint, expected: bigint, within: bigint, what: string) => {
  const off = actual > expected ? actual - expected : expected - actual;
  expect(off <= within, `${what}: ${actual} for ${expected}, ${off} off`).to.equal(true);
};

/** One lock of 1 to 40 series, on the contracts and on the reference, which keeps every position by itself. */
class Play {
  readonly series: bigint[] = [];
  readonly lock: OptionLock = {
    accounts: new Map(),
    series: new Map(),
    deficit: money(0n),
    reserve: money(0n),
    absorbed: 0,
  };

  constructor(
    private readonly option: OptionBench,
    private readonly views: Contract,
    private readonly random: Random,
  ) {}

  async run(): Promise<{ series: number; absorbed: number; relieved: boolean; paid: bigint }> {
    await this.open();
    await this.option.pass();
    await this.option.pass();
    await this.jump();
    await this.readMarks();
    await this.compareBefore();
    return this.resolve();
  }

  private at(i: number): bigint {
    return this.option.account(20 + i);
  }

  private async open(): Promise<void> {
    const { random, option } = this;
    await option.act("fund", this.at(0), 50_000_000n * NANO);
    this.lock.accounts.set(this.at(0) as AccountId, {
      cash: money(50_000_000n * NANO),
      legs: new Map(),
      relief: undefined,
    });
    for (let i = 1; i < ACCOUNTS; ++i) {
      const cash = BigInt(random.whole(100, 6_000)) * NANO;
      await option.act("fund", this.at(i), cash);
      this.lock.accounts.set(this.at(i) as AccountId, { cash: money(cash), legs: new Map(), relief: undefined });
    }
    const count = random.whole(1, 40);
    for (let k = 0; k < count; ++k) {
      const series =
        k === 3 ? option.perpetual : option.option(BigInt(k % 8), BigInt(random.whole(0, 14)), random.chance(0.5));
      if (!this.series.includes(series)) this.series.push(series);
    }
    for (const series of this.series) {
      // Whoever has it trades it once, so his level is that of his price.
      for (let i = 1; i < ACCOUNTS; ++i) {
        if (!random.chance(0.6)) continue;
        const buys = random.chance(0.5);
        await this.fill(buys ? i : 0, buys ? 0 : i, i, series);
      }
    }
  }

  /** The other side is a maker's account of its own for each fill, so that it has one level too. */
  private async fill(buyer: number, seller: number, trader: number, series: bigint): Promise<void> {
    const { random, option } = this;
    const maker = option.account(1_000 + trader + 10 * this.series.indexOf(series));
    const { mark } = (await this.look("seriesAt", series)) as SeriesAnswer;
    const at = (mark * BigInt(random.whole(98, 102))) / 100n;
    const units = BigInt(random.whole(1, 400)) * (NANO / 1_000n) + BigInt(random.whole(0, 999));
    const id = (i: number) => (i === 0 ? maker : this.at(i));
    await option.act("fund", maker, 1_000_000n * NANO);
    const fills = await option.fill(id(buyer), id(seller), series, units, at).then(
      () => true,
      () => false, // not sound
    );
    this.lock.accounts.set(maker as AccountId, { cash: money(1_000_000n * NANO), legs: new Map(), relief: undefined });
    if (!fills) return;
    this.book(id(buyer), series, units, at);
    this.book(id(seller), series, -units, at);
  }

  private book(id: bigint, series: bigint, units: bigint, at: bigint): void {
    const { level } = levelUp(price(units > 0n ? at : -at), price(SPOT));
    const leg = { fine: units << FINE, cost: (units << FINE) * at, node: level };
    this.lock.accounts.get(id as AccountId)!.legs.set(Number(series & 255n), leg);
  }

  private async jump(): Promise<void> {
    const { random, option } = this;
    option.bench.wait(random.whole(0, 40_000));
    if (random.chance(0.7)) await option.act("postLevel", 1n, BigInt(random.whole(600, 1_400)) * 1_000_000n);
    await option.setSpot(random.chance(0.5) ? random.scaled(SPOT, 0.8, 0.95) : random.scaled(SPOT, 1.05, 1.2));
    await option.call("poke", [1n]);
  }

  /** The reference has the same marks, to the unit, from the factors of the lock alone. */
  private markAt(id: bigint, { spot, level, time }: Factors): bigint {
    const index = Number(id & 255n);
    if (index === PERPETUAL) return spot; // nothing has been traded at a premium: no funding
    return markOf(curveOf(this.option.ladder(index >> 5), { spot, level, time }), index & 31);
  }

  private async readMarks(): Promise<void> {
    const { anchor, recorded } = (await this.look("groupOf", 1n)) as { anchor: Factors; recorded: Factors };
    for (const id of this.series) {
      const seen = (await this.look("seriesAt", id)) as SeriesAnswer;
      expect(seen.mark, `mark of ${id}`).to.equal(this.markAt(id, recorded));
      expect(seen.anchor, `anchor of ${id}`).to.equal(this.markAt(id, anchor));
      const series: OptionSeries = {
        mark: price(seen.mark),
        anchor: price(seen.anchor),
        expired: false,
        openInterest: size(seen.openInterest),
        estateLong: size(0n),
        estateShort: size(0n),
        chargeLong: price(0n),
        chargeShort: price(0n),
      };
      this.lock.series.set(Number(id & 255n), series);
    }
  }

  private async compareBefore(): Promise<void> {
    for (const [id, account] of this.lock.accounts) {
      const seen = (await this.look("worth", id, 1n)) as WorthAnswer;
      const legs = BigInt(account.legs.size);
      near(seen.equity, equityIn(this.lock, account), UNITS * legs, "equity at the frozen factors");
      near(seen.atAnchor, equityIn(this.lock, account, "anchor"), UNITS * legs, "equity at the anchor");
      expect(seen.relief, "relief").to.equal(reliefIn(this.lock, account));
    }
  }

  private async resolve(): Promise<{ series: number; absorbed: number; relieved: boolean; paid: bigint }> {
    const { option, lock, random } = this;
    let relieved = false;
    for (const id of lock.accounts.keys()) {
      if (reliefIn(lock, lock.accounts.get(id)!) === 0n || !random.chance(0.7)) continue;
      await option.call("net", [1n, [id]]);
      relieved = registerIn(lock, id) || relieved;
    }
    const low = (account: OptionAccount) => account.legs.size > 0 && equityIn(lock, account) < -100n;
    const defaulters = [...lock.accounts].filter(([, account]) => low(account)).map(([id]) => id);
    if (defaulters.length === 0) return { series: lock.series.size, absorbed: 0, relieved, paid: 0n };
    defaulters.sort((a, b) => (a < b ? -1 : 1));
    await option.call("absorb", [1n, defaulters]);
    for (const id of defaulters) expect(absorbIn(lock, id), "is below zero").to.equal(true);
    near(((await this.look("groupOf", 1n)) as { deficit: bigint }).deficit, lock.deficit, 200n, "deficit");
    lock.deficit = money(((await this.look("groupOf", 1n)) as { deficit: bigint }).deficit);

    const gains = gainsIn(lock);
    option.bench.wait(121);
    await option.call("deleverage", [1n, BigInt(random.whole(0, 300))]);
    while (((await this.look("groupOf", 1n)) as { phase: bigint }).phase !== 0n) {
      await option.call("deleverage", [1n, BigInt(random.whole(1, 60))]);
    }
    const receipt = settleIn(lock);
    expect(receipt.shortfall <= gains, "what is missing is less than a jump").to.equal(true);
    const [, shortfall] = (await this.look("books")) as [bigint, bigint];
    expect(shortfall, "shortfall").to.equal(receipt.shortfall);
    await this.compareAfter();
    return { series: lock.series.size, absorbed: defaulters.length, relieved, paid: receipt.charged };
  }

  private async compareAfter(): Promise<void> {
    const { lock } = this;
    for (const [index, series] of lock.series) {
      const seen = (await this.look("seriesAt", (1n << 8n) | BigInt(index))) as SeriesAnswer;
      for (const name of ["openInterest", "estateLong", "estateShort", "chargeLong", "chargeShort"] as const) {
        expect(seen[name], `${name} of ${index}`).to.equal(series[name]);
      }
    }
    for (const [id, account] of lock.accounts) {
      const seen = (await this.look("worth", id, 1n)) as WorthAnswer;
      let slack = UNITS;
      for (const [index, leg] of account.legs) {
        const [units] = (await this.look("sizeOf", id, (1n << 8n) | BigInt(index))) as [bigint];
        near(units, unitsOfLeg(leg), 1n, `size of ${index}`);
        slack += UNITS + lock.series.get(index)!.mark / PRICE; // of a level torn up in part: a part of a unit
      }
      near(seen.atRecorded + seen.credit, equityIn(lock, account), slack, "equity after the settlement");
    }
  }

  private async look(name: string, ...args: unknown[]): Promise<unknown> {
    const answer = await this.option.look(this.views, name, ...args);
    return answer.length === 1 && name !== "sizeOf" ? answer[0] : answer;
  }
}

describe("locks of option groups, beside an exact reference", () => {
  let option: OptionBench;
  let views: Contract;
  let moment: Moment;
  before(async () => {
    option = await OptionBench.open();
    views = await option.bench.deploy("OptionSandboxViews");
    moment = await option.bench.moment();
  });

  it("end alike: relief, deficit, share, charges, tear-ups, equities", async function () {
    this.timeout(600_000);
    const met = { series: 0, absorbed: 0, relieved: 0, paid: 0 };
    for (let seed = FIRST; seed < FIRST + PLAYS; ++seed) {
      const play = await new Play(option, views, new Random(seed)).run();
      met.series = Math.max(met.series, play.series);
      met.absorbed += play.absorbed;
      met.relieved += Number(play.relieved && play.paid > 0n);
      met.paid += Number(play.paid > 0n);
      moment = await option.bench.back(moment);
    }
    expect(met.series, "series in one lock").to.be.greaterThan(25);
    expect(met.absorbed, "absorbed").to.be.greaterThan(5);
    expect(met.paid, "settlements that winners pay").to.be.greaterThan(4);
    expect(met.relieved, "of them with relief").to.be.greaterThan(1);
  });
});
