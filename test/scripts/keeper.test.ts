// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { plan, type AccountState, type GroupState, type Snapshot } from "../../scripts/keeper.js";
import type { SignedOrder } from "../../scripts/orders.js";

const UNIT = 10n ** 9n;

const account = (change: Partial<AccountState>): AccountState => ({
  id: 1n,
  size: UNIT,
  equity: 10n * UNIT,
  initial: 5n * UNIT,
  maintenance: 3n * UNIT,
  atFrozen: 10n * UNIT,
  calledAt: 0n,
  standing: "SOUND",
  ...change,
});

const group = (change: Partial<GroupState>): GroupState => ({
  id: 1n,
  market: 4n,
  phase: "NORMAL",
  gapped: false,
  until: 0n,
  lastUnlock: 0n,
  anchorsDue: 1_120n,
  absorbed: 0n,
  mark: 100n * 10n ** 18n,
  jump: 0n,
  initialMargin: 50_000n,
  discountCap: 15_000n,
  inventory: 99n,
  accounts: [],
  offers: [],
  ownCapacity: 0n,
  ...change,
});

const look = (changed: Partial<GroupState>, time = 1_000n, refused: string[] = []): Snapshot => ({
  time,
  lockDelay: 120n,
  vaultDelay: 15n,
  minDebt: UNIT,
  groups: [group(changed)],
  refused: new Set(refused),
});

const offer = (size: bigint, limit: bigint) => ({ signed: { order: { size, limit } } as SignedOrder, left: size });

describe("keeper's plan", () => {
  it("does nothing about sound accounts, and pokes when the lock delay has passed", () => {
    expect(plan(look({ accounts: [account({})] }))).to.deep.equal([]);
    expect(plan(look({}, 1_120n))).to.deep.equal([{ kind: "poke", group: 1n }]);
  });

  it("locks at a gap before anything else", () => {
    const broke = account({ equity: -5n * UNIT, standing: "INSOLVENT" });
    expect(plan(look({ gapped: true, accounts: [broke] }))).to.deep.equal([{ kind: "poke", group: 1n }]);
  });

  it("absorbs defaulters in ascending order, by frozen marks in a lock", () => {
    const accounts = [3n, 2n].map((id) => account({ id, atFrozen: -1n, standing: "INSOLVENT" }));
    const locked = { phase: "LOCKED", until: 2_000n, accounts } as const;
    expect(plan(look(locked))).to.deep.equal([{ kind: "absorb", group: 1n, accounts: [2n, 3n] }]);
  });

  it("settles a lock that gathered defaulters when it is over, and ends one that gathered none", () => {
    const over = { phase: "LOCKED", until: 1_000n } as const;
    expect(plan(look({ ...over, absorbed: 2n }))[0]!.kind).to.equal("deleverage");
    expect(plan(look(over))[0]!.kind).to.equal("poke");
    const broke = account({ equity: -5n * UNIT, standing: "INSOLVENT" });
    const lapsed = { until: 900n, lastUnlock: 100n, accounts: [broke] };
    expect(plan(look(lapsed))).to.deep.equal([{ kind: "poke", group: 1n }]);
    expect(plan(look({ ...lapsed, lastUnlock: 900n }, 1_020n))[0]!.kind).to.equal("absorb");
  });

  it("calls, then liquidates to orders with the best limits, then to its own account, then to the vault", () => {
    const weak = account({ equity: 2n * UNIT, standing: "LIQUIDATABLE", calledAt: 900n });
    const offers = [offer(UNIT / 2n, 98n), offer(UNIT / 2n, 99n)];
    const [first] = plan(look({ accounts: [weak], offers }));
    expect(first!.kind).to.equal("liquidate");
    const limits = first?.kind === "liquidate" && first.offers.map(({ signed }) => signed.order.limit);
    expect(limits).to.deep.equal([99n, 98n]);

    const rich = { accounts: [weak], offers, ownCapacity: 1_000n * UNIT };
    expect(plan(look(rich, 1_000n, ["liquidate 1"]))[0]!.kind).to.equal("liquidateToAccount");
    expect(plan(look({ accounts: [weak] }))[0]!.kind).to.equal("liquidateToVault");
    expect(plan(look({ accounts: [{ ...weak, calledAt: 0n }] }))).to.deep.equal([{ kind: "marginCall", account: 1n }]);
  });

  it("leaves winners, and the vault's inventory, alone in a lock", () => {
    const weak = account({ equity: 2n * UNIT, standing: "LIQUIDATABLE", calledAt: 900n });
    const locked = { phase: "LOCKED", until: 2_000n, ownCapacity: 1_000n * UNIT } as const;
    expect(plan(look({ ...locked, jump: 1n, accounts: [weak] }))).to.deep.equal([]);
    expect(plan(look({ ...locked, jump: -1n, accounts: [weak] }))[0]!.kind).to.equal("liquidateToAccount");
    expect(plan(look({ ...locked, jump: -1n, accounts: [{ ...weak, id: 99n }] }))).to.deep.equal([]);
  });
});
