// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ContractFactory, Interface, type JsonRpcSigner } from "ethers";
import type { Address } from "../../sdk/range.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Chain } from "../../sim/venue/Chain.js";
import { driftOf } from "../check/drift.js";
import { stateText } from "../check/stateText.js";
import * as errors from "../errors.js";
import { describeCall } from "../look/describe.js";
import { MANAGER } from "../look/logs.js";
import { CLEARINGHOUSE } from "../look/roles.js";
import { readSituation } from "../look/Situation.js";
import { simulate } from "../simulate/simulate.js";
import type { Simulation } from "../simulate/Simulation.js";
import { parseWish } from "../wish/WishFile.js";
import { Town, artifact } from "./Town.js";

const UNIT = 10n ** 18n;
const NANO = 10n ** 9n;
const PARAMS =
  "haircut: 20%, maxDiscount: 10%, discountRate: 20% / h, feeRate: 1% / y, cap: 1000000000000000000000 units";
const WORD = new Interface(["function mint(address, uint256)", "function approve(address, uint256)"]);

describe("governance of collateral", () => {
  let town: Town;
  let coin: Address;
  let source: Address;
  let other: Address;
  let far: Address;
  before(async () => {
    town = await Town.open({ leverages: [18, 17, 5], vaultSeed: 10_000_000_000n, before: coins });
  });
  after(() => town?.stop());

  async function coins(_: Chain, [deployer]: JsonRpcSigner[]): Promise<object> {
    const deploy = async (name: string, ...args: unknown[]) => {
      const { abi, bytecode } = await artifact(name);
      const made = await new ContractFactory(abi, bytecode, deployer).deploy(...args);
      await made.waitForDeployment();
      return (await made.getAddress()) as Address;
    };
    coin = await deploy("MockToken", "Wrapped Ether", "WETH", 18);
    source = await deploy("MockPriceSource", 3_000n * UNIT);
    other = await deploy("MockPriceSource", 3_060n * UNIT);
    far = await deploy("MockPriceSource", 4_000n * UNIT);
    return {};
  }

  const fileOf = (wish: string) => parseWish(`title: Test\n${wish}`, "w.yaml");
  const play = async (wish: string): Promise<Simulation> => {
    const situation = await readSituation(town.rpc, town.deployment);
    return simulate({ file: fileOf(wish), situation, rpc: town.rpc, url: town.url });
  };
  const refused = (wish: string, error: new (...args: never[]) => Error, says: RegExp) =>
    assert.rejects(play(wish), (failure: Error) => {
      assert.equal(failure.constructor.name, error.name, failure.message);
      assert.match(failure.message, says);
      return true;
    });
  const listing = (line = "5,000 quote") =>
    `collaterals: { WETH: { token: "${coin}", source: "${source}", line: "${line}", ${PARAMS} } }`;
  const govern = async (from: Address, name: string, args: unknown[]) => {
    const to = town.deployment.authority;
    const data = CLEARINGHOUSE.encodeFunctionData(name, args);
    const send = (kind: string, more: unknown[]) => ({
      ...{ from, to },
      data: MANAGER.encodeFunctionData(kind, [town.deployment.clearinghouse, data, ...more]) as Hex,
    });
    await town.send([send("schedule", [0])]);
    await town.send([send("execute", [])], town.venue.now + 3_601);
  };

  it("lists one by its token: the governor creates it, then risk sets its line aside", async () => {
    const { operations, steps, with: then } = await play(listing());
    assert.deepEqual(
      operations.map(({ name, roleLabel, runsAfter }) => [name, roleLabel, runsAfter]),
      [
        ["createCollateral", "GOVERNOR", 3_600n],
        ["setCollateralLine", "RISK", 3_600n],
      ],
    );
    assert.equal(steps.length, 4);
    const [seen, ...more] = then.situation.collaterals;
    assert.deepEqual([seen!.symbol, seen!.token, seen!.line, more], ["WETH", coin, 5_000n * NANO, []]);
    assert.equal(seen!.params.haircut, 200_000n);
  });

  it("what the bounds exclude, what is missing, or what the pot lacks is refused", async () => {
    await refused(listing().replace("20%,", "1%,"), errors.BeyondBounds, /haircut is 1% and must be from 2% to 90%/);
    await refused(listing().replace(" haircut: 20%,", ""), errors.WishBad, /a new collateral needs all of them/);
    await refused(`collaterals: { DOGE: { haircut: 20% } }`, errors.Unknown, /no such collateral: there is none/);
    await refused(listing("50,000 quote"), errors.RefusedByContract, /PotTooSmall/);
    await refused(listing().replace("1% / y", "1%"), errors.WishBad, /write it as 2% \/ y/);
  });

  it("of one that is listed: its state is no drift, and each change is found and told", async () => {
    const params = {
      haircut: 200_000,
      maxDiscount: 100_000,
      discountRate: 200_000,
      feeRate: 10_000,
      cap: 1_000n * UNIT,
    };
    await govern(town.keys.GOVERNOR, "createCollateral", [coin, source, params]);
    await govern(town.keys.RISK, "setCollateralLine", [1n, 5_000n * NANO]);
    const situation = await readSituation(town.rpc, town.deployment);
    const drift = (text: string) => driftOf(town.rpc, parseWish(text, "s.yaml"), situation, new Map());
    const state = stateText(situation, new Map()).replace(/\ncode:.*/s, "");
    assert.match(state, /WETH:/);
    assert.deepEqual(await drift(state), []);
    assert.deepEqual(await drift(`title: Test\n${listing()}`), []);
    assert.deepEqual(await drift(state.replace('line: "5,000 quote"', 'line: "4,000 quote"')), [
      { kind: "parameter", scope: "WETH", name: "line", wished: "4,000 quote", found: "5,000 quote" },
    ]);
    const data = CLEARINGHOUSE.encodeFunctionData("setCollateralParams", [1n, { ...params, haircut: 300_000 }]);
    assert.deepEqual(describeCall(town.deployment.clearinghouse, data, situation).changes, [
      { scope: "WETH", name: "haircut", before: "20%", after: "30%", bounds: "from 2% to 90%" },
    ]);
    await refused(
      `collaterals: { WETH: { token: "${town.keys.stranger}" } }`,
      errors.WishBad,
      /its token is 0x[0-9a-fA-F]{40} for ever/,
    );
  });

  it("another source is played, and refused by the contract when it reads far off", async () => {
    const { operations } = await play(`collaterals: { "1": { source: "${other}" } }`);
    assert.deepEqual(
      operations.map(({ name }) => name),
      ["setCollateralSource"],
    );
    await refused(`collaterals: { WETH: { source: "${far}" } }`, errors.RefusedByContract, /CollateralGap/);
  });

  it("who has pledged is judged with what it counts for, before and after a larger haircut", async () => {
    const [pledger] = town.people;
    const from = pledger!.wallet.address as Address;
    const { chain } = town.venue;
    await chain.provider.send("anvil_impersonateAccount", [from]);
    await chain.provider.send("anvil_setBalance", [from, `0x${UNIT.toString(16)}`]);
    const call = (to: string, data: string) => ({ from, to, data: data as Hex });
    const venue = town.deployment.clearinghouse;
    await town.send([
      call(coin, WORD.encodeFunctionData("mint", [from, UNIT])),
      call(coin, WORD.encodeFunctionData("approve", [venue, UNIT])),
      call(venue, CLEARINGHOUSE.encodeFunctionData("pledge", [0, 1n, (UNIT * 3n) / 10n])),
    ]);
    const margins = "markets: { BTC: { initialMargin: 12%, maintenanceMargin: 8% } }";
    const told = ({ changes }: Simulation) =>
      changes.map(({ account, after: { standing } }) => [
        town.people.findIndex((each) => each.account === account),
        standing,
      ]);
    // Both have some 550 of the 800 that are asked for; a pledge of 900 counts for 720, then for 540 of 1,200 at first.
    assert.deepEqual(told(await play(margins)), [[1, "LIQUIDATABLE"]]);
    const larger = `${margins}\ncollaterals: { WETH: { haircut: 40% } }`;
    assert.deepEqual(told(await play(larger)), [
      [1, "LIQUIDATABLE"],
      [0, "BELOW_INITIAL"],
    ]);
  });
});
