// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Interface } from "ethers";
import { readFileSync } from "node:fs";
import { encode } from "../../keeper/act/encode.js";
import { isDone, jobKey, subjectsOf, without, workOf } from "../../keeper/act/jobs.js";
import { maxAbsorbed } from "../../keeper/actions/absorb.js";
import { KINDS, keyOf, kindOf, type Action } from "../../keeper/actions/Action.js";
import { maxSteps } from "../../keeper/actions/deleverage.js";
import { COLLATERAL, type Kind } from "../../keeper/actions/Kind.js";
import { allowed, gasOf, type Measured } from "../../keeper/plan/gas.js";
import type { Look } from "../../keeper/look/prices.js";
import { NO_NODE } from "../../sdk/level.js";
import { USE, accountOf, buildOrder, marketOf, type Address } from "../../sdk/order.js";
import type { Venue } from "../../sdk/state/Venue.js";
import { price, size } from "../../sdk/units.js";
import { IClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IClearinghouse__factory.js";
import { IInsuranceVault__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IInsuranceVault__factory.js";

const address = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;
const [CLEARINGHOUSE, VAULT] = [address(0xc1ea), address(0x7a017)];
const ABIS: Record<string, Interface> = {
  [CLEARINGHOUSE]: new Interface([...IClearinghouse__factory.abi, ...COLLATERAL.fragments]),
  [VAULT]: IInsuranceVault__factory.createInterface(),
};
const [account, market] = [accountOf(address(1), 0), marketOf(1, 0)];
const order = { account, market, size: size(5n), limit: price(10n ** 20n), salt: 7n, expiry: 2_000n, use: USE.MAKER };
const maker = { order: buildOrder(order), signer: address(1), signature: `0x${"11".repeat(64)}1b` };
const fill = { maker, size: size(5n), hint: NO_NODE };
const [number, max, hint] = [3, size(5n), NO_NODE];
const legs = [1, 2].map((n) => ({ account: accountOf(address(n), 0), held: size(5n) }));
const [limit, deadline] = [price(10n ** 20n), 2_000n];

const CALL = { kind: "marginCall", account, calledAt: 0n } as const;

/** One of each kind: the compiler asks for that of a new one. */
const ONE: { readonly [K in Action["kind"]]: Extract<Action, { kind: K }> } = {
  poke: { kind: "poke", group: 1, why: "gap" },
  deleverage: { kind: "deleverage", group: 1, steps: 9n },
  absorb: { kind: "absorb", group: 1, accounts: [account, accountOf(address(2), 0)] },
  net: { kind: "net", group: 1, accounts: [account, accountOf(address(2), 0)] },
  exchangeWithLine: { kind: "exchangeWithLine", account, collateral: 2n },
  offerPledges: { kind: "offerPledges", account },
  clearOffer: { kind: "clearOffer", account },
  liquidate: { kind: "liquidate", account, market, number, fills: [fill] },
  liquidateToAccount: {
    kind: "liquidateToAccount",
    account,
    market,
    number,
    held: max,
    together: true,
    max,
    hint,
    limit,
    deadline,
  },
  liquidateMany: { kind: "liquidateMany", market, number, legs, max, hint, limit, deadline },
  liquidateToVault: { kind: "liquidateToVault", account, market, number, hint },
  marginCall: CALL,
  marginCalls: { kind: "marginCalls", group: 1, calls: [CALL, { ...CALL, account: accountOf(address(2), 0) }] },
  recordCollateralPrice: { kind: "recordCollateralPrice", collateral: 2n },
  processBatch: { kind: "processBatch", batch: 4n },
  fillOrder: { kind: "fillOrder", number, fill, hint, maxFee: 400n, deadline: 2_000n },
  buyInventory: { kind: "buyInventory", market, number, max, hint, limit, deadline },
};
const ALL: readonly Action[] = Object.values(ONE);

describe("keeper's actions", () => {
  it("are the registry's, each under its own name and with a key of its own", () => {
    expect(Object.keys(KINDS).sort()).to.deep.equal(Object.keys(ONE).sort());
    for (const [name, { kind }] of Object.entries(KINDS)) expect(kind).to.equal(name);
    const keys = ALL.map(keyOf);
    expect(new Set(keys).size, keys.join("; ")).to.equal(ALL.length);
    for (const action of ALL) expect(keyOf(action)).to.match(new RegExp(`^${action.kind} .`));
  });

  it("have a rank each, at least one apart, but for the ways to liquidate: those go by danger alone", () => {
    const ranks = new Map<number, string[]>();
    for (const action of ALL) {
      const rank = kindOf(action).rank(action);
      ranks.set(rank, [...(ranks.get(rank) ?? []), action.kind]);
    }
    const shared = [...ranks.values()].filter((kinds) => kinds.length > 1);
    expect(shared).to.deep.equal([
      ["liquidate", "liquidateToAccount", "liquidateMany", "liquidateToVault"],
      ["marginCall", "marginCalls"],
    ]);
    const calm = KINDS.poke.rank({ ...ONE.poke, why: "anchors" });
    const sorted = [...ranks.keys(), calm].sort((a, b) => a - b);
    for (const [i, rank] of sorted.slice(1).entries()) expect(rank - sorted[i]!).to.be.at.least(1);
    expect(sorted.at(-1), "anchors wait for all else").to.equal(calm);
  });

  it("encode to the function of the ABI that has their name, and name events that it has", () => {
    for (const action of ALL) {
      const { to, data } = encode(action, CLEARINGHOUSE, VAULT);
      const call = ABIS[to]!.parseTransaction({ data });
      const inner = call?.name === "tryMulticall" ? (call.args[0] as string[]) : [];
      for (const each of inner) expect(`${ABIS[to]!.parseTransaction({ data: each })?.name}s`).to.equal(action.kind);
      expect(inner.length > 0 ? action.kind : call?.name).to.equal(action.kind);
      const { event } = kindOf(action);
      if (event !== undefined) expect(ABIS[to]!.getEvent(event as "Absorbed")?.name).to.equal(event);
    }
  });

  it("are about something, and not done while that is busy", () => {
    for (const action of ALL) {
      const subjects = subjectsOf(action);
      expect(subjects).to.not.deep.equal([], action.kind);
      expect(without(action, new Set(subjects)), action.kind).to.equal(undefined);
      expect(without(action, new Set(["another"])), action.kind).to.deep.equal(action);
    }
    const [first, second] = ONE.absorb.accounts;
    const rest = without(ONE.absorb, new Set([`account ${first}`]));
    expect(rest).to.deep.equal({ ...ONE.absorb, accounts: [second] });
    expect([workOf(rest!), keyOf(rest!) === keyOf(ONE.absorb)]).to.deep.equal([workOf(ONE.absorb), false]);
    const less = without(ONE.liquidateMany, new Set([`account ${account}`]));
    expect(less).to.deep.equal({ ...ONE.liquidateMany, legs: legs.slice(1) });
    expect([workOf(less!), keyOf(less!) === keyOf(ONE.liquidateMany)]).to.deep.equal([
      workOf(ONE.liquidateMany),
      false,
    ]);
  });

  it("are done once what they were for is gone or another, and not before", () => {
    const venueWith = (legs: unknown[]) => ({ accounts: new Map([[account, { legs }]]) }) as unknown as Venue;
    const leg = { shares: 5n, offset: 0n, node: 71n };
    const [there, same, other, gone] = [[leg], [{ ...leg }], [{ ...leg, node: 7n }], [undefined]].map(venueWith);
    const key = jobKey(ONE.liquidate, there!, {} as Look);
    const done = (venue: Venue, repeated = "") => isDone(key + repeated, ONE.liquidate, venue, {} as Look);
    expect([done(same!), done(same!, " after 90")], "the leg is as it was").to.deep.equal([false, false]);
    expect([done(other!), done(gone!), done(gone!, " after 90")]).to.deep.equal([true, true, true]);
  });

  it("of one position exclude each other: an absorb, and each way to liquidate", () => {
    const busy = new Set(subjectsOf({ ...ONE.absorb, accounts: [account] }));
    for (const action of [ONE.liquidate, ONE.liquidateToAccount, ONE.liquidateToVault]) {
      expect(without(action, busy)).to.equal(undefined);
    }
    const rest = without(ONE.liquidateMany, busy);
    expect(rest?.kind === "liquidateMany" && rest.legs).to.deep.equal(legs.slice(1));
  });

  it("lack no part: the compiler refuses one that does", () => {
    // @ts-expect-error no rank
    const incomplete: Kind<{ kind: "idle" }> = {
      kind: "idle",
      key: () => "",
      subjects: () => [],
      cause: () => "",
      duty: () => false,
      ownKey: false,
      gas: allowed(21_000),
      to: "vault",
      encode: () => "0x",
    };
    // @ts-expect-error listed under another name than its own
    const misnamed: typeof KINDS = { ...KINDS, absorb: KINDS.poke };
    expect([incomplete.rank, misnamed.absorb.kind]).to.deep.equal([undefined, "poke"]);
  });
});

describe("keeper's gas", () => {
  interface GasRow {
    op: string;
    gas: number;
  }
  interface GrowthRow {
    series: string;
    line: string;
    x: number;
    gas: number;
  }
  const read = <T>(name: string) =>
    JSON.parse(readFileSync(new URL(`../../bench/results/${name}.json`, import.meta.url), "utf8")) as T[];

  const figures = (measured: Measured) => {
    if ("op" in measured) {
      const row = read<GasRow>("gas").find(({ op }) => op === measured.op);
      return [[measured.gas, row!.gas]];
    }
    const { series, line, base, each, bend } = measured;
    const points = read<GrowthRow>("growth").filter((row) => row.series === series && row.line === line);
    expect(points.length, series).to.be.greaterThan(2);
    return points.map(({ x, gas }) => [base + each * x + bend * x * x, gas]);
  };

  it("is what the benches measured, within 2%, where they measure it", () => {
    const measured = ALL.filter((action) => kindOf(action).gas.measured !== undefined);
    const kinds = ["deleverage", "absorb", "liquidate", "liquidateToAccount", "liquidateMany", "fillOrder"];
    expect(measured.map(({ kind }) => kind)).to.deep.equal(kinds);
    for (const action of measured) {
      for (const [figure, found] of figures(kindOf(action).gas.measured!)) {
        expect(Math.abs(figure! / found! - 1), `${action.kind}: ${figure}, measured ${found}`).to.be.at.most(0.02);
      }
    }
  });

  it("grows with what an action does, and the most that fits is the most", () => {
    const limit = 16_777_216;
    const absorb = (n: number) => ({ ...ONE.absorb, accounts: Array.from({ length: n }, () => account) });
    const settle = (n: number) => ({ ...ONE.deleverage, steps: BigInt(n) });
    for (const markets of [1, 4]) {
      const absorbed = maxAbsorbed(limit, markets);
      expect(gasOf(KINDS.absorb, absorb(absorbed), markets)).to.be.at.most(limit);
      expect(gasOf(KINDS.absorb, absorb(absorbed + 1), markets)).to.be.greaterThan(limit);
      const steps = maxSteps(limit, markets);
      expect(gasOf(KINDS.deleverage, settle(steps), markets)).to.be.at.most(limit);
      expect(gasOf(KINDS.deleverage, settle(steps + 1), markets)).to.be.greaterThan(limit);
    }
  });

  it("is more in a group of more markets", () => {
    for (const action of ALL) {
      const kind = kindOf(action);
      expect(gasOf(kind, action, 4), action.kind).to.be.greaterThan(gasOf(kind, action, 1));
    }
  });
});
