// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { network } from "hardhat";
import { ProfitBook, unrealisedAt, type PositionProfit } from "../../sdk/index.js";
import { floorDiv } from "../../sdk/arithmetic.js";
import { legOf } from "../../sdk/margin/leg.js";
import { quoteOf, seenAt } from "../../sdk/margin/quote.js";
import { indexOf, type AccountId, type MarketId } from "../../sdk/order.js";
import { apply, revertTo } from "../../sdk/state/apply.js";
import { fundingAt } from "../../sdk/state/funding.js";
import { marketIn, sideOf } from "../../sdk/state/lookup.js";
import type { EventOf, Place } from "../../sdk/state/events.js";
import { MissedEvent } from "../../sdk/state/MissedEvent.js";
import { sizeOf } from "../../sdk/state/position.js";
import { cashOf } from "../../sdk/state/recovery.js";
import { createVenue, type Market, type Position, type Venue } from "../../sdk/state/Venue.js";
import { PRICE_UNIT } from "../../sdk/units.js";
import { Duel, type Options } from "../differential/Duel.js";
import { historyOf, type Told } from "../differential/history.js";
import { play, type Habits } from "../differential/play.js";
import { Random } from "../differential/random.js";
import { EVERYTHING, castOfEverything } from "../stories/everything.js";
import { expectNear } from "../stories/venue.js";

const QUOTE = 10n ** 9n;
const OPERATIONS = Number(process.env.NOVATION_PARITY_OPERATIONS ?? "160");
const RUNS: [string, number, Options, Omit<Habits, "operations">][] = [
  [
    "three markets, seldom in trouble",
    17,
    { groups: [["QUEUE", "PRORATA", "QUEUE"]], traders: 8, vaultBudget: 20_000n * QUOTE, pot: 100_000n * QUOTE },
    { sleepiness: 0.1, jump: 0.02, lateDefault: false },
  ],
  [
    "two markets, hedgers among them",
    21,
    { groups: [["QUEUE", "PRORATA"]], traders: 8, vaultBudget: 1n, pot: 1_000n * QUOTE },
    { sleepiness: 0.1, jump: 0.2, lateDefault: false },
  ],
  [
    "one queue, liquidations and defaults",
    18,
    { groups: [["QUEUE"]], traders: 8, vaultBudget: 200n * QUOTE, pot: 1_000n * QUOTE },
    { sleepiness: 0.4, jump: 0.15, lateDefault: true },
  ],
  [
    "one market torn up pro rata",
    19,
    { groups: [["PRORATA"]], traders: 8, vaultBudget: 1n, pot: 1_000n * QUOTE },
    { sleepiness: 0.5, jump: 0.15, lateDefault: true },
  ],
];

/** What fills alone say of a position, added up in the plainest way. */
interface Plain {
  /** Price paid for what was bought less that got for what was sold, 1e-27 quote. */
  cost: bigint;
  fees: bigint;
  /** What its size paid by the funding index, 1e-27 quote. */
  funding: bigint;
  fills: bigint;
  size: bigint;
  /** The funding index when it last changed. */
  index: bigint;
  /** Bought or sold by something else than a fill, torn up, or charged. */
  otherwise: boolean;
}

