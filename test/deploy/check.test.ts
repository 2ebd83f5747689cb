// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Interface, decodeBytes32String } from "ethers";
import { artifacts, network } from "hardhat";
import { HOUSE_BOUNDS, MARKET_BOUNDS } from "../../deploy/check/bounds.js";
import { checkChain } from "../../deploy/check/checkChain.js";
import { SHAPES, checkParameters } from "../../deploy/check/checkParameters.js";
import { deployNovation } from "../../deploy/deploy-novation.js";
import { readParameters } from "../../deploy/parameters.js";

type Values = Record<string, bigint>;
type Table = Record<string, (values: Values) => readonly [bigint, bigint]>;

const local = () => structuredClone(readParameters("local")["Local"]!);
const address = (digit: number) => `0x${String(digit).repeat(40)}`;
const governed = () => ({
  ...structuredClone(readParameters("sepolia")["Sepolia"]!),
  ...{ governor: address(1), risk: address(2), guardian: address(3), treasury: address(4) },
});

describe("bounds of parameters before a deployment", () => {
  it("are those of the contract: at each bound and one beyond it, with the same first refusal", async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    const artifact = (name: string) => artifacts.readArtifact(name);
    const { clearinghouse, markets } = await deployNovation({ deployer: deployer!, artifact, handOver: false });
    const { house, btcMarket } = local() as { house: Values; btcMarket: Values };
    const sets = [
      { bounds: MARKET_BOUNDS as unknown as Table, base: btcMarket, name: "setMarketParams", before: [markets[0]!.id] },
      { bounds: HOUSE_BOUNDS as unknown as Table, base: house, name: "setHouseParams", before: [] },
    ];
    for (const { bounds, base, name, before } of sets) {
      const fragment = clearinghouse.interface.getFunction(name as never) as unknown as {
        inputs: { components?: { name: string; type: string }[] }[];
      };
      const types = new Map(fragment.inputs.at(-1)!.components!.map((each) => [each.name, each.type]));
      expect([...types.keys()].sort()).to.deep.equal(Object.keys(bounds).sort());
      const values: Values = Object.fromEntries(Object.entries(base).map(([key, value]) => [key, BigInt(value)]));
      for (const key of Object.keys(bounds)) {
        const [low, high] = bounds[key]!(values);
        for (const value of [low - 1n, low, high, high + 1n]) {
          if (value < 0n || value >= 1n << BigInt(types.get(key)!.slice(4))) continue;
          const tried = { ...values, [key]: value };
          const expected = Object.keys(bounds)
            .map((each) => [each, tried[each]!, ...bounds[each]!(tried)] as const)
            .find(([, is, from, to]) => is < from || is > to);
          const data = (clearinghouse.interface as Interface).encodeFunctionData(name, [...before, tried]);
          const answer = await ethers.provider
            .call({ to: clearinghouse, from: deployer!, data })
            .catch((e) => e.data as string);
          const error = answer === "0x" ? undefined : clearinghouse.interface.parseError(answer)!;
          const said = error && [decodeBytes32String(error.args[0]), ...[...error.args].slice(1)];
          expect(said, `${key} = ${value}`).to.deep.equal(expected && [...expected]);
        }
      }
    }
  });

  it("hold the files of all networks", () => {
    expect(checkParameters("Local", local())).to.deep.equal([]);
    expect(checkParameters("Sepolia", governed(), address(9))).to.deep.equal([]);
  });

  it("name the parameter as text, with what it may be, and tell of all problems at once", () => {
    const given = local();
    (given["house"] as Values)["callLevel"] = 1n;
    (given["btcMarket"] as Values)["makerFee"] = 401n;
    given["btcHeartbeat"] = 0;
    given["vaultWindow"] = 3_601;
    expect(checkParameters("Local", given)).to.have.members([
      "Local.house.callLevel is 1 and must be from 1000000 to 1333333.",
      "Local.btcMarket.makerFee is 401 and must be from 0 to 400.",
      "Local.btcHeartbeat is 0 and must be from 1 to 259200.",
      "Local.vaultWindow is 3601 and may be at most vaultCooldown, 3600.",
    ]);
  });

  it("refuse unknown names with the nearest known one, missing ones, and what is no integer", () => {
    const given = local();
    given["governerDelay"] = given["governorDelay"];
    delete given["governorDelay"];
    (given["house"] as Record<string, unknown>)["lockdelay"] = 1;
    (given["solMarket"] as Record<string, unknown>)["takerFee"] = 1.5;
    given["vaultSeed"] = 2 ** 60;
    given["btcBudget"] = "17";
    expect(checkParameters("Local", given)).to.have.members([
      "Local has no parameter governerDelay. Did you mean governorDelay?",
      "Local.governorDelay is missing. Add it.",
      "Local.house has no parameter lockdelay. Did you mean lockDelay?",
      'Local.solMarket.takerFee is no whole number. Write 7, or "7n" from 2^53 on.',
      'Local.vaultSeed is no whole number. Write 7, or "7n" from 2^53 on.',
      'Local.btcBudget is no whole number. Write 7, or "7n" from 2^53 on.',
    ]);
    expect(checkParameters("Locale", given)[0]).to.equal("There is no module Locale. Choose one of Local, Sepolia.");
    expect(Object.keys(SHAPES)).to.deep.equal(["Local", "Sepolia"]);
  });
});

describe("roles before a deployment", () => {
  const said = (change: Record<string, unknown>) =>
    checkParameters("Sepolia", { ...governed(), ...change }, address(9));

  it("are distinct, nobody's zero, and none of them the deployer", () => {
    const zero = address(0);
    expect(said({ governor: zero })).to.deep.equal([
      "Sepolia.governor is the zero address, and nobody could ever grant a role again. Give an address that somebody has the key of.",
    ]);
    expect(said({ guardian: zero })[0]).to.match(/guardian is the zero address\. Give/);
    expect(said({ treasury: zero })[0]).to.match(/treasury is the zero address/);
    expect(said({ governor: address(9) })[0]).to.match(/governor is the deployer, who gives up/);
    expect(said({ guardian: address(1) })).to.deep.equal([
      "Sepolia.guardian is the same address as governor. Give each its own.",
    ]);
    expect(said({ risk: address(3) })).to.have.length(1);
    expect(said({ treasury: address(1) }), "the governor may be the treasury").to.deep.equal([]);
    expect(said({ token: address(4) })).to.have.length(1);
    expect(said({ governor: "0x12" })[0]).to.match(/governor is no address/);
  });
});

describe("a journal of another chain", () => {
  const chain = { chainId: "31337", firstBlock: "0xaa" };
  it("is recognised by chain, first block or missing code, and the way out is said", () => {
    expect(checkChain("d", undefined, chain, [])).to.equal(undefined);
    expect(checkChain("d", chain, { ...chain }, [])).to.equal(undefined);
    expect(checkChain("d", { ...chain, firstBlock: "0xbb" }, chain, [])).to.equal(
      "d is of a chain that began with block 0xbb; this one began with 0xaa. Give --reset to begin anew (it forgets d), or move that folder away to keep it.",
    );
    expect(checkChain("d", { ...chain, chainId: "1" }, chain, [])).to.match(
      /^d is of chain 1, and this is chain 31337\. Give --reset/,
    );
    expect(checkChain("d", chain, chain, ["0x01"])).to.match(
      /^d says that 0x01 is deployed, and this chain has nothing there.*--reset/,
    );
  });
});
