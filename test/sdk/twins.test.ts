// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { abs, max, min, notionalUp } from "../../sdk/arithmetic.js";
import { ONE, type Frame } from "../../sdk/frame.js";
import { exactRank, levelUp, type NodeId } from "../../sdk/level.js";
import { keepingMinimum, sizeToRestore } from "../../sdk/margin/closing.js";
import { discountLimit, discountOf } from "../../sdk/margin/discount.js";
import { healthOf, withCash, type Health } from "../../sdk/margin/health.js";
import { legOf } from "../../sdk/margin/leg.js";
import { chargedBy, quoteOf, type Quote } from "../../sdk/margin/quote.js";
import { ratioNotLower, staysSound } from "../../sdk/margin/soundness.js";
import { callIsDue, callLevelOf, callStands } from "../../sdk/margin/standing.js";
import { withdrawableOf } from "../../sdk/margin/withdrawable.js";
import { accountOf, marketOf, type GroupId } from "../../sdk/order.js";
import { MARKET_BOUNDS, type MarketParameters } from "../../sdk/parameters/market.js";
import type { VenueParameters } from "../../sdk/parameters/venue.js";
import * as calls from "../../sdk/reference/call.js";
import * as hands from "../../sdk/reference/hand.js";
import * as twin from "../../sdk/reference/margin.js";
import * as quotes from "../../sdk/reference/quote.js";
import { ReferenceClearinghouse } from "../../sdk/reference/ReferenceClearinghouse.js";
import { FINE_UNIT, accountIn as twinAccount, type Account as Twin, type State } from "../../sdk/reference/state.js";
import { apply } from "../../sdk/state/apply.js";
import { fundingAt } from "../../sdk/state/funding.js";
import { accountIn, groupIn, sideOf } from "../../sdk/state/lookup.js";
import { createVenue, type Account, type Group, type Venue } from "../../sdk/state/Venue.js";
import { MAX_MARK, MIN_MARK, money, price, size, type Price } from "../../sdk/units.js";
import { MARKET_NAMES, type MarketValues } from "../../sim/calibrate/bounds.js";
import { localParameters } from "../../deploy/parameters.js";
import { Random } from "../differential/random.js";

const SEEDS = Number(process.env.NOVATION_TWIN_SEEDS ?? "400");
const OWNER = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed" as const;
const VAULT = "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359" as const;
const NOW = 1_700_000_000n;
const SINCE = 5_000n;
const GROUP = 1n as GroupId;

const parameters = Object.fromEntries(
  Object.entries(localParameters().venue).map(([name, value]) => [name, BigInt(value)]),
) as unknown as VenueParameters;

/**
 * One account twice: with shares in frames as the contracts keep it, and as the reference does, what each position is
 * and cost.
 */
interface Pair {
  readonly venue: Venue;
  readonly group: Group;
  readonly account: Account;
  readonly quotes: Quote[];
  readonly state: State;
  readonly twin: Twin;
  readonly twinQuotes: quotes.Quote[];
}

