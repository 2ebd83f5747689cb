// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { subjectsOf } from "../../keeper/act/jobs.js";
import { maxAbsorbed } from "../../keeper/actions/absorb.js";
import { keyOf, type Action } from "../../keeper/actions/Action.js";
import { maxSteps } from "../../keeper/actions/deleverage.js";
import { pack } from "../../keeper/plan/pack.js";
import { plan } from "../../keeper/plan/plan.js";
import type { Planned } from "../../keeper/plan/planned.js";
import type {
  AccountState,
  GroupState,
  HintOf,
  MarketState,
  Offer,
  Policy,
  Snapshot,
  TraderState,
} from "../../keeper/plan/Snapshot.js";
import { abs } from "../../sdk/arithmetic.js";
import { NO_NODE, type NodeId } from "../../sdk/level.js";
import { USE, accountOf, buildOrder, marketOf, type AccountId, type Address } from "../../sdk/order.js";
import type { Health } from "../../sdk/margin/health.js";
import type { MarketParameters } from "../../sdk/parameters/market.js";
import { money, price, size, type Money } from "../../sdk/units.js";
import { MARKET_DEFAULTS, VENUE_DEFAULTS } from "./defaults.js";

const PRICE = 10n ** 18n;
const MARK = 100n * PRICE;

const address = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;
const [KEEPER, VAULT] = [address(0xbeef), address(0x7a017)];
const trading = (n: number): AccountId => accountOf(address(n), 0);
const quote = (amount: number): Money => money(BigInt(Math.round(amount * 1e9)));
const units = (amount: number) => size(BigInt(Math.round(amount * 1e9)));

const PARAMETERS: MarketParameters = {
  ...MARKET_DEFAULTS,
  maxFunding: 100n,
  softCap: units(1e6),
  hardCap: units(2e6),
};

const POLICY: Policy = {
  millionGas: quote(1),
  maxLoss: quote(1),
  transactionGas: 16_777_216,
  appetite: quote(1e6),
  minDiscount: 3_000n,
  unwindCost: 2_000n,
};

/** Health of one position of `held` units at MARK and an equity of `equity` quote; recorded marks are the mark. */
function health(equity: number, held: number): Health {
  const notional = Math.abs(held) * 100;
  const worth = { cash: quote(equity), equity: quote(equity), atAnchor: quote(equity), atRecordedMark: quote(equity) };
  return { ...worth, initial: quote(0.05 * notional), maintenance: quote(0.03 * notional), fresh: true };
}

function account(id: AccountId, equity: number, held: number): AccountState {
  const legs = held === 0 ? [] : [{ market: 0, size: units(held) }];
  return { id, health: health(equity, held), legs };
}

const SIMPLE = { calledAt: 0n, pledged: undefined, isOwn: false };

function trader(n: number, equity: number, held = 10, change: Partial<TraderState> = {}): TraderState {
  return { ...account(trading(n), equity, held), ...SIMPLE, atFrozen: quote(equity), ...change };
}

function offer(n: number, amount: number, limit: number, change: Partial<Offer> = {}): Offer {
  const order = buildOrder({
    account: trading(n),
    market: marketOf(1, 0),
    size: units(amount),
    salt: BigInt(n),
    expiry: 2_000n,
    limit: price(BigInt(Math.round(limit * 1e6)) * 10n ** 12n),
    use: USE.MAKER,
  });
  const left = units(Math.abs(amount));
  return { signed: { order, signer: "", signature: "" }, left, holds: size(0n), hasWon: false, ...change };
}

interface Changes extends Partial<Omit<GroupState, "markets">> {
  market?: Partial<MarketState>;
}

function group({ market, ...change }: Changes = {}): GroupState {
  const mark = price(MARK);
  const only: MarketState = {
    id: marketOf(1, 0),
    open: true,
    parameters: PARAMETERS,
    jump: price(0n),
    openInterest: units(1_000),
    quote: { mark, long: mark, short: mark, anchor: mark, recordedMark: mark, fresh: true },
    liquidationsFrom: 0n,
    reduceOnly: false,
    staleSince: 0n,
    offerDiscount: 0n,
    offers: [],
    ...market,
  };
  return {
    id: 1,
    phase: "NORMAL",
    gapped: false,
    until: 0n,
    lastUnlock: 0n,
    anchorsDue: 1_120n,
    absorbed: 0,
    deficit: quote(0),
    reserve: quote(0),
    nettable: [],
    nodes: 10,
    absorbableFrom: 0n,
    markets: [only],
    traders: [],
    own: undefined,
    fundable: quote(0),
    inventory: account(accountOf(VAULT, 1), 0, 0),
    ...change,
  };
}

