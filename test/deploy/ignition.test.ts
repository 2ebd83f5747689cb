// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { FutureType, isFuture, isModuleParameterRuntimeValue } from "@nomicfoundation/ignition-core";
import { expect } from "chai";
import { Interface, ParamType, getAddress, isAddress, type FunctionFragment } from "ethers";
import { artifacts, network } from "hardhat";
import { checkParameters } from "../../deploy/check/checkParameters.js";
import Local from "../../deploy/modules/Local.js";
import Sepolia from "../../deploy/modules/Sepolia.js";
import { readParameters } from "../../deploy/parameters.js";
import { ADMIN, ROLES, ROLE_NAMES, selectorsOf } from "../../deploy/roles.js";

// Who governs a testnet deployment is its deployer's to say, so the file leaves them out.
const SAID_BY_DEPLOYER = ["governor", "guardian", "risk", "treasury"];
/** No access gate where none is named. */
const LEFT_OUT = ["accessGate"];

describe("deployment of Sepolia, without a connection", () => {
  const parameters = readParameters("sepolia")["Sepolia"]!;
  const futures = [...Sepolia.futures];

  it("uses exactly the parameters of its file and those that the deployer adds", () => {
    const used = new Set<string>();
    const visit = (value: unknown): void => {
      if (isFuture(value as never) || value === null || typeof value !== "object") return;
      if (isModuleParameterRuntimeValue(value as never)) used.add((value as { name: string }).name);
      else Object.values(value).forEach(visit);
    };
    for (const future of futures) {
      if (future.type === FutureType.NAMED_ARTIFACT_CONTRACT_DEPLOYMENT) visit(future.constructorArgs);
      if (future.type === FutureType.CONTRACT_CALL) visit(future.args);
    }
    expect([...used].sort()).to.deep.equal([...Object.keys(parameters), ...SAID_BY_DEPLOYER, ...LEFT_OUT].sort());
  });

  it("names real contracts by valid, distinct, checksummed addresses", () => {
    const addresses = [parameters["token"], parameters["btcFeed"], parameters["ethFeed"]] as string[];
    for (const address of addresses) {
      expect(isAddress(address), address).to.equal(true);
      expect(getAddress(address)).to.equal(address);
    }
    expect(new Set(addresses).size).to.equal(addresses.length);
  });

  it("ends by giving the governor the admin role and taking it from the deployer", () => {
    const calls = futures.filter((future) => future.type === FutureType.CONTRACT_CALL);
    const [grant, renounce] = calls.slice(-2);
    expect([grant!.functionName, grant!.args[0]]).to.deep.equal(["grantRole", ADMIN]);
    expect([renounce!.functionName, renounce!.args[0]]).to.deep.equal(["renounceRole", ADMIN]);
    for (const call of calls) if (call !== renounce) expect(dependsOn(renounce!, call), call.id).to.equal(true);
  });

  it("deploys on a chain that has a token and feeds at the same addresses, and hands over", async () => {
    const { ethers, ignition, networkHelpers } = await network.create();
    const [deployer, governor, risk, guardian, treasury] = await ethers.getSigners();
    const { btcFeed, ethFeed, token } = parameters as Record<string, string>;
    const usdc = await ethers.deployContract("MockToken", ["USDC", "USDC", 6]);
    await networkHelpers.setCode(token!, await ethers.provider.getCode(usdc));
    for (const [address, answer] of [
      [btcFeed!, 112_000n],
      [ethFeed!, 4_000n],
    ] as const) {
      const mock = await ethers.deployContract("MockAggregator", [8, 1n]);
      await networkHelpers.setCode(address, await ethers.provider.getCode(mock));
      const feed = await ethers.getContractAt("MockAggregator", address);
      await feed.setDecimals(8);
      await feed.setAnswer(answer * 10n ** 8n);
    }

    const said = {
      governor: governor!.address,
      risk: risk!.address,
      guardian: guardian!.address,
      treasury: treasury!.address,
    };
    const deployed = await ignition.deploy(Sepolia, { parameters: { Sepolia: { ...parameters, ...said } as never } });
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
    expect(await authority.getRoleGuardian(ROLES.GUARDIAN.id)).to.equal(ADMIN);
    expect([...(await authority.hasRole(ADMIN, governor!))]).to.deep.equal([true, BigInt(delays.GOVERNOR as number)]);
    expect((await authority.hasRole(ADMIN, deployer!)).isMember).to.equal(false);
  });
});