describe("the SDK's margin and the reference's, written apart", () => {
  const pairs: Pair[] = [];
  before(() => {
    for (let seed = 1; seed <= SEEDS; ++seed) pairs.push(pairOf(new Random(seed)));
  });

  it("quotes: live, without a fresh price, at frozen marks, and with a charge to come", () => {
    for (const { group, state, quotes: own, twinQuotes } of pairs) {
      const theirs = state.groups[1]!;
      for (const [i, quote] of own.entries()) {
        const { mark, anchor, recordedMark, fresh } = twinQuotes[i]!;
        expect([quote.mark, quote.anchor, quote.recordedMark, quote.fresh]).to.deep.equal(
          // its sides are without funding and charges: compared by what a leg is worth
          [mark, anchor, recordedMark, fresh],
        );
        expect(framed(group, i, quote)).to.deep.equal([twinQuotes[i]!.long, twinQuotes[i]!.short]);
      }
      const charges = theirs.markets.map((market) => abs(price(market.recordedMark - market.anchor)));
      quotes.chargedQuotes(theirs, charges).forEach((charged, i) => {
        const { anchor, recordedMark } = theirs.markets[i]!;
        const frozen = { mark: charged.mark, fresh: true, anchor, recordedMark };
        const quote = chargedBy(quoteOf(group.markets[i]!, frozen, NOW), recordedMark - anchor, charges[i]!);
        expect(framed(group, i, quote)).to.deep.equal([charged.long, charged.short]);
      });
    }
  });

  it("legs: whole units, their value, and their exact rank, torn up or not", () => {
    let torn = 0;
    for (const { group, account, quotes: own, twin, twinQuotes } of pairs) {
      for (const [index, position] of twin.positions) {
        const leg = legOf(group.markets[index]!, account.legs[index], own[index]!);
        expect(leg).to.deep.equal(hands.legOf(position, twinQuotes[index]!));
        torn += Number(leg.size !== account.legs[index]!.shares);
      }
    }
    expect(torn).to.be.greaterThan(SEEDS / 4);
  });

  it("health: equity, requirements, equity at anchors and at recorded marks, of all legs and without one", () => {
    for (const { venue, account, quotes: own, state, twin: theirs, twinQuotes } of pairs) {
      for (const except of [undefined, ...own.keys()]) {
        expect(healthOf(venue, account, own, except)).to.deep.equal(twin.healthOf(state, theirs, twinQuotes, except));
      }
      const [health, more] = [healthOf(venue, account, own), money(account.cash + 1n)];
      expect(withCash(health, more)).to.deep.equal(twin.withCash(health, more));
    }
  });

  it("soundness, the ratio, and what may leave", () => {
    const counts = { sound: 0, unsound: 0, lower: 0, notLower: 0, some: 0, none: 0 };
    for (const [i, pair] of pairs.entries()) {
      const health = healthOf(pair.venue, pair.account, pair.quotes);
      const other = i % 2 === 0 ? healthOf(pair.venue, pair.account, pair.quotes, 0) : healthOf_(pairs[i - 1]!);
      for (const [earlier, later] of [
        [health, other],
        [other, health],
      ] as const) {
        const sound = staysSound(earlier, later);
        expect(sound).to.equal(twin.staysSound(earlier, later));
        ++counts[sound ? "sound" : "unsound"];
        const kept = ratioNotLower(earlier, later);
        expect(kept).to.equal(twin.ratioNotLower(earlier, later));
        ++counts[kept ? "notLower" : "lower"];
      }
      const free = withdrawableOf(health);
      expect(free).to.equal(twin.withdrawableOf(health));
      ++counts[free > 0n ? "some" : "none"];
    }
    for (const [name, count] of Object.entries(counts)) expect(count, name).to.be.greaterThan(SEEDS / 20);
  });

  it("discount, the least size that restores initial margin, and the minimum that stays", () => {
    let [between, part, cut] = [0, 0, 0];
    for (const pair of pairs) {
      const health = healthOf_(pair);
      pair.account.legs.forEach((position, index) => {
        if (position === undefined) return;
        const { parameters: rules } = pair.group.markets[index]!;
        const quote = pair.quotes[index]!;
        const held = legOf(pair.group.markets[index]!, position, quote).size;
        const discount = discountOf(health, rules);
        expect(discount).to.equal(twin.discountOf(health, rules));
        between += Number(discount > rules.discountFloor && discount < rules.discountCap);
        if (health.equity > 0n && health.maintenance > 0n)
          expect(discountLimit(health, rules)).to.equal(twin.discountLimit(health, rules));
        if (held === 0n) return;
        const [whole, rate] = [abs(held), rules.initialMargin];
        for (const cost of [discount, rate - 1n, rate, rate + 1n]) {
          const closed = sizeToRestore(health, held, quote, rate, cost);
          expect(closed).to.equal(twin.sizeToRestore(health, held, pair.twinQuotes[index]!, rate, cost));
        }
        const closed = sizeToRestore(health, held, quote, rate, discount);
        part += Number(closed < whole);
        const rest = notionalUp(size(whole - closed), quote.mark);
        for (const minimum of [money(notionalUp(whole, quote.mark) / 3n), rest, money(rest + 1n)]) {
          const kept = keepingMinimum(whole, closed, quote, minimum);
          expect(kept).to.equal(twin.keepingMinimum(whole, closed, pair.twinQuotes[index]!, minimum));
          cut += Number(kept < closed);
        }
      });
    }
    for (const count of [between, part, cut]) expect(count).to.be.greaterThan(SEEDS / 20);
  });

  it("margin calls: the level, from when one stands, and when it is due", () => {
    const counts = { due: 0, waiting: 0, lapsed: 0 };
    for (const { venue, account, quotes: own, state, twin: theirs } of pairs) {
      const health = healthOf(venue, account, own);
      expect(callLevelOf(venue, health)).to.equal(calls.callLevel(state, health));
      const [stands, due] = [callStands(venue, account, NOW), callIsDue(venue, account, NOW)];
      expect([stands, due]).to.deep.equal([calls.stands(state, theirs), calls.isDue(state, theirs)]);
      ++counts[due ? "due" : stands ? "waiting" : "lapsed"];
    }
    for (const [name, count] of Object.entries(counts)) expect(count, name).to.be.greaterThan(SEEDS / 20);
  });
});

function healthOf_({ venue, account, quotes: own }: Pair): Health {
  return healthOf(venue, account, own);
}

/** A quote's sides without the frame: what the reference quotes. */
function framed({ markets }: Group, index: number, { long, short }: Quote): bigint[] {
  const [forLongs, forShorts] = shifts(markets[index]!);
  return [long + forLongs, short + forShorts];
}

/** By how much less than the mark a side's is: funding and charges. */
function shifts(market: Group["markets"][number]): [long: bigint, short: bigint] {
  const funding = fundingAt(market, NOW);
  return [funding + market.chargeLong, funding - market.chargeShort];
}

