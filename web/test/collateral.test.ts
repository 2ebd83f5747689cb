// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCount } from "../src/data/collateral";
import type { CollateralView, PledgesView } from "../src/data/collateral";
import { STANDING } from "../src/data/lens/names";
import {
  buyable,
  costOf,
  discountOf,
  discounted,
  exchangeOf,
  exchangeTold,
  lineBuysWhole,
  pledgeRoom,
  recordClosed,
  saleOf,
  takeable,
  whyCounted,
  type ExchangeFacts,
} from "../src/pages/portfolio/exchange";
import { withdrawLimit, type LimitFacts } from "../src/pages/portfolio/withdrawLimit";
import { collateralText as text } from "../src/text/collateral";
import { portfolioText } from "../src/text/portfolio";

const Q = 10n ** 9n;
const PRICE = 10n ** 18n;
const ETHER = 10n ** 18n;
const NOW = 1_900_000_000n;

const view = (change: Partial<CollateralView> = {}) =>
  ({
    decimals: 18,
    fresh: true,
    live: 3_000n * PRICE,
    anchor: 3_000n * PRICE,
    recordedPrice: 3_000n * PRICE,
    recordedAt: NOW - 100n,
    closesAt: 0n,
    committed: 2_400n * PRICE,
    floor: 3_000n * PRICE,
    counted: 2_400n * PRICE,
    params: { haircut: 200_000, maxDiscount: 100_000, discountRate: 200_000, feeRate: 10_000, cap: 0n },
    ...change,
  }) as CollateralView;

/** Four ether that count for 9,600. */
const pledges = (offeredAt = 0n, counted = 9_600n * Q): PledgesView => ({
  pledges: [{ id: 1n, units: 4n * ETHER, fee: 0n, counted, committed: counted }],
  counted,
  committed: counted,
  fresh: true,
  offeredAt,
});

const account = (standing: (typeof STANDING)[number], equity: bigint, change: object = {}) => ({
  positions: [{}] as unknown as ExchangeFacts["positions"],
  phase: 0,
  health: { standing: STANDING.indexOf(standing), equity, initial: 5_000n * Q, fresh: true, cash: 500n * Q, ...change },
});