describe("deployment of a local network", () => {
  it("lists both markets and opens the vault", async () => {
    const { ethers, ignition } = await network.create();
    const parameters = readParameters("local");
    const deployed = await ignition.deploy(Local, { parameters: parameters as never });
    const { clearinghouse, vault, collateralLens } = deployed;
    const venue = await ethers.getContractAt("Clearinghouse", await clearinghouse.getAddress());
    expect(await venue.vault()).to.equal(await vault.getAddress());
    const pledges = await ethers.getContractAt("CollateralLens", await collateralLens.getAddress());
    expect((await pledges.exchanges(venue, [1n])).map(({ counted }) => counted)).to.deep.equal([0n]);
    const seed = parameters["Local"]!["vaultSeed"] as bigint;
    expect((await venue.vaultEquity()).equity).to.equal(seed * 1_000n);
  });
});

describe("a local network's seed and prices at their bounds", () => {
  for (const [seed, answer] of [
    [10n ** 6n, 1n],
    [10n ** 18n, 10n ** 14n],
  ] as const) {
    it(`deploy: ${seed} token units, an answer of ${answer}`, async () => {
      const { ignition } = await network.create();
      const values = { ...readParameters("local")["Local"]!, vaultSeed: seed, btcAnswer: answer, solAnswer: answer };
      expect(checkParameters("Local", values)).to.deep.equal([]);
      await ignition.deploy(Local, { parameters: { Local: values } as never });
    });
  }
});

describe("roles", () => {
  it("give every restricted function to exactly one role, and no other function to any", async () => {
    const { ethers, ignition } = await network.create();
    const { authority, clearinghouse } = await ignition.deploy(Local, { parameters: readParameters("local") as never });
    const stranger = (await ethers.getSigners())[9]!;
    const manager = await ethers.getContractAt("AccessManager", await authority.getAddress());
    const venue = await ethers.getContractAt("Clearinghouse", await clearinghouse.getAddress());
    const collateral = (await artifacts.readArtifact("ICollateral")).abi;
    const whole = new Interface([...JSON.parse(venue.interface.formatJson()), ...collateral]);

    for (const fragment of whole.fragments.filter((each) => each.type === "function") as FunctionFragment[]) {
      const { selector } = fragment;
      const data = whole.encodeFunctionData(fragment, fragment.inputs.map(zeroOf));
      const answer = await ethers.provider.call({ to: venue, from: stranger, data }).catch((error) => error.data);
      const restricted = String(answer).startsWith(venue.interface.getError("AccessManagedUnauthorized")!.selector);
      const roles = ROLE_NAMES.filter((role) => selectorsOf(role).includes(selector));
      // Only the authority itself may replace the authority, whatever the role of the function.
      const expected = restricted && fragment.name !== "setAuthority" ? 1 : 0;
      expect(roles.length, fragment.name).to.equal(expected);
      const role = roles[0] === undefined ? ADMIN : ROLES[roles[0]].id;
      expect(await manager.getTargetFunctionRole(venue, selector), fragment.name).to.equal(role);
    }
  });

  it("name functions that the clearinghouse has", async () => {
    const { abi: own } = await artifacts.readArtifact("Clearinghouse");
    const abi = [...own, ...(await artifacts.readArtifact("ICollateral")).abi];
    const selectors = new Interface(abi).fragments.flatMap((each) =>
      each.type === "function" ? [(each as FunctionFragment).selector] : [],
    );
    for (const role of ROLE_NAMES) expect(selectors).to.include.members(selectorsOf(role));
  });

  it("cover what the source marks as restricted", () => {
    const read = (path: string) => readFileSync(new URL(`../../contracts/${path}`, import.meta.url), "utf8");
    const source = read("governance/Governance.sol") + read("collateral/Pledging.sol");
    const restricted = [...source.matchAll(/function (\w+)\([^)]*\) external restricted/g)].map((match) => match[1]);
    const listed = ROLE_NAMES.flatMap((role) => [...ROLES[role].functions]);
    expect(listed.sort()).to.deep.equal(restricted.sort());
  });
});

/** Does `future` run only after `other`? */
function dependsOn(future: typeof Sepolia.futures extends Set<infer F> ? F : never, other: unknown): boolean {
  const seen = new Set<unknown>();
  const queue = [future];
  for (let each = queue.pop(); each; each = queue.pop()) {
    for (const dependency of each.dependencies) {
      if (!("futures" in dependency) && !seen.has(dependency)) {
        seen.add(dependency);
        queue.push(dependency);
      }
    }
  }
  return seen.has(other);
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