function pairOf(random: Random): Pair {
  const venue = createVenue({ tokenDecimals: 9 });
  const at = { block: 1, logIndex: 0, timestamp: NOW - SINCE };
  apply(venue, { kind: "VenueParamsSet", params: parameters }, at);
  apply(venue, { kind: "GroupCreated", group: GROUP }, { ...at, logIndex: 1 });
  const reference = new ReferenceClearinghouse(NOW, parameters, VAULT, OWNER);
  reference.createGroup(money(0n));
  const count = random.whole(1, 4);
  for (let index = 0; index < count; ++index) addMarket(random, venue, reference, index);

  const group = groupIn(venue, GROUP);
  const id = accountOf(OWNER, 0);
  const [account, theirs] = [accountIn(venue, id), twinAccount(reference.state, id)];
  Object.assign(account, { group: GROUP });
  theirs.group = 1;
  for (let index = 0; index < count; ++index)
    if (random.chance(0.8)) addPosition(random, group, account, theirs, index);

  const twinQuotes = quotes.liveQuotes(reference.state.groups[1]!);
  const own = group.markets.map((market, i) => quoteOf(market, twinQuotes[i]!, NOW));
  // Around its margins, on both sides of zero; often between half of maintenance margin and all of it.
  const bare = healthOf(venue, account, own);
  const wanted = random.chance(0.5)
    ? random.scaled(bare.maintenance, 0.5, 1)
    : random.scaled(max(bare.initial, money(10n ** 9n)), -0.2, 2);
  const cash = money(wanted - bare.equity);
  const { callGrace, callLapse } = parameters;
  const atEdge = NOW - random.pick([callGrace, callLapse]) + BigInt(random.whole(-1, 1));
  const calledAt = random.pick([0n, atEdge, NOW - BigInt(random.whole(0, Number(callLapse) + 600))]);
  Object.assign(account, { cash, calledAt });
  Object.assign(theirs, { cash, calledAt });
  return { venue, group, account, quotes: own, state: reference.state, twin: theirs, twinQuotes };
}

function addMarket(random: Random, venue: Venue, reference: ReferenceClearinghouse, index: number): void {
  const mark = price(MIN_MARK + wide(random, MAX_MARK / 4n));
  const near = () => price(mark + (mark * BigInt(random.whole(-80, 80))) / 1_000n);
  const params = parametersOf(random);
  const id = marketOf(Number(GROUP), index);
  const at = { block: 2 + index, logIndex: 0, timestamp: NOW - SINCE };
  apply(venue, { kind: "MarketCreated", market: id, source: OWNER, mode: 0n }, at);
  apply(venue, { kind: "MarketParamsSet", market: id, params }, { ...at, logIndex: 1 });
  Object.assign(groupIn(venue, GROUP).markets[index]!, {
    funding: signed(random, mark),
    fundingRate: signed(random, mark) / 10n ** 6n,
    chargeLong: price(wide(random, mark)),
    chargeShort: price(wide(random, mark)),
  });
  reference.createMarket(1, params, false, mark, NOW);
  Object.assign(reference.state.groups[1]!.markets[index]!, {
    anchor: near(),
    recordedMark: near(),
    stale: random.chance(0.2),
  });
}

function addPosition(random: Random, group: Group, account: Account, theirs: Twin, index: number): void {
  const market = group.markets[index]!;
  const longs = random.chance(0.5);
  const sign = longs ? 1n : -1n;
  const { level, residue } = levelUp(signed(random, MAX_MARK / 4n), price(10n ** 20n));
  const torn = random.chance(0.5);
  const frame: Frame = {
    remaining: torn ? wide(random, ONE) : ONE,
    proceeds: torn ? signed(random, MAX_MARK) : 0n,
  };
  const shares = sign * (1n + wide(random, 1n << 70n));
  const offset = money(signed(random, price(1n << 80n)));
  account.legs[index] = { shares, offset, residue, node: level };
  sideOf(market, longs).nodes.set(level, {
    id: level,
    rank: price(0n),
    shares: abs(shares),
    frame,
    touched: torn,
    linked: true,
  });

  // The same without frames: what of it is left, and what all of it cost, funding, charges and tear-ups included.
  const fine = 2n * shares * frame.remaining;
  const [forLongs, forShorts] = shifts(market);
  const proceeds = 2n * shares * frame.proceeds * ONE;
  const cost = fine * (longs ? forLongs : forShorts) - proceeds + offset * FINE_UNIT;
  theirs.positions.set(index, { fine, cost, rank: exactRank(level as NodeId, residue), node: level });
}

/** Each anywhere between its bounds. */
function parametersOf(random: Random): MarketParameters {
  const values = {} as MarketValues;
  for (const name of MARKET_NAMES) {
    const [low, high] = MARKET_BOUNDS[name](values);
    values[name] = low + (high > low ? wide(random, high - low) : 0n);
  }
  return values as MarketParameters;
}

/** From 0 to `limit`, every order of magnitude as likely. */
function wide(random: Random, limit: bigint): bigint {
  const bits = BigInt(random.whole(0, limit.toString(2).length));
  return min(limit, (BigInt(Math.floor(random.next() * 2 ** 53)) << bits) >> 53n);
}

function signed(random: Random, limit: bigint): Price {
  return price(random.chance(0.5) ? wide(random, limit) : -wide(random, limit));
}
