// SPDX-License-Identifier: MIT
import { FutureType } from "@nomicfoundation/ignition-core";
import { expect } from "chai";
import { Interface, decodeBytes32String, encodeBytes32String, type FunctionFragment, type ParamType } from "ethers";
import type { Address } from "../../sdk/order.js";
import { VOL_REPORT_TYPES, volReportDomain } from "../../sdk/options/volReport.js";
import { artifacts, network } from "hardhat";
import { checkContracts } from "../../deploy/check/checkContracts.js";
import { checkParameters, contractsOf } from "../../deploy/check/checkParameters.js";
import { deployOptions, localOptionParameters } from "../../deploy/deploy-options.js";
import LocalOptions from "../../deploy/modules/LocalOptions.js";
import SepoliaOptions from "../../deploy/modules/SepoliaOptions.js";
import Volatilities from "../../deploy/modules/Volatilities.js";
import { optionSelectorsOf } from "../../deploy/optionRoles.js";
import { readParameters } from "../../deploy/parameters.js";
import { ADMIN, ROLES, ROLE_NAMES } from "../../deploy/roles.js";
import { riskBounds } from "../../sdk/parameters/risk.js";

const address = (digit: number) => `0x${String(digit).repeat(40)}`;
const local = () => structuredClone(readParameters("local-options")["LocalOptions"]!);
const source = () => ({
  ...structuredClone(readParameters("volatilities")["Volatilities"]!),
  signers: [address(1), address(2), address(3)] as unknown[],
});
const sepolia = () => ({
  ...structuredClone(readParameters("sepolia-options")["SepoliaOptions"]!),
  ...{ governor: address(1), risk: address(2), guardian: address(3), treasury: address(4), ethVolSource: address(5) },
});

describe("an option venue's parameters before a deployment", () => {
  it("hold in all files", () => {
    expect(checkParameters("LocalOptions", local(), address(9))).to.deep.equal([]);
    expect(checkParameters("SepoliaOptions", sepolia(), address(9))).to.deep.equal([]);
    expect(checkParameters("Volatilities", source(), address(9))).to.deep.equal([]);
  });

  it("have the bounds of the contract: at each bound and one beyond it, with the same first refusal", async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    const artifact = (name: string) => artifacts.readArtifact(name);
    const { clearinghouse } = await deployOptions({ deployer: deployer!, artifact, handOver: false });
    const { ethMarket, ethRisk } = localOptionParameters();
    const bounds = riskBounds(BigInt(ethMarket.gapThreshold));
    type Values = { [name in keyof typeof bounds]: bigint };
    const names = Object.keys(bounds) as (keyof Values)[];
    const base = Object.fromEntries(names.map((name) => [name, BigInt(ethRisk[name])])) as Values;
    let tried = 0;
    for (const name of names) {
      const [low, high] = bounds[name](base);
      for (const value of [low - 1n, low, high, high + 1n]) {
        if (value < 0n) continue;
        const risk = { ...base, [name]: value };
        const expected = names
          .map((each) => [each, risk[each], ...bounds[each](risk)] as const)
          .find(([, is, from, to]) => is < from || is > to);
        const data = clearinghouse.interface.encodeFunctionData("setRiskParams", [1n, risk]);
        const answer = await ethers.provider
          .call({ to: clearinghouse, from: deployer!, data })
          .catch((failure) => failure.data as string);
        const error = answer === "0x" ? undefined : clearinghouse.interface.parseError(answer)!;
        const said = error && [decodeBytes32String(error.args[0]), ...[...error.args].slice(1)];
        expect(said, `${name} = ${value}`).to.deep.equal(expected && [...expected]);
        ++tried;
      }
    }
    expect(tried).to.equal(4 * names.length - 1); // volPower is from zero
  });

  it("name what is out of bounds, with a scan range that holds two gaps of the group's market", () => {
    const given = local() as Record<string, Record<string, bigint>>;
    given["ethMarket"]!["gapThreshold"] = 30_000n;
    given["ethRisk"]!["scanRange"] = 59_999n;
    given["ethRisk"]!["maxLegs"] = 33n;
    expect(checkParameters("LocalOptions", { ...given, ethVolLevel: 1, ethVol: 40_001 })).to.have.members([
      "LocalOptions.ethRisk.scanRange is 59999 and must be from 60000 to 400000.",
      "LocalOptions.ethRisk.maxLegs is 33 and must be from 4 to 32.",
      "LocalOptions.ethVolLevel is 1 and must be from 250000000 to 4000000000.",
      "LocalOptions.ethVol is 40001 and must be from 500 to 40000.",
    ]);
    const { ethMarket: _, ...without } = local();
    expect(checkParameters("LocalOptions", without)).to.deep.equal(["LocalOptions.ethMarket is missing. Add it."]);
  });

  it("name signers that a source would refuse, and an underlying that is no name", () => {
    const said = (change: object) => checkParameters("Volatilities", { ...source(), ...change });
    expect(said({ signers: [] })[0]).to.match(/signers is no list of 1 to 32 addresses/);
    expect(said({ signers: [address(2), address(1)] })).to.deep.equal([
      "Volatilities.signers[1] is not above the one before it. Sort them, each once.",
    ]);
    expect(said({ signers: [address(2), address(2)] })[0]).to.match(/signers\[1\] is not above/);
    expect(said({ signers: [address(1), "0x12"] })[0]).to.match(/signers\[1\] is no address/);
    expect(said({ threshold: 4 })).to.deep.equal([
      "Volatilities.signers are 3, fewer than threshold, 4. Add some, or lower it.",
    ]);
    expect(said({ threshold: 0 })[0]).to.match(/threshold is 0 and must be from 1 to 32/);
    for (const underlying of ["ETH", "0x", `0x${"0".repeat(64)}`, encodeBytes32String("ETH").slice(0, -2), 7]) {
      expect(said({ underlying })[0], String(underlying)).to.match(/underlying is no name of an underlying/);
    }
    expect(said({ underlying: encodeBytes32String("BTC") })).to.deep.equal([]);
  });
});