/** The plans for each alone. */
function singly(traders: readonly TraderState[]): Action[] {
  return traders.flatMap((each) => actions(look({ traders: [each], own: rich })));
}

/** What the keeper's account takes over in all, magnitude. */
function takenBy(list: readonly Action[]): bigint {
  return list.reduce((sum, action) => {
    const takes = action.kind === "liquidateToAccount" || action.kind === "liquidateMany";
    return takes ? sum + abs(action.max) : sum;
  }, 0n);
}

function look(changes: Changes = {}, change: Partial<Snapshot> = {}): Snapshot {
  const base = {
    time: 1_000n,
    venue: VENUE_DEFAULTS,
    groups: [group(changes)],
    collaterals: [],
    inRecovery: false,
    undisturbedFrom: 0n,
    batch: undefined,
    keeper: KEEPER,
    payee: 0,
  };
  return { ...base, policy: POLICY, refused: new Set(), hintOf: () => NO_NODE, ...change };
}

const actions = (snapshot: Snapshot): Action[] => plan(snapshot).map(({ action }) => action);
const kinds = (snapshot: Snapshot): string[] => actions(snapshot).map(({ kind }) => kind);
const rich = account(accountOf(KEEPER, 1), 10_000, 0);

describe("keeper's plan", () => {
  it("does nothing about sound accounts, and moves the anchors on when they are due and all prices are fresh", () => {
    const sound = { traders: [trader(1, 100)] };
    expect(actions(look(sound))).to.deep.equal([]);
    expect(actions(look(sound, { time: 1_120n }))).to.deep.equal([{ kind: "poke", group: 1, why: "anchors" }]);
    const stale = { ...group().markets[0]!.quote, fresh: false };
    expect(actions(look({ ...sound, market: { quote: stale, staleSince: 7n } }, { time: 1_120n }))).to.deep.equal([]);
    const debt = { traders: [trader(1, -5)] };
    expect(actions(look(debt, { time: 1_120n })), "an anchor at which somebody owes").to.deep.equal([]);
  });

  it("notes a source that is not usable, and one that is again, once; not of a settled market", () => {
    const note = [{ kind: "poke", group: 1, why: "source" }];
    const stale = { ...group().markets[0]!.quote, fresh: false };
    expect(actions(look({ market: { quote: stale } }))).to.deep.equal(note);
    expect(actions(look({ market: { quote: stale, staleSince: 7n } }))).to.deep.equal([]);
    expect(actions(look({ market: { staleSince: 7n } }))).to.deep.equal(note);
    expect(actions(look({ market: { staleSince: 7n, open: false } }))).to.deep.equal([]);
    const weak = { market: { quote: stale }, phase: "LOCKED" as const, until: 2_000n };
    expect(actions(look(weak)), "a lock ends before").to.deep.equal([]);
  });

  it("locks at a gap before anything else", () => {
    const weak = { traders: [trader(1, -500), trader(2, 20)], own: rich };
    expect(actions(look({ ...weak, gapped: true }))).to.deep.equal([{ kind: "poke", group: 1, why: "gap" }]);
  });

  it("absorbs a debt of any size once all markets of its group are settled, where no gap will ever lock", () => {
    const small = { traders: [trader(1, -5)] };
    expect(actions(look(small)), "while it is open").to.deep.equal([]);
    const absorb = { kind: "absorb", group: 1, accounts: [trading(1)] };
    expect(actions(look({ ...small, market: { open: false } }))).to.deep.equal([absorb]);
    const markets = [...group({ market: { open: false } }).markets, ...group().markets];
    expect(kinds(look({}, { groups: [{ ...group(small), markets }] })), "one of two").to.not.include("absorb");
  });

  it("absorbs by frozen marks in a lock, ascending, and in an open group by debts that may lock it", () => {
    const below = [3, 2].map((n) => trader(n, 50, 10, { atFrozen: quote(-1) }));
    const locked = { phase: "LOCKED", until: 1_100n } as const;
    const absorb = { kind: "absorb", group: 1, accounts: [trading(2), trading(3)] };
    expect(actions(look({ ...locked, traders: below }))).to.deep.equal([absorb]);
    expect(actions(look({ ...locked, traders: below, absorbableFrom: 1_001n }))).to.deep.equal([]);

    const debts = [trader(3, -60), trader(2, -50)];
    expect(actions(look({ traders: debts }))).to.deep.equal([absorb]);
    expect(actions(look({ traders: [trader(3, -99)] })), "below the least debt").to.deep.equal([]);
    expect(actions(look({ traders: debts, lastUnlock: 881n })), "too soon after a lock").to.deep.equal([]);
    const quoted = { ...group().markets[0]!.quote, fresh: false };
    const stale = debts.map((each) => ({ ...each, health: { ...each.health, fresh: false } }));
    const unknown = look({ traders: stale, market: { quote: quoted } });
    expect(kinds(unknown), "a stale price makes no default").to.not.include("absorb");
    const inventory = { ...trader(9, -500), id: accountOf(VAULT, 1) };
    expect(actions(look({ traders: [inventory] })), "the pot pays first").to.deep.equal([]);
  });

  it("registers in a lock, the most first, whose relief may save more than its gas, once somebody will be charged", () => {
    const nettable = [1, 2, 3, 4].map((n) => ({ id: trading(n), relief: n === 3 ? quote(0.001) : quote(n) }));
    const locked = { phase: "LOCKED", until: 1_100n, nettable } as const;
    const all = { kind: "net", group: 1, accounts: [trading(4), trading(2), trading(1)] };
    expect(actions(look(locked)), "nobody owes").to.deep.equal([]);
    expect(actions(look({ ...locked, deficit: quote(5), reserve: quote(5) })), "the vault pays all").to.deep.equal([]);
    expect(actions(look({ ...locked, deficit: quote(5), reserve: quote(4) }))).to.deep.equal([all]);

    const below = [trader(2, 50, 10, { atFrozen: quote(-5) })];
    const [absorb, rest] = actions(look({ ...locked, reserve: quote(4), traders: below }));
    expect(absorb).to.deep.equal({ kind: "absorb", group: 1, accounts: [trading(2)] });
    expect(rest, "not who is absorbed").to.deep.equal({ ...all, accounts: [trading(4), trading(1)] });
    expect(kinds(look({ ...locked, until: 1_000n, absorbed: 1, deficit: quote(5) }))).to.deep.equal(["deleverage"]);

    const policy = { ...POLICY, transactionGas: 300_000, millionGas: quote(1_000) };
    const batches = actions(look({ ...locked, deficit: quote(5) }, { policy }));
    expect(batches, "at any price of gas, but for who saves less than his own").to.deep.equal([]);
    const cheap = actions(look({ ...locked, deficit: quote(5) }, { policy: { ...policy, millionGas: quote(1) } }));
    expect(cheap.map((each) => each.kind === "net" && each.accounts)).to.deep.equal([
      [trading(4), trading(2)],
      [trading(1)],
    ]);
  });

  it("puts the largest debts into the first batch, which must reach the least debt by itself", () => {
    const policy = { ...POLICY, transactionGas: 420_000 };
    const max = maxAbsorbed(policy.transactionGas, 1);
    expect(max).to.be.within(2, 20);
    const debts = Array.from({ length: max + 1 }, (_, i) => trader(i + 1, -1));
    expect(actions(look({ traders: debts }, { policy })), "spread over batches, none is enough").to.deep.equal([]);
    const list = actions(look({ traders: [...debts, trader(99, -100)] }, { policy }));
    expect(list.map((action) => action.kind === "absorb" && action.accounts.length)).to.deep.equal([max, 2]);
    expect(list[0]!.kind === "absorb" && list[0]!.accounts).to.include(trading(99));
  });

  it("settles a lock that gathered defaulters when it is over, and ends one that gathered none", () => {
    const over = { phase: "LOCKED", until: 1_000n } as const;
    const [settle] = actions(look({ ...over, absorbed: 2 }));
    expect(settle).to.deep.equal({ kind: "deleverage", group: 1, steps: 31n });
    const [long] = actions(look({ ...over, absorbed: 2, nodes: 10_000 }));
    expect(long).to.include({ steps: BigInt(maxSteps(POLICY.transactionGas, 1)) });
    expect(kinds(look({ phase: "SETTLING", until: 900n, traders: [trader(1, -9)] }))).to.deep.equal(["deleverage"]);
    expect(actions(look({ ...over, traders: [trader(1, -500)] }))).to.deep.equal([
      { kind: "poke", group: 1, why: "over" },
    ]);
    expect(kinds(look({ until: 900n, lastUnlock: 100n, traders: [trader(1, -500)] }))).to.deep.equal(["poke"]);
  });

  it("liquidates to orders with the best limits, else to its own account, else to the vault, else calls", () => {
    const weak = trader(1, 20, 10, { calledAt: 900n });
    const [poor, good] = [offer(5, 3, 99.5), offer(6, 4, 99.6)];
    const offered = { traders: [weak], own: rich, fundable: quote(1_000), market: { offers: [poor, good] } };
    const [first] = actions(look(offered));
    expect(first!.kind).to.equal("liquidate");
    expect(first!.kind === "liquidate" && first!.fills.map(({ maker }) => maker)).to.deep.equal([
      good.signed,
      poor.signed,
    ]);

    const refused = new Set([keyOf(first!)]);
    const [second] = actions(look({ ...offered, market: {} }));
    expect(second).to.include({ kind: "liquidateToAccount", account: trading(1), number: 1 });
    expect(actions(look(offered, { refused }))[0], "refused once, the next way").to.deep.equal(second);
    const [third] = actions(look({ ...offered, own: undefined, market: {} }));
    expect(third).to.include({ kind: "liquidateToVault", account: trading(1), market: marketOf(1, 0) });
    const uncalled = { ...offered, own: undefined, market: {}, traders: [trader(1, 20)] };
    expect(actions(look(uncalled))).to.deep.equal([{ kind: "marginCall", account: trading(1), calledAt: 0n }]);
    const early = { ...uncalled, traders: [{ ...weak, calledAt: 990n }] };
    expect(actions(look(early)), "the vault must wait").to.deep.equal([]);
    const empty = { ...uncalled, traders: [weak], fundable: quote(1) };
    expect(actions(look(empty)), "the vault cannot").to.deep.equal([]);
  });

  it("closes no more than restores initial margin", () => {
    const [action] = actions(look({ traders: [trader(1, 25)], own: rich }));
    // 25 missing at 5% less a discount of 2.5% * ... : equity - y * d = 50 - y * 5%, with d = 0.67%.
    expectClose(
      action!.kind === "liquidateToAccount" ? Number(action!.max) / 1e9 : NaN,
      25 / (0.05 - 0.00666) / 100,
      0.01,
    );
  });

  it("liquidates at every equity between zero and maintenance margin, by each of the ways to somebody", () => {
    for (const held of [10, -10]) {
      for (let equity = 1; equity < 30; ++equity) {
        const traders = [trader(1, equity, held)];
        const offers = [offer(5, held, 100)];
        expect(kinds(look({ traders, own: rich })), `${equity} ${held}`).to.deep.equal(["liquidateToAccount"]);
        expect(kinds(look({ traders, market: { offers } })), `${equity} ${held}`).to.deep.equal(["liquidate"]);
      }
    }
  });

  it("calls whoever is below the call level, again when a call has lapsed, and liquidates when a call is due", () => {
    const called = (calledAt: bigint, time: bigint) =>
      kinds(look({ traders: [trader(1, 35, 10, { calledAt })], own: rich }, { time }));
    const anchored = { time: 100_000n };
    expect(called(0n, 1_000n)).to.deep.equal(["marginCall"]);
    expect(called(500n, 1_000n)).to.deep.equal([]);
    expect(called(100n, 1_000n)).to.deep.equal(["liquidateToAccount"]);
    expect(called(100n, anchored.time)).to.include("marginCall");
    const { health: worth } = trader(1, 35);
    const stale = trader(1, 35, 10, { health: { ...worth, fresh: false } });
    expect(kinds(look({ traders: [stale] })), "a leg is stale").to.deep.equal([]);
  });

  it("hands to the vault only by a call that stands, for what the vault's discount leaves", () => {
    const toVault = (equity: number, calledAt: bigint) =>
      plan(look({ traders: [trader(1, equity, 10, { calledAt })], fundable: quote(1_000) }, { time: 2_000n })).filter(
        ({ action }) => action.kind === "liquidateToVault",
      );
    expect(toVault(25, 201n).length, "in the call's last second").to.equal(1);
    expect(toVault(25, 200n), "lapsed").to.deep.equal([]);
    expect(toVault(29, 1_900n)[0]!.reward, "the discount is the vault's own").to.equal(0n);
    // At an equity of 25 the discount is 6,666 ppm: 1,666 above what the vault keeps; at 20 it is 10,833, and the share
    // is less.
    const closed = (equity: number, discount: number) => Math.min(1_000, (50 - equity) / (0.05 - discount));
    expectClose(Number(toVault(25, 1_900n)[0]!.reward) / 1e9, closed(25, 0.006666) * 0.001666, 0.001);
    expectClose(Number(toVault(20, 1_900n)[0]!.reward) / 1e9, closed(20, 0.010833) * 0.0054165, 0.001);
  });

  it("has nothing of the discount on another account of its own, and pays no maker from it", () => {
    const owned = { ...trader(1, 20, 10, { calledAt: 900n, isOwn: true }), id: accountOf(KEEPER, 9) };
    const [vault] = plan(look({ traders: [owned], fundable: quote(1_000) }));
    expect(vault).to.include({ reward: 0n });
    expect(vault!.action.kind).to.equal("liquidateToVault");
    const below = look({ traders: [owned], market: { offers: [offer(5, 20, 99.9)] } });
    expect(kinds(below), "an order below the mark").to.deep.equal([]);
    const atMark = look({ traders: [owned], market: { offers: [offer(5, 20, 100)] } });
    expect(plan(atMark)[0]).to.include({ reward: 0n });
    expect(kinds(atMark)).to.deep.equal(["liquidate"]);
  });

  it("takes nothing over from who has listed it as his signer: there is no discount", () => {
    const listed = { traders: [trader(1, 20, 10, { calledAt: 900n, isOwn: true })], own: rich, fundable: quote(1_000) };
    const [only, ...more] = plan(look(listed));
    expect(only).to.include({ reward: 0n });
    expect([only!.action.kind, more]).to.deep.equal(["liquidateToVault", []]);
    expect(actions(look({ ...listed, fundable: quote(0) }))).to.deep.equal([]);
  });

  it("leaves zero or the minimum of a position, whatever orders and its own margin allow", () => {
    const minimum = units(0.1); // 10 quote at 100
    const weak = trader(1, 1); // all 10 may be closed
    const [first] = actions(look({ traders: [weak], market: { offers: [offer(5, 9.95, 100)] } }));
    expect(first!.kind === "liquidate" && first!.fills[0]!.size).to.equal(units(10) - minimum);
    const own = account(accountOf(KEEPER, 1), 49.8, 0); // enough for 9.96
    const [second] = actions(look({ traders: [weak], own }));
    expect(second!.kind === "liquidateToAccount" && second!.max).to.equal(units(10) - minimum);
  });

  it("takes only orders that the contract would", () => {
    const taken = (change: Partial<Offer>, order: object = {}, market: Partial<MarketState> = {}) => {
      const base = offer(5, 20, 99.5, change);
      const offers = [{ ...base, signed: { ...base.signed, order: { ...base.signed.order, ...order } } }];
      return (
        kinds(look({ traders: [trader(1, 20, 10, { calledAt: 999n })], market: { ...market, offers } })).length > 0
      );
    };
    expect(taken({})).to.equal(true);
    expect(taken({}, { matcher: KEEPER })).to.equal(true);
    expect(taken({}, { matcher: address(7) }), "for another matcher").to.equal(false);
    expect(taken({}, { expiry: 999n }), "expired").to.equal(false);
    expect(taken({}, { maxFee: 99n }), "above his fee").to.equal(false);
    expect(taken({}, { use: USE.TAKER }), "a taker's").to.equal(false);
    expect(taken({}, { use: USE.EITHER })).to.equal(true);
    for (const [trigger, triggerAbove, there] of [
      [100n, true, true],
      [100n, false, true],
      [101n, true, false],
      [99n, false, false],
    ] as const) {
      const waits = { trigger: price(trigger * 10n ** 18n), triggerAbove };
      expect(taken({}, waits), `the mark at 100, triggered at ${trigger}`).to.equal(there);
    }
    expect(taken({}, { size: units(-20) }), "on the same side").to.equal(false);
    expect(taken({}, { account: accountOf(address(1), 5) }), "of the same owner").to.equal(false);
    expect(taken({}, { limit: price(90n * PRICE) }), "beyond the discount").to.equal(false);
    expect(taken({}, { limit: price((9_946n * PRICE) / 100n) }), "the keeper's share of 1.0833%").to.equal(true);
    expect(taken({}, { limit: price((9_945n * PRICE) / 100n) }), "beyond it").to.equal(false);
    expect(taken({}, { limit: price(103n * PRICE) }), "outside of the band").to.equal(false);
    expect(taken({ left: units(0.05) }), "below the minimum").to.equal(false);
    expect(taken({}, {}, { reduceOnly: true }), "increases while paused").to.equal(false);
    expect(taken({ holds: units(-20) }, {}, { reduceOnly: true })).to.equal(true);
  });

  it("does not spend an order, its own account, its appetite or the vault's pot twice", () => {
    const weak = [1, 2, 3].map((n) => trader(n, 20, 10, { calledAt: 900n }));
    const big = offer(5, 8, 99.5);
    const byOrders = plan(look({ traders: weak, market: { offers: [big] } }));
    const filled = byOrders.flatMap(({ action }) => (action.kind === "liquidate" ? action.fills : []));
    expect(filled.length).to.equal(2);
    expect(filled.reduce((sum, fill) => sum + fill.size, 0n)).to.equal(units(8));

    const own = account(accountOf(KEEPER, 1), 60, 0);
    const byAccount = actions(look({ traders: weak, own }));
    expect(Number(takenBy(byAccount)) / 1e9).to.be.within(12, 14);
    const policy = { ...POLICY, appetite: quote(500) };
    const careful = actions(look({ traders: weak, own: rich }, { policy }));
    expect(Number(takenBy(careful) / 10n ** 7n)).to.be.within(400, 500);

    const toVault = kinds(look({ traders: weak, fundable: quote(50) }));
    expect(toVault).to.deep.equal(["liquidateToVault"]);
    expect(kinds(look({ traders: weak, fundable: quote(500) })).length).to.equal(3);
  });

  it("makes nobody two things at once: who is another's maker is neither liquidated nor called in the same plan", () => {
    const traders = [trader(1, 5), trader(5, 20, -10)];
    const list = actions(look({ traders, own: rich, market: { offers: [offer(5, 20, 100, { holds: units(-10) })] } }));
    expect(list.map((action) => "account" in action && action.account)).to.deep.equal([trading(1)]);
    const alone = kinds(look({ traders: traders.slice(1), own: rich }));
    expect(alone).to.deep.equal(["liquidateToAccount"]);
  });

  it("takes nothing over that would leave its own account, or the vault's, unsound or short of margin", () => {
    const traders = [trader(1, 20, 10, { calledAt: 999n })];
    const anchored = { quote: { ...group().markets[0]!.quote, anchor: price(95n * PRICE) } };
    const of = (atAnchor: number) => ({ ...rich, health: { ...rich.health, atAnchor: quote(atAnchor) } });
    expect(kinds(look({ traders, market: anchored, own: of(1_000) }))).to.deep.equal(["liquidateToAccount"]);
    expect(kinds(look({ traders, market: anchored, own: of(10) }))).to.deep.equal([]);

    const sound = { atAnchor: quote(1_000), atRecordedMark: quote(1_000) };
    const inventory = (equity: number) => {
      const state = account(accountOf(VAULT, 1), equity, 10);
      const market = { offerDiscount: 14_000n };
      return { own: rich, inventory: { ...state, health: { ...state.health, ...sound } }, market };
    };
    expect(kinds(look(inventory(100)))).to.deep.equal(["buyInventory"]);
    expect(kinds(look(inventory(5)))).to.deep.equal([]);
  });

  it("liquidates the vault's inventory once its pot cannot give it margin any more", () => {
    const inventory = { ...trader(9, 20), id: accountOf(VAULT, 1) };
    const poor = { own: rich, traders: [inventory], inventory };
    expect(kinds(look({ ...poor, fundable: quote(1_000) })), "the pot pays first").to.deep.equal([]);
    expect(actions(look({ ...poor, fundable: quote(0) }))[0]).to.deep.include({
      kind: "liquidateToAccount",
      account: inventory.id,
    });
  });

  it("leaves winners, the vault's inventory and whoever will be absorbed alone in a lock, and a maker on the winning side", () => {
    const weak = trader(1, 20, 10, { calledAt: 900n });
    const locked = { phase: "LOCKED", until: 2_000n, own: rich, fundable: quote(1_000), traders: [weak] } as const;
    const [up, down] = [{ jump: price(PRICE) }, { jump: price(-PRICE) }];
    expect(actions(look({ ...locked, market: up }))).to.deep.equal([]);
    expect(kinds(look({ ...locked, market: down }))).to.deep.equal(["liquidateToAccount"]);
    expect(kinds(look({ ...locked, market: down, own: undefined })), "nor does the vault trade").to.deep.equal([]);
    expect(kinds(look({ ...locked, market: down, traders: [{ ...weak, atFrozen: quote(-1) }] }))).to.deep.equal([
      "absorb",
    ]);
    const inventory = { ...weak, id: accountOf(VAULT, 1) };
    expect(kinds(look({ ...locked, market: down, traders: [inventory] }))).to.deep.equal([]);
    const short = account(accountOf(KEEPER, 1), 10_000, -20);
    expect(kinds(look({ ...locked, market: down, own: short })), "it would leave the winning side").to.deep.equal([]);
    const from = (holds: number, hasWon = false) => ({
      ...down,
      offers: [offer(5, 20, 99.5, { holds: units(holds), hasWon })],
    });
    expect(kinds(look({ ...locked, own: undefined, market: from(-20) }))).to.deep.equal([]);
    expect(kinds(look({ ...locked, own: undefined, market: from(20) }))).to.deep.equal(["liquidate"]);
    expect(kinds(look({ ...locked, own: undefined, market: from(20, true) })), "it won elsewhere").to.deep.equal([]);

    const two = [...group({ market: down }).markets, ...group({ market: up }).markets];
    const winner = { ...rich, legs: [{ market: 1, size: units(1) }] };
    const inTwo = (own: AccountState) => look({}, { groups: [{ ...group(locked), markets: two, own }] });
    expect(kinds(inTwo(rich))).to.deep.equal(["liquidateToAccount"]);
    expect(kinds(inTwo(winner)), "nor does who won elsewhere take over").to.deep.equal([]);
  });

  it("liquidates nothing that is paused, settled, without a fresh price, insolvent, or unsound at the recorded marks by it", () => {
    const weak = trader(1, 20, 10, { calledAt: 999n });
    const of = (market: Partial<MarketState>, traders = [weak]) => actions(look({ own: rich, traders, market }));
    const quoted = group().markets[0]!.quote;
    expect(of({}).length).to.equal(1);
    expect(of({ liquidationsFrom: 1_001n })).to.deep.equal([]);
    expect(of({ open: false })).to.deep.equal([]);
    expect(of({ quote: { ...quoted, fresh: false }, staleSince: 7n })).to.deep.equal([]);
    expect(of({}, [trader(1, -20, 10, { calledAt: 999n })])).to.deep.equal([]);
    const unsound = { ...weak, health: { ...weak.health, atAnchor: quote(0.01) } };
    expect(of({}, [unsound])).to.deep.equal([]);
  });

  it("takes the most dangerous first, and what protects everybody before what pays", () => {
    const weak = [28, 10, 20].map((equity, i) => trader(i + 1, equity));
    const [batch, ...rest] = actions(look({ traders: weak, own: rich }));
    expect(rest).to.deep.equal([]);
    const legs = [2, 3, 1].map((n) => ({ account: trading(n), held: units(10) }));
    expect(batch?.kind === "liquidateMany" && batch.legs).to.deep.equal(legs);
    const calls = [28, 36, 33].map((equity, i) => trader(i + 1, equity));
    const called = actions(look({ traders: calls })).flatMap((each) => (each.kind === "marginCalls" ? each.calls : []));
    expect(called.map((call) => call.account)).to.deep.equal([1, 2, 3].map(trading));
    const two = look({ traders: weak, own: rich });
    const other = { ...group({ gapped: true }), id: 2 };
    expect(kinds({ ...two, groups: [...two.groups, other] })[0]).to.equal("poke");
  });

  it("puts takeovers of one side of a market together, but not one that is cut or that eases its own position", () => {
    const weak = [1, 2].map((n) => trader(n, 20));
    const [batch] = actions(look({ traders: weak, own: rich }));
    expect(batch).to.include({ kind: "liquidateMany", market: marketOf(1, 0), number: 1 });
    expect(takenBy([batch!])).to.equal(takenBy(singly(weak)));
    const shorts = [3, 4].map((n) => trader(n, 20, -10));
    const sides = actions(look({ traders: [...weak, ...shorts], own: rich }));
    expect(sides.filter(({ kind }) => kind === "liquidateMany").length).to.be.at.most(1);
    expect(sides.some((action) => action.kind === "liquidateToAccount" && !action.together)).to.equal(true);
    const refused = new Set([keyOf(batch!)]);
    const again = actions(look({ traders: weak, own: rich }, { refused }));
    expect(again.map(({ kind }) => kind)).to.deep.equal(["liquidateToAccount", "liquidateToAccount"]);
  });

  it("asks for the place in the queue of what each party will hold, and a batch for the place of all that it takes", () => {
    const asked: [AccountId, bigint, bigint, bigint][] = [];
    const hintOf: HintOf = (...each) => BigInt(asked.push(each)) as NodeId;
    const first = (changes: Changes) => {
      asked.length = 0;
      return actions(look(changes, { hintOf }))[0]!;
    };
    const btc = marketOf(1, 0);
    const weak = trader(1, 20, -10, { calledAt: 900n });
    const own = first({ traders: [weak], own: rich });
    expect(own).to.include({ kind: "liquidateToAccount", hint: 1n });
    expect(asked[0]).to.deep.equal([rich.id, btc, -takenBy([own]), MARK]);
    const many = first({ traders: [weak, trader(2, 20, -10)], own: rich });
    expect(many).to.include({ kind: "liquidateMany", hint: BigInt(asked.length) });
    expect(asked.at(-1)).to.deep.equal([rich.id, btc, -takenBy([many]), MARK]);

    const maker = offer(5, -3, 100.5);
    const orders = first({ traders: [weak], market: { offers: [maker] } });
    expect(orders).to.include({ kind: "liquidate" });
    expect(asked[0]).to.deep.equal([trading(5), btc, -units(3), maker.signed.order.limit]);
    const vault = first({ traders: [weak], fundable: quote(1_000) });
    expect(vault).to.include({ kind: "liquidateToVault" });
    const [id, , delta, at] = asked[0]!;
    expect([id, at, delta < 0n]).to.deep.equal([accountOf(VAULT, 1), MARK, true]);
  });

  it("leaves what is not worth its gas, but never what protects everybody", () => {
    const policy = { ...POLICY, millionGas: quote(1_000), maxLoss: quote(1) };
    const weak = { traders: [trader(1, 20)], own: rich };
    expect(plan(look(weak))[0]!.net).to.be.greaterThan(0n);
    expect(actions(look(weak, { policy }))).to.deep.equal([]);
    expect(kinds(look({ gapped: true }, { policy }))).to.deep.equal(["poke"]);
    expect(actions(look({}, { policy, time: 1_120n })), "anchors can wait").to.deep.equal([]);
  });

  it("prices a batch that is due, but not while a default may still cost the vault", () => {
    const batch = { id: 4n, dueAt: 1_000n, open: true };
    const price4 = [{ kind: "processBatch", batch: 4n }];
    expect(actions(look({}, { batch }))).to.deep.equal(price4);
    expect(actions(look({}, { batch: { ...batch, dueAt: 1_001n } }))).to.deep.equal([]);
    expect(actions(look({}, { batch: { ...batch, open: false } }))).to.deep.equal([]);
    expect(kinds(look({ gapped: true }, { batch }))).to.deep.equal(["poke"]);
    expect(kinds(look({ traders: [trader(1, -500)] }, { batch }))).to.deep.equal(["absorb"]);
    expect(kinds(look({ traders: [trader(1, -1)] }, { batch })), "a debt that nobody may absorb yet").to.deep.equal([]);
  });

  it("buys the vault's inventory once its discount has grown, and closes its own position against orders near the mark", () => {
    const inventory = account(accountOf(VAULT, 1), 100, 10);
    const offered = { inventory, own: rich };
    const bought = (offerDiscount: bigint) =>
      kinds(look({ ...offered, market: { offerDiscount } })).filter((kind) => kind !== "poke");
    expect(bought(POLICY.minDiscount - 1n)).to.deep.equal([]);
    expect(bought(POLICY.minDiscount)).to.deep.equal(["buyInventory"]);

    const held = account(accountOf(KEEPER, 1), 1_000, 10);
    const sold = (limit: number) => kinds(look({ own: held, market: { offers: [offer(5, 4, limit)] } }));
    expect(sold(99.9)).to.deep.equal(["fillOrder"]);
    expect(sold(99.7), "worse than it accepts").to.deep.equal([]);
  });

  it("names every action, and has none twice", () => {
    const weak = [1, 2, 3].map((n) => trader(n, 20, 10, { calledAt: 900n }));
    const list = actions(
      look({ traders: [...weak, trader(4, 35)], own: rich, market: { offers: [offer(5, 4, 99.5)] } }),
    );
    expect(list.map(({ kind }) => kind)).to.deep.equal(["liquidate", "liquidateMany", "marginCall"]);
    expect(new Set(list.map(keyOf)).size).to.equal(3);
    expect(new Set(list.flatMap(subjectsOf)).size).to.equal(4);
  });
});

describe("keeper's pack", () => {
  it("takes a block by urgency, and drops what counts on something that was dropped", () => {
    const planned = (action: Action, needed: number): Planned => ({
      action,
      gas: needed,
      urgency: 0,
      reward: money(0n),
      net: money(0n),
      wanted: true,
    });
    const [first, second, third] = [
      planned({ kind: "absorb", group: 1, accounts: [trading(1)] }, 70),
      planned({ kind: "absorb", group: 1, accounts: [trading(2)] }, 10),
      planned({ kind: "absorb", group: 2, accounts: [trading(3)] }, 30),
    ];
    expect(pack([first, second, third], 200)).to.deep.equal([first, second, third]);
    expect(pack([first, second, third], 100)).to.deep.equal([first, second]);
    expect(pack([first, second, third], 60)).to.deep.equal([third]);
  });
});

/** Of fractions: Hardhat's closeTo, once it is loaded, only takes integers. */
function expectClose(actual: number, expected: number, within: number, what = ""): void {
  expect(Math.abs(actual - expected) <= within, `${what}: ${actual}, expected ${expected}`).to.equal(true);
}
