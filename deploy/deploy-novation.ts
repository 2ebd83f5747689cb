// SPDX-License-Identifier: MIT
import { Contract, NonceManager, type Addressable, type InterfaceAbi, type Signer } from "ethers";
import type {
  AccessManager,
  ChainlinkPriceSource,
  Clearinghouse,
  CollateralLens,
  InsuranceVault,
  Lens,
  MockAggregator,
  MockToken,
} from "../types/ethers-contracts/index.js";
import type { VenueParamsStruct, MarketParamsStruct } from "../types/ethers-contracts/contracts/Clearinghouse.js";
import { deployWith, sendWith } from "./deployWith.js";
import { localParameters } from "./parameters.js";
import { ADMIN, GUARDED, ROLES, ROLE_NAMES, selectorsOf, type RoleName } from "./roles.js";

/** `QUEUE`: the most profitable winners are torn up first; `PRORATA`: all winners alike. */
export const MODES = { QUEUE: 0, PRORATA: 1 } as const;
export type ModeName = keyof typeof MODES;

export interface Artifact {
  abi: InterfaceAbi;
  bytecode: string;
}

/** A market to list. Prices are answers of its feed, in 1e-8 quote. */
export interface Listing {
  symbol: string;
  answer: bigint;
  heartbeat?: number;
  mode?: ModeName;
  params: MarketParamsStruct;
}

export interface DeployOptions {
  /** Deploys and pays; the admin until the hand-over. */
  deployer: Signer;
  /** Where artifacts come from, e.g. Hardhat's `artifacts.readArtifact`. */
  artifact: (name: string) => Promise<Artifact>;
  /** The clearing groups, each a list of 1 to 4 markets. Default: BTC and SOL, each a group of its own. */
  groups?: Listing[][];
  mode?: ModeName;
  venue?: Partial<VenueParamsStruct>;
  /** What each group may cost the vault, 1e-9 quote. */
  vaultBudget?: bigint;
  /** Token units that open the vault. 0: leaves it unopened. */
  vaultSeed?: bigint;
  /** Who is asked about new risk. Default: nobody. */
  accessGate?: string;
  tokenDecimals?: number;
  /** Deploys the settlement token in place of the mock one, and gives its address; `vaultSeed` must then be 0. */
  token?: (deployer: Signer) => Promise<string>;
  treasury?: string;
  /** Who gets the roles. Default: the deployer. */
  holders?: Partial<Record<RoleName, string>>;
  delays?: Partial<Record<RoleName, number>>;
  /** What the deployer does besides, while he is still admin. */
  beforeHandOver?: (deployed: Deployed) => Promise<void>;
  /** False: the deployer stays admin and functions keep no role, so that a test can list and set without delay. */
  handOver?: boolean;
}

export interface DeployedMarket {
  symbol: string;
  id: bigint;
  group: bigint;
  source: ChainlinkPriceSource;
  /** The mock aggregator behind the proxy that the source reads. */
  feed: MockAggregator;
}

export interface Deployed {
  token: MockToken;
  authority: AccessManager;
  clearinghouse: Clearinghouse;
  vault: InsuranceVault;
  lens: Lens;
  /** Of pledges. */
  collateralLens: CollateralLens;
  /** In the order of listing. */
  markets: DeployedMarket[];
  groups: bigint[];
  /** The block of the first contract, or one before it. */
  firstBlock: number;
}

/** The markets of deploy/parameters/local.json, each a group of its own. */
export function localGroups(): Listing[][] {
  const { btcAnswer, btcHeartbeat, btcMarket, solAnswer, solHeartbeat, solMarket } = localParameters();
  return [
    [{ symbol: "BTC", answer: btcAnswer, heartbeat: btcHeartbeat, params: btcMarket }],
    [{ symbol: "SOL", answer: solAnswer, heartbeat: solHeartbeat, params: solMarket }],
  ];
}

/**
 * Deploys the whole of Novation with a mock token and mock feeds, in the order of deploy/modules, and waits for each
 * step. For tests and for the start script; networks with real feeds are deployed by Ignition.
 */