describe("what each position brought, from events", function () {
  this.timeout(0);
  const counts = {
    closed: 0,
    byFills: 0,
    open: 0,
    liquidated: 0,
    tornUp: 0,
    absorbed: 0,
    charged: 0,
    credited: 0,
    funded: 0,
  };

  for (const [name, seed, options, habits] of RUNS) {
    it(name, async () => {
      const connection = await network.create();
      const duel = await Duel.create(connection, options);
      await play(duel, new Random(seed), { operations: OPERATIONS, ...habits });
      const ask = (method: string, params: unknown[]) => connection.provider.request({ method, params });
      holdsFor(await historyOf(ask, await duel.deployed.clearinghouse.getAddress()), 9);
    });
  }

  it("everything that can happen to a venue", async () => {
    const cast = await castOfEverything();
    for (const chapter of Object.values(EVERYTHING)) await chapter(cast);
    const { ethers, target } = cast.venue;
    holdsFor(await historyOf((method, params) => ethers.provider.send(method, params), target), 6);
  });

  after(() => {
    if (process.env.NOVATION_DIFFERENTIAL_VERBOSE) console.log(counts);
    expect(Object.entries(counts).filter(([, times]) => times < 1)).to.deep.equal([]);
  });

  function holdsFor(history: readonly Told[], tokenDecimals: number): void {
    const venue = createVenue({ tokenDecimals, reorgDepth: 1_000_000 });
    const book = new ProfitBook(venue);
    /** What came into each account's cash by anything but positions. */
    const flows = new Map<AccountId, bigint>();
    const tallies = new Map<string, Tally>();
    const middle = history[Math.floor(history.length / 2)]!.at.block;
    let half: unknown;
    for (const told of history) {
      if (half === undefined && told.at.block > middle) half = allOf(book, venue, told.at.timestamp);
      step(told, true);
    }
    const last = history.at(-1)!.at;
    const end = allOf(book, venue, last.timestamp);
    balances(book, venue, flows);
    revertTo(venue, middle);
    const next = history.find(({ at }) => at.block > middle)!;
    expect(allOf(book, venue, next.at.timestamp), "taken back").to.deep.equal(half);
    for (const told of history) if (told.at.block > middle) step(told, false);
    expect(allOf(book, venue, last.timestamp), "and told again").to.deep.equal(end);
    openOnes(book, venue, last.timestamp);

    function step({ event, at }: Told, first: boolean): void {
      const cashes = new Map([...venue.accounts].map(([id, { cash }]) => [id, cash]));
      const ends = book.closed().length;
      if (first && event.kind === "Traded") bothSides(event, at);
      book.see(event, at);
      apply(venue, event, at);
      if (!first) return;
      if (event.kind === "NetCredited") ++counts.credited;
      const moves = ["Traded", "Matched", "PositionChanged", "Liquidated"].includes(event.kind);
      for (const [id, { cash }] of venue.accounts) {
        const change = cash - (cashes.get(id) ?? 0n);
        // Who is absorbed is forgiven what he owes.
        if (event.kind === "Absorbed" && event.account === id) add(flows, id, event.deficit);
        // What comes back of a charge is the positions' already.
        else if (!moves && change !== 0n && event.kind !== "NetCredited") add(flows, id, change);
      }
      for (const life of book.closed().slice(ends)) {
        const tally = tallyOf(tallies, life.account, life.market);
        ended(life, tally.now);
        [tally.now, tally.next] = [tally.next ?? nothing(), undefined];
      }
      // What fills do not explain cannot be held to them.
      if (event.kind === "PositionChanged" || event.kind === "Liquidated") held(event.account, event.market);
      if (event.kind === "Matched") held(event.taker, event.market);
      if (event.kind === "Traded") held(event.maker, event.market);
      if (event.kind === "NodeTornUp" || event.kind === "Charged") {
        for (const [key, { now }] of tallies) if (key.endsWith(`/${event.market}`)) now.otherwise = true;
      }
    }

    function bothSides({ maker, taker, market, takerSize, price, ...fees }: EventOf<"Traded">, at: Place): void {
      fill(venue, tallies, maker, { market, delta: -takerSize, price, fee: fees.makerFee }, at);
      fill(venue, tallies, taker, { market, delta: takerSize, price, fee: fees.takerFee }, at);
    }

    function held(account: AccountId, market: MarketId): void {
      const { now } = tallyOf(tallies, account, market);
      const size = sizeOf(marketIn(venue, market), venue.accounts.get(account)!.legs[indexOf(market)]);
      if (now.size === size) return;
      [now.size, now.otherwise] = [size, true];
    }
  }

  /** A closed position is what its fills say. */
  function ended(life: PositionProfit, byFills: Plain): void {
    ++counts.closed;
    if (life.liquidated > 0n || life.closedBy === "LIQUIDATION") ++counts.liquidated;
    if (life.tornUp > 0n) ++counts.tornUp;
    if (life.closedBy === "ABSORPTION") ++counts.absorbed;
    if (life.charges > 0n) ++counts.charged;
    if (life.funding !== 0n) ++counts.funded;
    expect(life.carried).to.equal(0n);
    expect(life.cashFlow).to.equal(life.realised - life.fees - life.funding - life.charges);
    const key = `${life.account}/${life.market}/${life.number}`;
    expect(life.fees, key).to.equal(byFills.fees);
    if (byFills.otherwise || byFills.size !== 0n) return;
    ++counts.byFills;
    const rounding = 3n * byFills.fills + 3n;
    expectNear(life.realised, floorDiv(-byFills.cost, PRICE_UNIT), rounding, `realised of ${key}`);
    expectNear(life.funding, floorDiv(byFills.funding, PRICE_UNIT), rounding, `funding of ${key}`);
    expect(life.charges).to.equal(0n);
  }

  /** Cash is what came in and what positions brought, to the unit. */
  function balances(book: ProfitBook, venue: Venue, flows: Map<AccountId, bigint>): void {
    for (const [id, account] of venue.accounts) {
      const open = account.legs.flatMap((leg, index) =>
        leg === undefined
          ? []
          : [book.open(id, ((account.group << 2n) | BigInt(index)) as MarketId, 0n + lastOf(venue))!],
      );
      const brought = [...book.closed(id), ...open].reduce((sum, { cashFlow }) => sum + cashFlow, 0n);
      expect(cashOf(venue, account), `cash of ${id}`).to.equal((flows.get(id) ?? 0n) + brought);
    }
  }

  function openOnes(book: ProfitBook, venue: Venue, now: bigint): void {
    for (const { id, group, legs } of venue.accounts.values()) {
      legs.forEach((position, index) => {
        if (position === undefined) return;
        const market = venue.groups.get(group)!.markets[index]!;
        const life = book.open(id, market.id, now)!;
        if (life.size === 0n) return;
        ++counts.open;
        for (const wanted of [life.entry, (life.entry * 11n) / 10n, (life.entry * 9n) / 10n]) {
          const mark = market.settledAt ?? wanted;
          const { value } = legOf(market, position, quoteOf(market, seenAt(mark), now));
          const unrealised = unrealisedAt(life, value);
          const sum = life.realised + unrealised;
          expect(sum).to.equal(life.cashFlow + value + life.fees + life.funding + life.charges);
          const gain = floorDiv(life.size * (mark - life.entry), PRICE_UNIT);
          // Of a torn-up level the value is exact, and the size a whole number of units.
          const dust = life.tornUp > 0n || isTorn(market, position) ? mark / PRICE_UNIT : 0n;
          const rounding = (life.size < 0n ? -life.size : life.size) / 10n ** 9n + 8n;
          expectNear(unrealised, gain, rounding + dust, `unrealised of ${id}`);
        }
      });
    }
  }

  it("an event that was missed is noticed", () => {
    const venue = createVenue({ tokenDecimals: 6 });
    const book = new ProfitBook(venue);
    expect(book.open(1n as AccountId, 4n as MarketId, 0n)).to.equal(undefined);
    const at = { block: 1, logIndex: 0, timestamp: 1n };
    expect(() =>
      book.see({ kind: "PositionChanged", account: 1n, market: 4n, size: 0n, position: 0n, cash: 0n } as never, at),
    ).to.throw(MissedEvent);
  });
});

