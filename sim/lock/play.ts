// SPDX-License-Identifier: MIT
import { seeded, type Random } from "../../tools/random.js";
import { Fraction } from "./Fraction.js";
import { DEFAULTS, LockModel, LONG, Revert, SHORT, VAULT, type Parameters, type Rules } from "./LockModel.js";

/** One random play against the lock model, and what it promised and did not keep. */
export interface PlayOptions {
  readonly seed: number;
  readonly rules: Rules;
  readonly parameters?: Partial<Parameters>;
  readonly steps?: number;
  /** Keepers that poke, absorb, liquidate and deleverage after every step; else they act at random. */
  readonly awake?: boolean;
  /** Keepers that register whoever gains by it; else some are, at random. Default: as `awake`. */
  readonly registering?: boolean;
  /** Awake keepers that absorb only after the price has moved once more within the lock. */
  readonly late?: boolean;
  readonly staleness?: boolean;
  readonly vault?: boolean;
  readonly markets?: number;
}

export interface Tally {
  settlements: number;
  solventSettlements: number;
  absorbed: number;
  charged: number;
  rounds: number;
  fills: number;
  liquidations: number;
  orders: number;
  shortfall: number;
  longestLock: number;
  registered: number;
  secondDefaults: number;
  belowAnchor: number;
  readonly broken: string[];
}

