// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { localOptionParameters } from "../../deploy/deploy-options.js";
import { seriesOf, type SeriesId, type SeriesKind } from "../../sdk/options/series.js";
import { BASE, Day, EXPIRY, QUOTE, mined, type Person } from "./Day.js";

const WEEK = 7 * 86_400;
export const NEAR = EXPIRY - WEEK;
export const AGAIN = EXPIRY + WEEK;
const FAR = 2n ** 40n - 1n;
const AMPLE = { gasLimit: 6_000_000n };

/**
 * What the day of day.test.ts has not, in chapters: two expiries, governance, a slice that closes its taker's position,
 * a lock that winners pay, settled in steps, an expiry fixed in two calls, and its place listed anew.
 */
export class OptionStory {
  /** Called after each step between which something could be missed. */
  step: () => Promise<void> = async () => {};
  maker!: Person;
  other!: Person;
  debtor!: Person;
  keeper!: Person;

  private constructor(readonly day: Day) {}

  static async open(port: number): Promise<OptionStory> {
    return new OptionStory(await Day.open(port));
  }

  close(): Promise<void> {
    return this.day.close();
  }

  async opens(): Promise<void> {
    const { day } = this;
    await this.list(NEAR, 6_000n);
    await this.list(EXPIRY, 6_000n);
    [this.maker, this.other] = [await day.person(1, 900_000n), await day.person(2, 400_000n)];
    [this.debtor, this.keeper] = [await day.person(3, 12_000n), await day.person(4, 300_000n)];
    const { other, keeper, debtor } = this;
    await mined(day.venue.clearinghouse.refresh([call(7), put(7, 1)]));
    await this.trade(other, put(5), 10n * BASE);
    await this.trade(other, call(9), -10n * BASE);
    await this.trade(keeper, call(8, 1), (3n * BASE) / 1_000n);
    await this.trade(debtor, call(8, 1), (-3n * BASE) / 1_000n);
    await this.trade(keeper, PERPETUAL, 2n * BASE);
    await day.pass(600);
    await day.spot(4_010);
    await this.trade(keeper, PERPETUAL, BASE, other);
  }

  async governs(): Promise<void> {
    const { day } = this;
    const { clearinghouse, group, vols, volSource } = day.venue;
    const { ethRisk, ethMarket } = localOptionParameters();
    await mined(clearinghouse.setRiskParams(group, { ...ethRisk, maxLegs: 20 }));
    await mined(clearinghouse.setMarketParams(PERPETUAL, { ...ethMarket, takerFee: 350 }));
    await mined(clearinghouse.setVaultBudget(group, 1_000n * QUOTE));
    await mined(clearinghouse.pause(PERPETUAL, 1, 300));
    await day.pass(20);
    await mined(clearinghouse.unpause(PERPETUAL));
    await mined(clearinghouse.pause(0, 1, 60));
    await day.pass(61);
    await mined(vols.setLevel(10n ** 9n, await day.now()));
    await mined(clearinghouse.setVolSource(group, await vols.getAddress()));
    await this.step();
    await day.pass(10);
    await day.level();
    await mined(clearinghouse.setVolSource(group, volSource));
    await day.settleAnchors();
  }

  async slices(): Promise<void> {
    const { day, debtor, keeper } = this;
    await this.trade(debtor, PERPETUAL, -9n * BASE);
    let standing = await day.standing(debtor.id);
    for (let spot = 4_070; standing.equity >= standing.maintenance; spot += 60) {
      expect(spot).to.be.lessThan(5_000);
      await day.spot(spot);
      await day.settleAnchors();
      standing = await day.standing(debtor.id);
    }
    const taken = day.venue.clearinghouse.connect(keeper.wallet);
    await mined(taken.liquidateSlice(debtor.id, 0, 10n ** 18n, standing.held, 1n, FAR, []));
    expect(await day.size(keeper.id, call(8, 1))).to.equal(0n); // small legs go whole
    expect(await day.size(debtor.id, call(8, 1))).to.equal(0n);
  }

