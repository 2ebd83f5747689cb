// SPDX-License-Identifier: MIT
import { NonceManager, type Addressable, type Signer } from "ethers";
import type {
  AccessManager,
  ChainlinkPriceSource,
  InsuranceVault,
  Lens,
  MockAggregator,
  MockToken,
  MockVolSource,
  OptionClearinghouse,
  OptionLens,
} from "../types/ethers-contracts/index.js";
import type { MarketParamsStruct, VenueParamsStruct } from "../types/ethers-contracts/contracts/Clearinghouse.js";
import type { RiskParamsStruct } from "../types/ethers-contracts/contracts/OptionClearinghouse.js";
import { MODES, chainlinkConfig, type Artifact, type ModeName } from "./deploy-novation.js";
import { deployWith, sendWith } from "./deployWith.js";
import { optionSelectorsOf } from "./optionRoles.js";
import { readParameters } from "./parameters.js";
import { ADMIN, GUARDED, ROLES, ROLE_NAMES, type RoleName } from "./roles.js";

/** What deploy/parameters/local-options.json holds. */
export interface LocalOptionParameters {
  governorDelay: number;
  riskDelay: number;
  vaultWindow: number;
  vaultCooldown: number;
  vaultSeed: bigint;
  venue: VenueParamsStruct;
  ethHeartbeat: number;
  ethAnswer: bigint;
  ethVolHeartbeat: number;
  ethVolLevel: number;
  ethVol: number;
  ethMarket: MarketParamsStruct;
  ethRisk: RiskParamsStruct;
  ethBudget: bigint;
}

export interface OptionDeployOptions {
  /** Deploys and pays; the admin until the hand-over. */
  deployer: Signer;
  /** Where artifacts come from, e.g. Hardhat's `artifacts.readArtifact`. */
  artifact: (name: string) => Promise<Artifact>;
  mode?: ModeName;
  venue?: Partial<VenueParamsStruct>;
  market?: Partial<MarketParamsStruct>;
  risk?: Partial<RiskParamsStruct>;
  /** The source of volatilities; default: one that anybody sets. */
  volSource?: string;
  vaultBudget?: bigint;
  /** Token units that open the vault. 0: leaves it unopened. */
  vaultSeed?: bigint;
  treasury?: string;
  holders?: Partial<Record<RoleName, string>>;
  delays?: Partial<Record<RoleName, number>>;
  /** False: the deployer stays admin, so that a test can set without delay. */
  handOver?: boolean;
}

export interface DeployedOptions {
  token: MockToken;
  authority: AccessManager;
  clearinghouse: OptionClearinghouse;
  vault: InsuranceVault;
  lens: Lens;
  optionLens: OptionLens;
  /** Of the underlying's price. */
  source: ChainlinkPriceSource;
  feed: MockAggregator;
  /** The proxy that the price source reads. */
  proxy: string;
  vols: MockVolSource;
  /** The source of volatilities that the group asks: `vols`, or the one that was given. */
  volSource: string;
  /** The group on ETH. */
  group: bigint;
  /** The block of the first contract, or one before it. */
  firstBlock: number;
}

/** The lens of every clearinghouse, and that of options, deployed by `deploy`. */
export async function optionLenses<T>(deploy: (name: string, ...args: unknown[]) => T | Promise<T>) {
  const parts = [await deploy("AccountLens"), await deploy("GroupLens"), await deploy("SettlementLens")];
  const optionParts = [await deploy("OptionRiskLens"), await deploy("OptionChainLens")];
  return { lens: await deploy("Lens", ...parts), optionLens: await deploy("OptionLens", ...optionParts) };
}

/** The modules of a clearinghouse of options, as its constructor takes them, deployed by `deploy`. */
export async function optionModules<T>(deploy: (name: string, ...args: unknown[]) => T | Promise<T>) {
  const margin = await deploy("OptionMargin");
  const liquidation = await deploy("OptionLiquidation", await deploy("OptionSlices"));
  const none = await deploy("NotOffered");
  const modules = {
    trading: await deploy("OptionTrading", margin),
    direct: await deploy("OptionDirectTrading", margin),
    byOrders: none,
    byAccount: liquidation,
    byVault: none,
    absorption: await deploy("OptionAbsorption"),
    deleveraging: await deploy("OptionDeleveraging"),
    governance: await deploy("OptionGovernance"),
    pledging: await deploy("NoPledging"),
  };
  const more = { margin, marks: await deploy("OptionMarks"), groups: await deploy("OptionGroups"), liquidation };
  return { modules, more };
}