const isTorn = (market: Market, { shares, node }: Position): boolean =>
  sideOf(market, shares > 0n).nodes.get(node)?.touched === true;

const lastOf = (venue: Venue): bigint => {
  let last = 0n;
  for (const { markets } of venue.groups.values())
    for (const each of markets) if (each.fundingTime > last) last = each.fundingTime;
  return last;
};

function allOf(book: ProfitBook, venue: Venue, now: bigint): unknown {
  const open = [...venue.accounts.values()].flatMap(({ id, group, legs }) =>
    legs.map((_, index) => book.open(id, ((group << 2n) | BigInt(index)) as MarketId, now)),
  );
  return structuredClone({ open: open.filter((life) => life !== undefined), closed: book.closed() });
}

function add(flows: Map<AccountId, bigint>, id: AccountId, amount: bigint): void {
  flows.set(id, (flows.get(id) ?? 0n) + amount);
}

/**
 * Adds a fill to what is known of a position. The part that turns it round belongs to the next one. Fees are the
 * present one's until its end is told.
 */
function fill(venue: Venue, tallies: Map<string, Tally>, account: AccountId, event: Fill, at: Place): void {
  const tally = tallyOf(tallies, account, event.market);
  const { now } = tally;
  const index = fundingAt(marketIn(venue, event.market), at.timestamp);
  now.fees += event.fee;
  const closes = now.size !== 0n && now.size > 0n !== event.delta > 0n;
  const closing = closes ? sameSign(event.delta, smaller(now.size, event.delta)) : 0n;
  const opening = event.delta - closing;
  if (closing !== 0n) book(now, closing, event.price, index);
  if (opening === 0n) return;
  const goesOn = now.fills === 0n || now.size !== 0n;
  book(goesOn ? now : (tally.next ??= nothing()), opening, event.price, index);
}

function book(plain: Plain, delta: bigint, at: bigint, index: bigint): void {
  plain.funding += plain.size * (index - plain.index);
  plain.index = index;
  plain.cost += delta * at;
  plain.size += delta;
  plain.fills += 1n;
}

interface Fill {
  readonly market: MarketId;
  readonly delta: bigint;
  readonly price: bigint;
  readonly fee: bigint;
}

interface Tally {
  now: Plain;
  next: Plain | undefined;
}

function tallyOf(tallies: Map<string, Tally>, account: AccountId, market: MarketId): Tally {
  const key = `${account}/${market}`;
  const known = tallies.get(key) ?? { now: nothing(), next: undefined };
  tallies.set(key, known);
  return known;
}

function nothing(): Plain {
  return { cost: 0n, fees: 0n, funding: 0n, fills: 0n, size: 0n, index: 0n, otherwise: false };
}

const smaller = (a: bigint, b: bigint): bigint => {
  const [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  return x < y ? x : y;
};
const sameSign = (sign: bigint, magnitude: bigint): bigint => (sign < 0n ? -magnitude : magnitude);