describe("an option venue's contracts before a deployment", () => {
  it("are a feed with past rounds, and a source of volatilities with a fresh level", async () => {
    const { ethers } = await network.create();
    const token = await ethers.deployContract("MockToken", ["USDC", "USDC", 6]);
    const feed = await ethers.deployContract("MockAggregator", [8, 4_000n * 10n ** 8n]);
    const vols = await ethers.deployContract("MockVolSource", [3_600]);
    const given = {
      ...sepolia(),
      token: await token.getAddress(),
      ethFeed: await feed.getAddress(),
      ethVolSource: await vols.getAddress(),
    };
    expect(contractsOf("SepoliaOptions", given).map(([path]) => path)).to.have.members(
      ["token", "ethFeed", "ethVolSource"].map((name) => `SepoliaOptions.${name}`),
    );
    const selectors = new Interface(["function getRoundData(uint80)", "function description()"]);
    const [pastRound, description] = ["getRoundData", "description"].map(
      (name) => selectors.getFunction(name)!.selector,
    );
    const said = async (change: object, ...silent: string[]) =>
      checkContracts(
        "SepoliaOptions",
        { ...given, ...change },
        {
          chainId: "7",
          time: BigInt((await ethers.provider.getBlock("latest"))!.timestamp),
          codeAt: (at) => ethers.provider.getCode(at),
          call: async (to, data) =>
            [description, ...silent].includes(data.slice(0, 10))
              ? undefined
              : ethers.provider.call({ to, data }).catch(() => undefined),
        },
      );
    expect(await said({})).to.deep.equal([
      "SepoliaOptions.ethVolSource has no level. Have its signers report one, then give this command again.",
    ]);
    await vols.setLevelNow(10n ** 9n);
    expect(await said({})).to.deep.equal([]);
    expect((await said({}, pastRound!))[0]).to.match(/^SepoliaOptions\.ethFeed does not tell its past rounds/);
    expect((await said({ ethVolSource: given.token }))[0]).to.match(/ethVolSource is no source of volatilities/);
    await ethers.provider.send("evm_increaseTime", [3_700]);
    await ethers.provider.send("evm_mine", []);
    await feed.setAnswer(4_000n * 10n ** 8n);
    expect((await said({}))[0]).to.match(/ethVolSource has a level that is 370\d s old, and its heartbeat is 3600/);
  });
});