  async locks(): Promise<void> {
    const { day, maker, other } = this;
    const { clearinghouse, group } = day.venue;
    const broke = await day.person(5, 14_000n);
    await this.trade(broke, put(6), -12n * BASE);
    await this.trade(broke, put(4, 1), -6n * BASE, other);
    const { equity, initial } = await day.standing(broke.id);
    const spare = ((equity - initial) * 99n) / 100n / 1_000n;
    await mined(clearinghouse.connect(broke.wallet).withdraw(0, spare, broke.wallet.address));
    await day.spot(2_400);
    await mined(clearinghouse.poke(group));
    expect(await day.phase()).to.equal(1n);
    await this.step();
    await mined(clearinghouse.net(group, [maker.id, other.id]));
    await mined(clearinghouse.absorb(group, [broke.id]));
    await day.pass(121);
    for (let step = 0; (await day.phase()) !== 0n; ++step) {
      expect(step).to.be.lessThan(200);
      await mined(clearinghouse.deleverage(group, 1, AMPLE));
      await this.step();
    }
    await mined(clearinghouse.creditRelief(maker.id));
    await this.step();
  }

  async expires(): Promise<void> {
    const { day } = this;
    const { clearinghouse, group, feed } = day.venue;
    for (let now = await day.now(); now < NEAR - 3_600; now = await day.now()) {
      await day.pass(Math.min(80_000, NEAR - 3_600 - now));
      await day.spot(2_400);
    }
    const [first] = await feed.latestRoundData();
    for (const left of [1_200, 600, 300]) {
      await day.pass(NEAR - (await day.now()) - left);
      await day.spot(2_400 + left / 100);
    }
    await day.pass(NEAR - (await day.now()) + 60);
    await day.spot(2_410);
    await mined(clearinghouse.fixPrice(group, 0, [(1n << 64n) | first], 2, AMPLE));
    await this.step();
    await mined(clearinghouse.fixPrice(group, 0, [], 50, AMPLE));
    await mined(clearinghouse.poke(group));
    await day.settleAnchors();
    await day.settleAnchors();
    for (const person of [this.maker, this.other, this.debtor, this.keeper]) {
      const { held } = await day.standing(person.id);
      for (let index = 0n; index < 31n; ++index) {
        if (((held >> index) & 1n) === 0n) continue;
        await mined(clearinghouse.collect(person.id, (group << 8n) | index));
        await this.step();
      }
    }
  }

  async listsAnew(): Promise<void> {
    await this.list(AGAIN, 7_000n);
    for (const strike of [3, 5, 6, 9]) await this.trade(this.keeper, put(strike), BASE / 10n);
    await this.trade(this.keeper, call(9), -BASE / 10n);
  }

  /** All chapters. */
  async all(): Promise<void> {
    for (const chapter of ["opens", "governs", "slices", "locks", "expires", "listsAnew"] as const) {
      await this[chapter]();
    }
  }

  /** Asks for which strikes a smile is missing, has one reported for them, and lists. */
  private async list(expiry: number, vol: bigint): Promise<void> {
    const { day } = this;
    const { clearinghouse, group } = day.venue;
    const refusal = await clearinghouse.list.staticCall(group, expiry).catch((failure: { data: string }) => failure);
    const [, base, step] = clearinghouse.interface.parseError((refusal as { data: string }).data)!.args;
    await day.smile(base as bigint, step as bigint, vol, expiry);
    await mined(clearinghouse.list(group, expiry, AMPLE));
    await day.settleAnchors();
  }

  private async trade(taker: Person, series: SeriesId, size: bigint, maker = this.maker): Promise<void> {
    await this.day.trade(taker, [{ maker, series, size, price: await this.day.mark(series) }]);
  }
}

const of = (kind: SeriesKind) => seriesOf(1n, kind);
export const PERPETUAL = of({ type: "perpetual" });
export const call = (strike: number, ladder = 0) => of({ type: "call", ladder, strike });
export const put = (strike: number, ladder = 0) => of({ type: "put", ladder, strike });