export async function deployNovation(options: DeployOptions): Promise<Deployed> {
  const defaults = localParameters();
  const given = await options.token?.(options.deployer);
  // One nonce counter, so that nothing has to be asked from the chain between transactions.
  const deployer = new NonceManager(options.deployer);
  const self = await deployer.getAddress();
  const deploy = deployWith(options.artifact, deployer, options.deployer);
  const send = sendWith(deployer);

  const decimals = options.tokenDecimals ?? 6;
  const firstBlock = (await options.deployer.provider!.getBlockNumber()) + 1;
  const token =
    given === undefined
      ? await deploy<MockToken>("MockToken", "USD Coin (mock)", "USDC", decimals)
      : await tokenAt(given, options);
  const authority = await deploy<AccessManager>("AccessManager", self);
  const [trading, direct, byOrders, byAccount, byVault, absorption, deleveraging, governance, pledging] = [
    await deploy<Addressable>("Trading"),
    await deploy<Addressable>("DirectTrading"),
    await deploy<Addressable>("LiquidationByOrders"),
    await deploy<Addressable>("LiquidationByAccount"),
    await deploy<Addressable>("LiquidationByVault"),
    await deploy<Addressable>("Absorption"),
    await deploy<Addressable>("Deleveraging"),
    await deploy<Addressable>("Governance"),
    await deploy<Addressable>("Pledging", await deploy<Addressable>("Exchange")),
  ];
  const clearinghouse = await deploy<Clearinghouse>(
    "Clearinghouse",
    token,
    authority,
    options.treasury ?? self,
    { ...defaults.venue, ...options.venue },
    { trading, direct, byOrders, byAccount, byVault, absorption, deleveraging, governance, pledging },
  );
  const vault = await deploy<InsuranceVault>(
    "InsuranceVault",
    clearinghouse,
    token,
    "Novation Insurance Vault",
    "nvUSDC",
    defaults.vaultWindow,
    defaults.vaultCooldown,
  );
  await send(clearinghouse, "setVault", vault);
  const [accountLens, groupLens, settlementLens] = [
    await deploy("AccountLens"),
    await deploy("GroupLens"),
    await deploy("SettlementLens"),
  ];
  const lens = await deploy<Lens>("Lens", accountLens, groupLens, settlementLens);

  const markets: DeployedMarket[] = [];
  const groups: bigint[] = [];
  for (const listings of options.groups ?? localGroups()) {
    const group = BigInt(groups.length + 1);
    await send(clearinghouse, "createGroup");
    for (const [index, listing] of listings.entries()) {
      const feed = await deploy<MockAggregator>("MockAggregator", 8, listing.answer);
      const proxy = await deploy<Addressable>("MockAggregatorProxy", feed);
      const config = chainlinkConfig(proxy, listing.heartbeat ?? defaults.btcHeartbeat);
      const source = await deploy<ChainlinkPriceSource>("ChainlinkPriceSource", config);
      const mode = MODES[listing.mode ?? options.mode ?? "QUEUE"];
      await send(clearinghouse, "createMarket", group, source, mode, listing.params);
      markets.push({ symbol: listing.symbol, id: (group << 2n) | BigInt(index), group, source, feed });
    }
    await send(clearinghouse, "setVaultBudget", group, options.vaultBudget ?? defaults.btcBudget);
    groups.push(group);
  }

  const seed = options.vaultSeed ?? 1_000n * 10n ** BigInt(decimals);
  if (seed > 0n) {
    await send(token, "mint", self, seed);
    await send(token, "approve", vault, seed);
    await send(vault, "initialise", seed);
  }

  const collateralLens = await deploy<CollateralLens>("CollateralLens");
  const deployed = { token, authority, clearinghouse, vault, lens, collateralLens, markets, groups, firstBlock };
  if (options.beforeHandOver !== undefined) {
    await options.beforeHandOver(deployed);
    deployer.reset(); // his nonces went on
  }

  if (options.accessGate !== undefined) await send(clearinghouse, "setAccessGate", options.accessGate);

  if (options.handOver ?? true) {
    const delays = { GOVERNOR: defaults.governorDelay, RISK: defaults.riskDelay, GUARDIAN: 0, ...options.delays };
    const holders = { GOVERNOR: self, RISK: self, GUARDIAN: self, ...options.holders };
    for (const role of ROLE_NAMES) {
      await send(authority, "labelRole", ROLES[role].id, role);
      await send(authority, "setTargetFunctionRole", clearinghouse, selectorsOf(role), ROLES[role].id);
      await send(authority, "grantRole", ROLES[role].id, holders[role], delays[role]);
    }
    for (const [role, guardian] of GUARDED) await send(authority, "setRoleGuardian", ROLES[role].id, guardian);
    await send(authority, "grantRole", ADMIN, holders.GOVERNOR, delays.GOVERNOR);
    if (holders.GOVERNOR !== self) await send(authority, "renounceRole", ADMIN, self);
  }
  return deployed;
}

/** A token that is there, behind what the mock one has of ERC-20. */
async function tokenAt(address: string, { artifact, deployer }: DeployOptions): Promise<MockToken> {
  return new Contract(address, (await artifact("MockToken")).abi, deployer) as unknown as MockToken;
}

/** The configuration of a ChainlinkPriceSource on one feed of a chain without a sequencer. */
export function chainlinkConfig<F, H>(feed: F, heartbeat: H) {
  const none = "0x0000000000000000000000000000000000000000";
  return {
    feed,
    heartbeat,
    second: none,
    secondHeartbeat: 0,
    maxDeviation: 0,
    sequencer: none,
    sequencerGrace: 0,
    lotExponent: 0,
  };
}