describe("deployment of an option venue by Ignition", () => {
  it("on a local network has a group that anybody lists an expiry of, and an opened vault", async () => {
    const { ethers, ignition } = await network.create();
    const { clearinghouse, vault, optionLens } = await ignition.deploy(LocalOptions, {
      parameters: readParameters("local-options") as never,
    });
    const venue = await ethers.getContractAt("OptionClearinghouse", await clearinghouse.getAddress());
    expect(await venue.vault()).to.equal(await vault.getAddress());
    expect((await venue.vaultEquity()).equity).to.equal(localOptionParameters().vaultSeed * 1_000n);
    const { timestamp } = (await ethers.provider.getBlock("latest"))!;
    await venue.list(1, fridayAfter(timestamp + 86_400));
    const lens = await ethers.getContractAt("OptionLens", await optionLens.getAddress());
    const chain = await lens.chain(venue, 1);
    expect([chain.fresh, chain.ladders.length, chain.ladders[0]!.strikes.length]).to.deep.equal([true, 1, 15]);
  });

  it("on Sepolia takes a signed source that stands before it, and hands over", async () => {
    const { ethers, ignition, networkHelpers } = await network.create();
    const [deployer, governor, risk, guardian, treasury, ...others] = await ethers.getSigners();
    const signers = others.slice(0, 3).sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
    const parameters = readParameters("sepolia-options")["SepoliaOptions"]!;
    const { ethFeed, token } = parameters as Record<string, string>;
    const usdc = await ethers.deployContract("MockToken", ["USDC", "USDC", 6]);
    await networkHelpers.setCode(token!, await ethers.provider.getCode(usdc));
    const mock = await ethers.deployContract("MockAggregator", [8, 1n]);
    await networkHelpers.setCode(ethFeed!, await ethers.provider.getCode(mock));
    const feed = await ethers.getContractAt("MockAggregator", ethFeed!);
    await feed.setDecimals(8);
    await feed.setAnswer(4_000n * 10n ** 8n);

    const given = { ...source(), signers: signers.map((each) => each.address) };
    const { volSource } = await ignition.deploy(Volatilities, { parameters: { Volatilities: given as never } });
    const vols = await ethers.getContractAt("SignedVolSource", await volSource.getAddress());
    expect(await vols.signers()).to.deep.equal(given.signers);
    const said = {
      ...{ governor: governor!.address, risk: risk!.address, guardian: guardian!.address, treasury: treasury!.address },
      ethVolSource: await vols.getAddress(),
    };
    const deploying = { parameters: { SepoliaOptions: { ...parameters, ...said } as never } };
    // Without a level the clearinghouse creates no group.
    const refused: unknown = await ignition.deploy(SepoliaOptions, deploying).catch((failure: unknown) => failure);
    expect(String(refused)).to.include("LevelStale");

    await report(vols, signers.slice(0, 2), (await ethers.provider.getBlock("latest"))!.timestamp);
    const deployed = await ignition.deploy(SepoliaOptions, deploying);
    const authority = await ethers.getContractAt("AccessManager", await deployed.authority.getAddress());
    const delays = { GOVERNOR: parameters["governorDelay"], RISK: parameters["riskDelay"], GUARDIAN: 0 };
    const holders = { GOVERNOR: governor!, RISK: risk!, GUARDIAN: guardian! };
    for (const role of ROLE_NAMES) {
      const membership = await authority.hasRole(ROLES[role].id, holders[role]);
      expect([...membership], role).to.deep.equal([true, BigInt(delays[role] as number)]);
    }
    for (const role of ["GOVERNOR", "RISK"] as const) {
      expect(await authority.getRoleGuardian(ROLES[role].id), role).to.equal(ROLES.GUARDIAN.id);
    }
    expect((await authority.hasRole(ADMIN, deployer!)).isMember).to.equal(false);
    const lens = await ethers.getContractAt("Lens", await deployed.lens.getAddress());
    expect((await lens.venue(await deployed.clearinghouse.getAddress())).treasury).to.equal(treasury!.address);
  });

  it("ends by taking the admin role from the deployer", () => {
    const calls = [...SepoliaOptions.futures].filter((future) => future.type === FutureType.CONTRACT_CALL);
    const [grant, renounce] = calls.slice(-2);
    expect([grant!.functionName, grant!.args[0]]).to.deep.equal(["grantRole", ADMIN]);
    expect([renounce!.functionName, renounce!.args[0]]).to.deep.equal(["renounceRole", ADMIN]);
  });

  it("gives every restricted function to exactly one role, and no other function to any", async () => {
    const { ethers, ignition } = await network.create();
    const parameters = readParameters("local-options") as never;
    const { authority, clearinghouse } = await ignition.deploy(LocalOptions, { parameters });
    const stranger = (await ethers.getSigners())[9]!;
    const manager = await ethers.getContractAt("AccessManager", await authority.getAddress());
    const at = await clearinghouse.getAddress();
    const { abi } = await artifacts.readArtifact("IOptionClearinghouse");
    const venue = new Interface(abi);
    const errors = (await ethers.getContractAt("OptionClearinghouse", at)).interface;
    const notOffered = venue.getError("NotOffered")!;
    const denied = errors.getError("AccessManagedUnauthorized")!.selector;
    let restricted = 0;
    for (const fragment of venue.fragments.filter((each) => each.type === "function") as FunctionFragment[]) {
      const data = venue.encodeFunctionData(fragment, fragment.inputs.map(zeroOf));
      const answer = await ethers.provider.call({ to: at, from: stranger, data }).catch((failure) => failure.data);
      const roles = ROLE_NAMES.filter((role) => optionSelectorsOf(role).includes(fragment.selector));
      const isRestricted = String(answer).startsWith(denied);
      if (isRestricted) ++restricted;
      const role = roles[0] === undefined ? ADMIN : ROLES[roles[0]].id;
      expect(await manager.getTargetFunctionRole(at, fragment.selector), fragment.name).to.equal(role);
      // Only the authority itself may replace the authority, whatever the role of the function.
      if (isRestricted && fragment.name !== "setAuthority") expect(roles.length, fragment.name).to.equal(1);
      // What an option clearinghouse does not offer, it refuses everybody.
      const refused = venue.encodeErrorResult(notOffered, [fragment.selector]);
      if (roles.length > 0 && !isRestricted) expect(answer, fragment.name).to.equal(refused);
    }
    expect(restricted).to.be.greaterThan(10);
  });
});