export function play(options: PlayOptions): Tally {
  const random = seeded(options.seed);
  const below = (n: number) => Math.floor(random() * n);
  const markets = options.markets ?? 1 + below(4);
  const people = 5 + below(6);
  const parameters: Parameters = {
    ...DEFAULTS,
    mode: random() < 0.5 ? "QUEUE" : "PRORATA",
    vaultBudget: options.vault === false || random() < 0.4 ? Fraction.ZERO : Fraction.of(1 + below(200_000)),
    ...options.parameters,
  };
  const model = new LockModel(
    options.rules,
    parameters,
    Array.from({ length: markets }, () => Fraction.of(5_000 + below(10_000))),
    people + 1,
  );
  const net = options.rules.charge === "net";
  const registering = net && (options.registering ?? options.awake ?? false);
  const tally: Tally = {
    settlements: 0,
    solventSettlements: 0,
    absorbed: 0,
    charged: 0,
    rounds: 0,
    fills: 0,
    liquidations: 0,
    orders: 0,
    shortfall: 0,
    longestLock: 0,
    registered: 0,
    secondDefaults: 0,
    belowAnchor: 0,
    broken: [],
  };
  const attempt = (action: () => void): boolean => {
    try {
      action();
      return true;
    } catch (error) {
      if (error instanceof Revert) return false;
      throw error;
    }
  };
  const expectHolds = (id: string, holds: boolean, detail = "") => {
    if (!holds) tally.broken.push(`${id} ${detail}`);
  };

  for (let id = 0; id <= people; id++) {
    if (id === VAULT && options.vault === false) continue;
    model.deposit(id, Fraction.of(20_000 + below(id === VAULT ? 500_000 : 80_000)));
  }
  let seen = 0;
  const check = () => {
    expectHolds("P3 ledger", model.imbalance().sign === 0);
    expectHolds("P7 tokens", model.tokens.sign >= 0 && model.shortfall.sign >= 0);
    model.markets.forEach((m, k) => {
      const long = model.sizeOf(k, LONG).plus(m.estate[LONG]);
      const short = model.sizeOf(k, SHORT).plus(m.estate[SHORT]);
      expectHolds("P3 sides", long.eq(short) && long.eq(m.openInterest), `market ${k}`);
      if (model.phase === "NORMAL") expectHolds("P3 estate", m.estate[0].sign === 0 && m.estate[1].sign === 0);
      expectHolds("P6 charge", model.phase === "NORMAL" || !model.jump(k).abs().lt(m.charged), `market ${k}`);
    });
    for (; seen < model.settlements.length; seen++) {
      const s = model.settlements[seen];
      if (s === undefined) throw new RangeError();
      tally.settlements += 1;
      tally.absorbed += s.absorbed;
      tally.rounds = Math.max(tally.rounds, s.round);
      tally.longestLock = Math.max(tally.longestLock, s.lockedFor);
      if (s.collected.sign > 0) tally.charged += 1;
      tally.shortfall += s.shortfall.toNumber();
      tally.registered += s.registered;
      tally.secondDefaults += s.secondDefaults;
      tally.belowAnchor += s.belowAnchor;
      if (model.rules.charge !== "rounds") {
        expectHolds("P3 settlement", s.vaultPaid.plus(s.collected).plus(s.shortfall).eq(s.deficit));
      }
      s.charged.forEach((c, k) => expectHolds("P6 charge", !(s.jumps[k] ?? Fraction.ZERO).abs().lt(c), `market ${k}`));
      if (s.shortfall.sign > 0) expectHolds("P6 capacity", s.capacityLeft.sign === 0, `left ${s.capacityLeft}`);
      if (s.solventAtAnchors) {
        tally.solventSettlements += 1;
        expectHolds("P1", s.shortfall.sign === 0, `shortfall ${s.shortfall} of ${s.deficit}`);
        if (markets === 1) expectHolds("P2", s.secondDefaults === 0 && s.belowAnchor === 0);
      }
      if (net && s.solventAtStart) expectHolds("P1 at start", s.shortfall.sign === 0, `shortfall ${s.shortfall}`);
      if (net) {
        expectHolds("P8 second default of a registered account", s.registeredDefaults === 0);
        expectHolds("P8 registered, and below anchor and frozen mark", s.registeredBelow === 0);
      }
      // Who is not registered pays gross, and may default by it.
      if (options.awake === true && (!net || registering)) {
        expectHolds("AWAKE solvent at anchors", s.solventAtStart);
        expectHolds("AWAKE second default left", s.secondDefaults === 0, `after round ${s.round}`);
      }
    }
  };
  const checkOrders = () => {
    const candidates = model.accounts.map((_, id) => id).filter((id) => model.absorbable(id) || model.nettable(id));
    if (model.phase !== "LOCKED" || candidates.length < 2) return;
    tally.orders += 1;
    const results = [1, 1_000_000].map((steps, i) => {
      const twin = model.clone();
      resolve(twin, i === 0 ? (ids) => ids : (ids) => ids.reverse(), steps, i === 0);
      return twin;
    });
    const [one, other] = results;
    if (one === undefined || other === undefined) throw new RangeError();
    expectHolds("P5 unlocks", one.phase === "NORMAL" && other.phase === "NORMAL");
    const bound = model.until + parameters.maxRounds * parameters.roundDelay;
    expectHolds("P5 in time", one.now <= bound);
    expectHolds("P4 shortfall", one.shortfall.eq(other.shortfall));
    one.accounts.forEach((_, id) => {
      const a = one.account(id);
      const b = other.account(id);
      const same =
        a.cash.eq(b.cash) &&
        a.positions.every((p, k) => {
          const o = other.position(id, k);
          return p.q.eq(o.q) && one.equity(id, one.anchors()).eq(other.equity(id, other.anchors()));
        });
      expectHolds("P4 order", same, `account ${id}`);
    });
  };

  const someone = () => 1 + below(people);
  const trade = () => {
    const k = below(markets);
    const price = model
      .market(k)
      .live.times(Fraction.of(10_000 + below(2 * parameters.bandBps + 1) - parameters.bandBps, 10_000));
    if (random() < 0.3) {
      // Close, or leave a winning position if the model lets one.
      const id = someone();
      const q = model.position(id, k).q;
      if (q.sign === 0) return;
      const size = random() < 0.5 ? q.abs() : q.abs().times(Fraction.of(1, 2));
      const other = someone();
      if (attempt(() => (q.sign > 0 ? model.fill(other, id, k, size, price) : model.fill(id, other, k, size, price)))) {
        tally.fills += 1;
      }
      return;
    }
    // As large as margin allows, often.
    const [buyer, seller] = [random() < 0.1 ? VAULT : someone(), someone()];
    const cash = Math.max(1, Math.min(model.account(buyer).cash.toNumber(), model.account(seller).cash.toNumber()));
    const mark = Math.max(1, Math.abs(model.market(k).live.toNumber()));
    const max = Math.max(1, Math.floor((cash * 10) / mark));
    const size = Fraction.of(random() < 0.5 ? 1 + below(max) : Math.max(1, Math.floor(max * (0.85 + 0.13 * random()))));
    if (attempt(() => model.fill(buyer, seller, k, size, price))) tally.fills += 1;
  };
  const liquidate = (id: number, target: number) => {
    const marks = model.marks();
    if (model.equity(id, marks).sign < 0 || !model.equity(id, marks).lt(model.maintenance(id, marks))) return;
    for (const k of shuffled(markets, random)) {
      const q = model.position(id, k).q;
      if (q.sign === 0) continue;
      const want = random() < target ? q.abs() : q.abs().times(Fraction.of(1 + below(3), 4));
      for (const taker of shuffled(people + 1, random)) {
        if (attempt(() => model.liquidate(id, taker, k, want, below(100)))) {
          tally.liquidations += 1;
          break;
        }
      }
    }
  };
  const absorbSome = (all: boolean) => {
    for (let again = true; again;) {
      const ids = shuffled(people + 1, random).filter((id) => model.absorbable(id) && (all || random() < 0.5));
      again = ids.length > 0 && attempt(() => model.absorb(...ids.slice(0, all ? 1 : 1 + below(3)))) && all;
      if (!again && ids.length > 1 && all) attempt(() => model.absorb(...ids));
    }
  };
  const registerAll = () => {
    const ids = shuffled(people + 1, random).filter((id) => model.nettable(id));
    if (ids.length > 0) attempt(() => model.net(...ids));
  };
  const keep = () => {
    for (let i = 0; i < 3; i++) {
      attempt(() => model.poke());
      if (registering) registerAll();
      if (options.late !== true || model.phase === "NORMAL" || model.now > model.lockedAt) absorbSome(true);
      if (i === 0 && random() < 0.3) checkOrders();
      attempt(() => model.deleverage(random() < 0.5 ? 1_000_000 : 1 + below(3)));
    }
    if (model.phase === "SETTLING") attempt(() => model.deleverage());
    for (const id of shuffled(people + 1, random)) liquidate(id, 0.7);
  };

  const wild = 0.02 + 0.1 * random();
  for (let step = 0; step < (options.steps ?? 60); step++) {
    const inLock = options.late === true && model.phase === "LOCKED" && model.now === model.lockedAt;
    model.now += inLock ? 1 + below(50) : ([1, 5, 15, 15, 30, 60, 60, 120][below(8)] ?? 1);
    model.markets.forEach((m) => {
      if (options.staleness === true && random() < 0.1) m.fresh = !m.fresh;
      const move = random() < wild ? below(12_001) - 6_000 : random() < 0.2 ? below(801) - 400 : below(121) - 60;
      const next = m.live.times(Fraction.of(10_000 + move, 10_000)).toNumber();
      m.live = Fraction.of(Math.max(50, Math.min(1_000_000, Math.round(next))));
    });
    if (options.awake === true) keep();
    check();
    for (let n = below(8); n > 0; n--) {
      const draw = random();
      if (draw < 0.6) trade();
      else if (draw < 0.7) attempt(() => model.deposit(below(people + 1), Fraction.of(1 + below(20_000))));
      else if (draw < 0.78) {
        const id = someone();
        const free = Math.floor(model.account(id).cash.toNumber());
        if (free > 0) attempt(() => model.withdraw(id, Fraction.of(1 + below(free))));
      } else if (net && draw < 0.8) attempt(() => model.net(...shuffled(people + 1, random).slice(0, 1 + below(3))));
      else if (draw < 0.83) liquidate(someone(), 0.3);
      else if (draw < 0.88) absorbSome(random() < 0.5);
      else if (draw < 0.94) attempt(() => model.poke());
      else attempt(() => model.deleverage(1 + below(4)));
      check();
    }
    if (random() < 0.2) checkOrders();
    if (options.awake === true) keep();
    check();
    if (tally.broken.length > 0) break;
  }
  return tally;
}

/**
 * Absorbs and registers whoever can be, before or after, and deleverages, as a diligent keeper would, until the group
 * is NORMAL.
 */
export function resolve(
  model: LockModel,
  order: (ids: number[]) => number[],
  maxSteps: number,
  registerFirst = true,
  registering = true,
): void {
  const register = () => {
    const ids = model.accounts.map((_, id) => id).filter((id) => model.nettable(id));
    if (registering && model.rules.charge === "net") for (const id of order(ids)) model.net(id);
  };
  for (let i = 0; i < 10_000 && model.phase !== "NORMAL"; i++) {
    if (registerFirst) register();
    for (;;) {
      const [first] = order(model.accounts.map((_, id) => id).filter((id) => model.absorbable(id)));
      if (first === undefined) break;
      model.absorb(first);
    }
    if (!registerFirst) register();
    model.now = Math.max(model.now, model.until);
    model.sync();
    if (!model.settled) model.deleverage(maxSteps);
  }
}

function shuffled(n: number, random: Random): number[] {
  const list = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [list[i], list[j]];
    if (a === undefined || b === undefined) throw new RangeError();
    [list[i], list[j]] = [b, a];
  }
  return list;
}