describe("when pledges are exchanged", () => {
  const kindOf = (...args: Parameters<typeof exchangeOf>) => exchangeOf(...args).kind;

  it("is not due while cash and positions suffice, nor without positions or pledges", () => {
    assert.equal(kindOf(account("SOUND", 10_100n * Q), pledges(), 0n, NOW), "notDue");
    assert.equal(kindOf({ ...account("FLAT", 9_000n * Q), positions: [] }, pledges(), 0n, NOW), "notDue");
    assert.equal(kindOf(account("SOUND", 100n), { ...pledges(), pledges: [] }, 0n, NOW), "none");
  });

  it("is due by what is missing: a debt, or the initial margin of who may be liquidated", () => {
    const debt = exchangeOf(account("SOUND", 9_000n * Q), pledges(), 0n, NOW);
    assert.deepEqual([debt.kind, debt.need], ["due", 600n * Q]);
    const liquidatable = account("LIQUIDATABLE", 9_000n * Q);
    assert.equal(exchangeOf(liquidatable, pledges(), 0n, NOW).need, 5_600n * Q);
    assert.equal(exchangeOf(liquidatable, pledges(), 1n, NOW).need, 600n * Q, "in a recovery only the debt");
    const below = account("INSOLVENT", -100n * Q);
    assert.equal(exchangeOf(below, pledges(), 0n, NOW).need, 9_700n * Q, "below zero with its pledges only the debt");
  });

  it("is sold as a whole once its collateral has closed, in offers of two hours, at no less than the line pays", () => {
    const calm = { shortfall: 0n, lockedGroups: 0 };
    const [pledge] = pledges().pledges;
    const idle = exchangeOf(account("SOUND", 10_100n * Q), pledges(), 0n, NOW);
    const sold = (closesAt: bigint, change: Partial<CollateralView> = {}, venue = calm) =>
      saleOf(view({ closesAt, ...change }), pledge!, idle, venue, NOW);
    assert.equal(sold(0n), undefined);
    assert.equal(sold(NOW + 1n), undefined);
    const units = 4n * ETHER;
    assert.deepEqual(sold(NOW), { price: 3_000n * PRICE, discount: 0n, units });
    assert.deepEqual(sold(NOW - 7_200n - 900n), { price: 2_850n * PRICE, discount: 50_000n, units });
    assert.equal(
      sold(NOW - 3_600n, { live: 2_600n * PRICE })?.price,
      2_400n * PRICE,
      "2,340 is less than the line pays",
    );
    assert.equal(sold(NOW, { fresh: false }), undefined);
    assert.equal(sold(NOW, {}, { shortfall: 1n, lockedGroups: 0 }), undefined);
    assert.equal(sold(NOW, {}, { shortfall: 0n, lockedGroups: 1 }), undefined);

    const line = (age: bigint, live = 3_000n) =>
      lineBuysWhole(view({ closesAt: NOW - age, live: live * PRICE }), calm, NOW);
    assert.deepEqual([line(3_599n), line(3_600n), line(7_200n)], [false, true, false]);
    assert.deepEqual([line(3_600n, 2_700n), line(3_600n, 2_699n), line(3_600n, 3_301n)], [true, false, false]);
  });

  it("goes on offer, then to the line after an hour; below zero to the line at once", () => {
    const due = account("SOUND", 9_000n * Q);
    assert.equal(kindOf(due, pledges(NOW - 3_599n), 0n, NOW), "offered");
    assert.equal(kindOf(due, pledges(NOW - 3_600n), 0n, NOW), "lineBuys");
    assert.equal(kindOf(account("INSOLVENT", -1n), pledges(), 0n, NOW), "belowZero");
    assert.equal(kindOf({ ...due, phase: 1 }, pledges(), 0n, NOW), "waits");
    assert.equal(kindOf(account("SOUND", 9_000n * Q, { fresh: false }), pledges(), 0n, NOW), "waits");
  });

  it("is said in words, with the amount rounded up and the time that is left", () => {
    const told = (equity: bigint, since: bigint) =>
      exchangeTold(exchangeOf(account("SOUND", equity), pledges(since), 0n, NOW), NOW);
    assert.match(told(9_600n * Q - 1n, 0n), /^Due now: 0\.01 is missing/);
    assert.match(told(9_000n * Q, NOW - 600n), /600\.00 is missing.*the line buys in 50 min 00 s/);
    assert.match(told(9_000n * Q, NOW - 4_200n), /The line buys now.*ends in 50 min 00 s/);
    assert.match(told(10_000n * Q, NOW - 600n), /no longer due.*1 h 50 min/);
    assert.equal(told(10_000n * Q, 0n), text.exchange.notDue);
  });
});