export function localOptionParameters(): LocalOptionParameters {
  return readParameters<{ LocalOptions: LocalOptionParameters }>("local-options").LocalOptions;
}

/** A smile of one volatility (1e-4 a root year) at all strikes, without basis. */
export function flatSmile(vol: bigint): bigint {
  return Array.from({ length: 15 }, (_, strike) => vol << BigInt(16 * strike)).reduce((sum, word) => sum | word, 0n);
}

/**
 * Deploys a clearinghouse of options with a mock token, a mock feed and a source of volatilities that anybody sets, and
 * one group on ETH; no expiry is listed yet. For tests and local chains.
 */
export async function deployOptions(options: OptionDeployOptions): Promise<DeployedOptions> {
  const defaults = localOptionParameters();
  const deployer = new NonceManager(options.deployer);
  const self = await deployer.getAddress();
  const deploy = deployWith(options.artifact, deployer, options.deployer);
  const send = sendWith(deployer);

  const firstBlock = (await options.deployer.provider!.getBlockNumber()) + 1;
  const token = await deploy<MockToken>("MockToken", "USD Coin (mock)", "USDC", 6);
  const authority = await deploy<AccessManager>("AccessManager", self);
  const { modules, more } = await optionModules<Addressable>((name, ...args) => deploy<Addressable>(name, ...args));
  const clearinghouse = await deploy<OptionClearinghouse>(
    "OptionClearinghouse",
    token,
    authority,
    options.treasury ?? self,
    { ...defaults.venue, ...options.venue },
    modules,
    more,
  );
  const vault = await deploy<InsuranceVault>(
    "InsuranceVault",
    clearinghouse,
    token,
    "Novation Option Insurance Vault",
    "nvoUSDC",
    defaults.vaultWindow,
    defaults.vaultCooldown,
  );
  await send(clearinghouse, "setVault", vault);
  const lenses = await optionLenses<Addressable>((name, ...args) => deploy<Addressable>(name, ...args));

  const feed = await deploy<MockAggregator>("MockAggregator", 8, defaults.ethAnswer);
  const proxy = await deploy<Addressable>("MockAggregatorProxy", feed);
  const source = await deploy<ChainlinkPriceSource>(
    "ChainlinkPriceSource",
    chainlinkConfig(proxy, defaults.ethHeartbeat),
  );
  const vols = await deploy<MockVolSource>("MockVolSource", defaults.ethVolHeartbeat);
  await send(vols as unknown as Addressable, "setLevelNow", defaults.ethVolLevel);
  await send(vols as unknown as Addressable, "setFlat", defaults.ethVol);
  const volSource = options.volSource ?? (await vols.getAddress());
  const listing = [
    source,
    volSource,
    MODES[options.mode ?? "QUEUE"],
    { ...defaults.ethMarket, ...options.market },
    { ...defaults.ethRisk, ...options.risk },
  ];
  await send(clearinghouse, "createOptionGroup", ...listing);
  await send(clearinghouse, "setVaultBudget", 1n, options.vaultBudget ?? defaults.ethBudget);

  const seed = options.vaultSeed ?? defaults.vaultSeed;
  if (seed > 0n) {
    await send(token, "mint", self, seed);
    await send(token, "approve", vault, seed);
    await send(vault, "initialise", seed);
  }
  if (options.handOver ?? true) {
    const delays = { GOVERNOR: defaults.governorDelay, RISK: defaults.riskDelay, GUARDIAN: 0, ...options.delays };
    const holders = { GOVERNOR: self, RISK: self, GUARDIAN: self, ...options.holders };
    for (const role of ROLE_NAMES) {
      await send(authority, "labelRole", ROLES[role].id, role);
      await send(authority, "setTargetFunctionRole", clearinghouse, optionSelectorsOf(role), ROLES[role].id);
      await send(authority, "grantRole", ROLES[role].id, holders[role], delays[role]);
    }
    for (const [role, guardian] of GUARDED) await send(authority, "setRoleGuardian", ROLES[role].id, guardian);
    await send(authority, "grantRole", ADMIN, holders.GOVERNOR, delays.GOVERNOR);
    if (holders.GOVERNOR !== self) await send(authority, "renounceRole", ADMIN, self);
  }
  return {
    ...{ token, authority, clearinghouse, vault, feed, vols, source, volSource, firstBlock },
    ...{ lens: lenses.lens as unknown as Lens, optionLens: lenses.optionLens as unknown as OptionLens },
    ...{ proxy: await proxy.getAddress(), group: 1n },
  };
}
