// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { OPTION_LENS, healthsIn, type GroupView, type Health } from "../../../keeper/options/look/lens.js";
import type { GroupScene } from "../../../keeper/options/look/Scene.js";
import { hintsFor } from "../../../keeper/options/look/hints.js";
import { slicesDue } from "../../../keeper/options/plan/slices.js";
import type { OptionRules } from "../../../keeper/options/plan/OptionPolicy.js";
import { levelUp, NO_NODE } from "../../../sdk/level.js";
import { seriesIndex, seriesOf } from "../../../sdk/options/series.js";
import { NEW_FRAME } from "../../../sdk/frame.js";
import type { AccountId, GroupId } from "../../../sdk/order.js";
import { createVenue, type Account, type Group, type Market, type Node } from "../../../sdk/state/Venue.js";
import { money, price } from "../../../sdk/units.js";

const GROUP = 1n as GroupId;
const ONE = 10n ** 18n;
const BASE = 10n ** 9n;

describe("places that a keeper of options names for what it takes over", () => {
  const [FROM, TO] = [1n, 2n] as AccountId[];
  const SPOT = 4_000n * ONE;
  const series = seriesOf(GROUP, { type: "call", ladder: 0, strike: 14 });
  const perpetual = seriesOf(GROUP, { type: "perpetual" });

  /** The hints for ten calls at a mark, when the queue of longs has a node at that mark's level. */
  const hintsAt = (mark: bigint) => {
    const { level } = levelUp(price(mark), price(SPOT));
    const rank = price((((level >> 16n) & 0xffffffn) - (1n << 23n)) * (1n << (level >> 40n)));
    const node: Node = { id: level, rank, shares: BASE, frame: NEW_FRAME, touched: false, linked: true };
    const side = { nodes: new Map([[level, node]]), queue: [node], generations: new Map() };
    const market = { id: series, funding: 0n, fundingRate: 0n, fundingTime: 0n, chargeLong: 0n, chargeShort: 0n };
    const books = { ...market, settledAt: undefined, longs: side, shorts: { ...side, queue: [] }, parameters: {} };
    const markets: Market[] = [];
    markets[Number(seriesIndex(series))] = books as unknown as Market;
    const venue = createVenue({ tokenDecimals: 6, kind: "options" });
    venue.groups.set(GROUP, { id: GROUP, markets } as unknown as Group);
    const legs: Account["legs"] = [];
    legs[Number(seriesIndex(series))] = { shares: 10n * BASE, offset: money(0n), residue: 0n, node: level };
    venue.accounts.set(FROM!, { id: FROM, group: GROUP, legs } as unknown as Account);
    const marks = new Map([
      [series, mark],
      [perpetual, SPOT],
    ]);
    return { level, hints: hintsFor(venue, GROUP, TO!, marks, 1_000n)(FROM!, ONE) };
  };

  it("an option that is worth nothing has a place like any other, and keeps no look from being made", () => {
    const { level, hints } = hintsAt(0n);
    expect(hints).to.deep.equal([level]).and.not.include(NO_NODE);
  });

  it("levels are as wide as the underlying's, however little the option is worth", () => {
    const { level, hints } = hintsAt(ONE + 12_345n);
    expect(hints).to.deep.equal([level]);
  });
});

describe("what a keeper of options reads of accounts", () => {
  const one = { account: 2n ** 192n - 1n, group: 1n, cash: -5n, equity: -(2n ** 200n), atAnchor: 7n, atRecorded: -1n };
  const all = [
    { ...one, initial: 11n, maintenance: 12n, legs: 3n, arraysFresh: true, held: 2n ** 256n - 1n },
    { ...one, account: 1n, initial: 0n, maintenance: 0n, legs: 0n, arraysFresh: false, held: 0n },
  ];

  it("is what ethers reads", () => {
    for (const list of [all, all.slice(1), []]) {
      const answer = OPTION_LENS.encodeFunctionResult("healths", [list] as never);
      expect(healthsIn(answer)).to.deep.equal(list);
    }
  });

  it("is nothing when the answer is cut, or none", () => {
    const answer = OPTION_LENS.encodeFunctionResult("healths", [all] as never);
    for (const none of ["0x", answer.slice(0, -64), answer.slice(0, -2), `${answer}${"0".repeat(64)}`]) {
      expect(() => healthsIn(none), none.slice(0, 10)).to.throw();
    }
  });
});

describe("slices that a keeper of options plans", () => {
  const OWN = 99n as AccountId;
  const view = {
    group: GROUP,
    spotFresh: true,
    absorbableFrom: 0n,
    live: { time: 0n },
    expiries: [],
    params: { discountFloor: 2_500n, discountCap: 15_000n, maintenanceMargin: 30_000n },
    venue: { keeperShare: 500_000n, lockDelay: 120n },
    risk: { maxLegs: 16n },
  } as unknown as GroupView;
  const quote = (units: bigint) => units * BASE;
  const inDanger = (account: bigint, held: bigint, equity: bigint): Health =>
    ({
      account,
      group: GROUP,
      held,
      equity: quote(equity),
      initial: quote(1_000n),
      maintenance: quote(750n),
    }) as unknown as Health;
  const rules = {
    time: 100n,
    policy: { millionGas: money(0n), maxLoss: money(0n), transactionGas: 16_777_216, minOwnMargin: 1_500_000n },
    refused: new Set<string>(),
  } as unknown as OptionRules;
  const planned = (ownHeld: bigint, ...atRisk: Health[]) => {
    const own = { account: OWN, equity: quote(10n ** 6n), initial: 0n, maintenance: 0n, held: ownHeld };
    const scene = { id: GROUP, view, atRisk, own, hintsFor: undefined } as unknown as GroupScene;
    const slices = slicesDue(rules, scene, { left: money(quote(10n ** 9n)) });
    return slices.map(({ action }) => ("account" in action ? action.account : 0n));
  };
  const bits = (from: number, count: number) => ((1n << BigInt(count)) - 1n) << BigInt(from);

  it("leave out who would bring more series than its account may hold, and take who is next", () => {
    const found = planned(
      bits(0, 8),
      inDanger(1n, bits(8, 8), 500n),
      inDanger(2n, bits(16, 1), 600n),
      inDanger(3n, bits(4, 8), 700n),
    );
    expect(found).to.deep.equal([1n, 3n]);
  });

  it("take who has more series than are allowed now, with an account that has none beside them", () => {
    const before = inDanger(1n, bits(0, 20), 500n);
    expect(planned(0n, before)).to.deep.equal([1n]);
    expect(planned(bits(3, 2), before)).to.deep.equal([1n]);
    expect(planned(bits(20, 1), before)).to.deep.equal([]);
  });

  it("take all whose series it holds already", () => {
    expect(planned(bits(0, 16), inDanger(1n, bits(0, 16), 500n), inDanger(2n, bits(3, 2), 600n))).to.deep.equal([
      1n,
      2n,
    ]);
  });
});