/** The first Friday, 08:00 UTC, at or after a time. */
function fridayAfter(time: number): number {
  const WEEK = 604_800;
  const FIRST = 86_400 + 8 * 3_600; // Friday, 2 January 1970
  return FIRST + Math.ceil((time - FIRST) / WEEK) * WEEK;
}

async function report(
  vols: { getAddress(): Promise<string>; update(report: never, signatures: never): Promise<unknown> },
  signers: readonly { signTypedData(domain: object, types: object, value: object): Promise<string> }[],
  observedAt: number,
): Promise<void> {
  const domain = volReportDomain(31_337n, (await vols.getAddress()) as Address);
  const underlying = encodeBytes32String("ETH");
  const value = { underlying, expiry: 0, base: 0, step: 0, smile: 0, level: 10n ** 9n, observedAt };
  const signatures = await Promise.all(signers.map((each) => each.signTypedData(domain, VOL_REPORT_TYPES, value)));
  await vols.update(value as never, signatures as never);
}

/** A valid value of a type: zero, empty, false. */
function zeroOf(type: ParamType): unknown {
  if (type.baseType === "array") return [];
  if (type.baseType === "tuple") return type.components!.map(zeroOf);
  if (type.type === "address") return `0x${"00".repeat(20)}`;
  if (type.type === "bool") return false;
  if (type.type === "bytes") return "0x";
  if (type.type.startsWith("bytes")) return `0x${"00".repeat(Number(type.type.slice(5)))}`;
  return 0;
}