describe("what a pledge counts for and costs", () => {
  it("says which price counts, and that a stale one counts less", () => {
    assert.match(whyCounted(view()), /^The floor counts, less 20/);
    assert.match(whyCounted(view({ live: 2_900n * PRICE })), /price of now is below the floor/);
    assert.match(whyCounted(view({ floor: 2_500n * PRICE })), /line can pay/);
    const kept = 3_000n * PRICE - (3_000n * PRICE) / (1n << 23n); // the contracts keep 24 bits of it, rounded down
    assert.match(whyCounted(view({ floor: kept })), /^The floor counts/);
    assert.match(whyCounted(view({ fresh: false, live: 0n })), /stale.*twice/);
  });

  it("the discount grows by the hour to its maximum, and costs are rounded up", () => {
    assert.equal(discountOf(view(), 0n, NOW), 0n);
    assert.equal(discountOf(view(), NOW - 900n, NOW), 50_000n);
    assert.equal(discountOf(view(), NOW - 7_000n, NOW), 100_000n);
    assert.equal(discounted(3_000n * PRICE, 50_000n), 2_850n * PRICE);
    assert.equal(costOf(ETHER, 2_850n * PRICE, 18), 2_850n * Q);
    assert.equal(costOf(1n, 2_850n * PRICE, 18), 1n);
    assert.equal(costOf(100n, 2n * PRICE, 6), 200_000n);
  });

  it("a buyer has what the account needs, at most what is pledged", () => {
    const [pledge] = pledges().pledges;
    assert.equal(buyable(pledge!, 2_850n * Q, 2_850n * PRICE, 18), ETHER);
    assert.equal(buyable(pledge!, 10n ** 6n * Q, 2_850n * PRICE, 18), 4n * ETHER);
    assert.equal(buyable(pledge!, Q, 0n, 18), 0n, "without a price nothing is sold");
  });

  it("no more can be pledged than the cap, and than the line can pay", () => {
    const room = (cap: bigint, line: bigint, pledged: bigint, committed = 2_400n * PRICE) =>
      pledgeRoom({ params: { ...view().params, cap }, line, pledged, committed, decimals: 18 });
    assert.equal(room(10n * ETHER, 48_000n * Q, 4n * ETHER), 6n * ETHER);
    assert.equal(room(100n * ETHER, 48_000n * Q, 4n * ETHER), 16n * ETHER);
    assert.equal(room(3n * ETHER, 48_000n * Q, 4n * ETHER), 0n);
    assert.equal(room(10n * ETHER, 0n, 0n), 0n, "without a line nothing is pledged");
    assert.equal(room(10n * ETHER, Q, 0n, 0n), 0n);
  });

  it("all can be taken back without positions, else what is above initial margin", () => {
    const [pledge] = pledges().pledges;
    const sound = account("SOUND", 10_100n * Q);
    assert.equal(takeable({ ...sound, positions: [] }, pledges(), pledge!, view()), 4n * ETHER);
    // min(500 + 9,600, 10,100) - 5,000 is 5,100, at 2,400 each.
    assert.equal(takeable(sound, pledges(), pledge!, view()), (5_100n * ETHER) / 2_400n);
    assert.equal(
      takeable(account("SOUND", 9_000n * Q), pledges(), pledge!, view()),
      0n,
      "cash and positions below zero",
    );
    assert.equal(takeable({ ...sound, phase: 1 }, pledges(), pledge!, view()), 0n, "a lock");
    assert.equal(
      takeable(account("BELOW_INITIAL", 9_700n * Q, { initial: 9_900n * Q }), pledges(), pledge!, view()),
      0n,
    );
  });

  it("a price is recorded when it is due, and not while a group is locked", () => {
    const venue = { lockedGroups: 0, params: { lockDelay: 90 } };
    assert.equal(recordClosed(view(), venue, NOW), undefined);
    assert.match(recordClosed(view(), venue, NOW - 20n)!, /again in 10 s/);
    assert.equal(recordClosed(view(), { ...venue, lockedGroups: 1 }, NOW), text.closed.locked);
    assert.equal(recordClosed(view({ fresh: false }), venue, NOW), text.closed.stale);
    assert.equal(recordClosed(view(), undefined, NOW), text.closed.loading);
  });
});

describe("what pledges do to a withdrawal's reasons", () => {
  it("they are no gain, and what positions lost stays missing", () => {
    const facts = (equity: bigint, withdrawable: bigint, counted: bigint) =>
      ({
        account: {
          ...account("SOUND", equity, { cash: 1_000n * Q, initial: 0n, withdrawable }),
          positions: [{}],
        },
        venue: { uncoveredGroups: 0, pauseLevel: 0, recoveryRate: 10n ** 18n, outflowLeft: 10n ** 30n },
        group: { phase: 0, gapped: false },
        now: NOW,
        counted,
      }) as unknown as LimitFacts;
    const gains = portfolioText.limit.gains;
    assert.ok(withdrawLimit(facts(10_400n * Q, 800n * Q, 0n)).reasons.includes(gains));
    const pledged = withdrawLimit(facts(10_400n * Q, 800n * Q, 9_600n * Q));
    assert.deepEqual(pledged.reasons, [portfolioText.limit.pledged]);
  });
});

describe("a venue without collateral", () => {
  const here = { deployment: { clearinghouse: `0x${"11".repeat(20)}` } } as never;

  it("is asked once, and its refusal is none; a node that does not answer is told", async () => {
    const asked: string[] = [];
    const answering = (answer: () => unknown) =>
      ({
        readContract: async ({ functionName }: { functionName: string }) => (asked.push(functionName), answer()),
      }) as never;
    const refusal = Object.assign(new Error("reverted"), { name: "ContractFunctionRevertedError" });
    const refusing = answering(() => {
      throw refusal;
    });
    assert.equal(await readCount(refusing, here), 0n);
    assert.equal(
      await readCount(
        answering(() => 2n),
        here,
      ),
      2n,
    );
    assert.deepEqual(asked, ["collateralCount", "collateralCount"]);
    await assert.rejects(
      readCount(
        answering(() => Promise.reject(new Error("no node"))),
        here,
      ),
      /no node/,
    );
  });
});
