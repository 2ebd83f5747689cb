// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe as suite, it } from "node:test";
import { decodeFunctionData, encodeFunctionData, toFunctionSelector } from "viem";
import { clearinghouseFunctionsAbi as abi } from "../../../../sdk/abis/clearinghouseFunctions.js";
import { MARKET_UNITS } from "../../../../sdk/parameters/market.js";
import { changeText } from "./changes";
import { changeOf, pauseOf } from "./proposal";
import { describe, functionOf, stateOf } from "./operations";

const ADDRESS = `0x${"12".repeat(20)}` as const;
const PARAMETERS = Object.keys(MARKET_UNITS);
const none = () => undefined;

suite("an announced operation", () => {
  it("waits, may be executed, and lapses at the manager's seconds", () => {
    assert.equal(stateOf(100n, 50n, 99n), "waits");
    assert.equal(stateOf(100n, 50n, 100n), "ready");
    assert.equal(stateOf(100n, 50n, 149n), "ready");
    assert.equal(stateOf(100n, 50n, 150n), "lapsed");
  });

  it("of parameters tells what changes, and nothing else", () => {
    const params = {
      initialMargin: 50_000,
      maintenanceMargin: 30_000,
      gapThreshold: 20_000,
      priceBand: 20_000,
      staleShock: 50_000,
      makerFee: 100,
      takerFee: 500,
      discountFloor: 2_500,
      discountCap: 15_000,
      maxFunding: 60,
      minNotional: 10_000_000_000,
      softCap: 1n,
      hardCap: 2n,
      fundingDepth: 1_000_000,
    };
    const data = encodeFunctionData({ abi, functionName: "setMarketParams", args: [4, params] } as never);
    const rows = Object.entries(params).map(([name, value]) => ({
      name,
      unit: "ppm" as const,
      value: name === "takerFee" ? 400n : BigInt(value),
      low: 0n,
      high: 0n,
    }));
    const described = describe(data, (scope) => (scope === "market-4" ? rows : undefined));
    assert.deepEqual(described, {
      name: "setMarketParams",
      scope: "market-4",
      lines: ["takerFee: 0.04% → 0.05%"],
    });
  });

  it("of a budget and of an address tells them", () => {
    const budget = encodeFunctionData({ abi, functionName: "setVaultBudget", args: [1, 5_000_000_000n] } as never);
    assert.deepEqual(describe(budget, none).lines, ["vaultBudget: – → 5.00"]);
    const treasury = encodeFunctionData({ abi, functionName: "setTreasury", args: [ADDRESS] });
    assert.equal(describe(treasury, none).name, "setTreasury");
    assert.match(describe(treasury, none).lines[0]!, /0x1212/);
  });

  it("of an unknown call says so with its selector, also when its data is cut off", () => {
    assert.match(describe("0x12345678", none).lines[0]!, /0x12345678/);
    const whole = encodeFunctionData({ abi, functionName: "setTreasury", args: [ADDRESS] });
    assert.equal(describe(whole.slice(0, 40) as `0x${string}`, none).name, undefined);
  });

  it("is named by its selector", () => {
    const item = abi.find((each) => each.name === "setTreasury")!;
    assert.equal(functionOf(toFunctionSelector(item)), "setTreasury");
    assert.equal(functionOf("0xffffffff"), undefined);
  });
});

suite("a proposal", () => {
  const params = { takerFee: 400, initialMargin: 50_000, softCap: 7n } as never;
  const here = {
    venue: { params: { lockDelay: 120 } },
    markets: [{ market: 4, params }],
    groups: [{ group: 1 }],
  } as never;

  it("changes one parameter of its market, and leaves the others", () => {
    const whole = { ...Object.fromEntries(PARAMETERS.map((name) => [name, 1])), takerFee: 400 };
    const market = { markets: [{ market: 4, params: whole }], groups: [], venue: { params: {} } } as never;
    const data = changeOf("market-4", "takerFee", 300n, market)!;
    const { args } = decodeFunctionData({ abi, data });
    assert.equal(Number(args![0]), 4);
    for (const [name, value] of Object.entries(args![1] as object)) {
      assert.equal(Number(value), name === "takerFee" ? 300 : 1, name);
    }
  });

  it("of a group is its vault's budget", () => {
    const { functionName, args } = decodeFunctionData({ abi, data: changeOf("group-1", "vaultBudget", 5n, here)! });
    assert.deepEqual([functionName, args], ["setVaultBudget", [1, 5n]]);
  });

  it("of what is not there is none", () => {
    assert.equal(changeOf("market-5", "takerFee", 1n, here), undefined);
    assert.equal(changeOf("market-4", "toString", 1n, here), undefined);
    assert.equal(changeOf("group-1", "takerFee", 1n, here), undefined);
  });

  it("of a pause is of a market, or of everything", () => {
    const argsOf = (data: `0x${string}`) => decodeFunctionData({ abi, data }).args;
    assert.deepEqual(argsOf(pauseOf("market-4", 2, 3_600n)), [4, 2, 3_600n]);
    assert.deepEqual(argsOf(pauseOf("venue", 3, 60n)), [0, 3, 60n]);
  });
});

suite("a change", () => {
  it("is told in its unit, by its scope", () => {
    assert.equal(changeText("market-4", "takerFee", "400"), "0.04%");
    assert.equal(changeText("venue", "lockDelay", "120"), "2 min 00 s");
    assert.equal(changeText("venue", "pause", "1"), "no new risk");
    assert.equal(changeText("venue", "pausedUntil", "0"), "–");
    assert.equal(changeText("venue", "treasury", ADDRESS), "0x1212…1212");
    assert.equal(changeText("market-4", "settledAt", "1000000000000000000"), "1.0000");
  });

  it("without a value before has none, and what is no number stays as it is", () => {
    assert.equal(changeText("venue", "lockDelay", null), "not set");
    assert.equal(changeText("venue", "lockDelay", "soon"), "soon");
  });
});
