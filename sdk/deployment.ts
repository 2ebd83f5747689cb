// SPDX-License-Identifier: MIT
// The file that says where a venue is: written at each deployment, read by keeper, relay, indexer and web alike.
import {
  DeploymentContradicts,
  DeploymentFieldBad,
  DeploymentNotJson,
  DeploymentOtherFormat,
} from "./deploymentErrors.js";
import { groupIdOf, groupOf, type GroupId, type MarketId, type VenueKind } from "./order.js";
import type { Hex } from "./orderHash.js";
import { OutOfRange, addressOf, countOf, numberOfRange, wholeOf, type Address } from "./range.js";

/** Raised when a reader of the last form would misread the next. */
export const DEPLOYMENT_FORMAT = 1;

/** A listed market. */
export interface DeployedMarket {
  /** As people call it, e.g. "BTC". */
  readonly symbol: string;
  readonly id: MarketId;
  readonly group: GroupId;
  /** The price source that the clearinghouse asked at the deployment. */
  readonly source: Address;
  /** The feed that the source reads: a Chainlink proxy on public networks. */
  readonly feed: Address;
  /** What stands behind the proxy and emits AnswerUpdated; the feed itself if it is no proxy. Proxies may change it. */
  readonly aggregator: Address;
  /** Of the feed's answers. */
  readonly decimals: number;
  /**
   * The id of a stream, of a market whose prices are pulled: then feed and aggregator are the source itself, which
   * emits Updated.
   */
  readonly stream?: Hex;
}

/** A group of an option clearinghouse. Which expiries it has is in the chain's events: anybody lists them. */
export interface DeployedOptionGroup {
  /** The underlying, as people call it, e.g. "ETH". */
  readonly symbol: string;
  readonly group: GroupId;
  /** The price source of the underlying that the clearinghouse asked at the deployment. */
  readonly source: Address;
  /** The feed that the source reads: a Chainlink proxy on public networks. */
  readonly feed: Address;
  /** What stands behind the proxy and emits AnswerUpdated; the feed itself if it is no proxy. Proxies may change it. */
  readonly aggregator: Address;
  /** Of the feed's answers. */
  readonly decimals: number;
  /** The source of volatilities that the clearinghouse asked at the deployment. */
  readonly volSource: Address;
}

/** What the deployment of an option clearinghouse has, and no other. */
export interface DeployedOptionVenue {
  /** An OptionLens: accounts, series and groups are asked from it. */
  readonly lens: Address;
  /** In the order of their creation. */
  readonly groups: readonly DeployedOptionGroup[];
}

/** Where a venue is, as it was deployed. Later listings are in the chain's events alone. */
export interface Deployment {
  readonly chainId: bigint;
  /** Hash of block 0: it tells two runs of a local chain apart. */
  readonly genesisHash: Hex;
  /** The block of the venue's first contract, or an earlier one: events are looked for from here. */
  readonly firstBlock: number;
  readonly token: Address;
  readonly tokenDecimals: number;
  readonly authority: Address;
  /** An OptionClearinghouse if the deployment has `options`. */
  readonly clearinghouse: Address;
  readonly vault: Address;
  /** A Lens. Of an option clearinghouse only `venue` is asked from it; the rest from `options.lens`. */
  readonly lens: Address;
  /** Brings signed reports and makes calls in one transaction; only where a market's prices are pulled. */
  readonly bundle?: Address;
  /** A CollateralLens: what pledges count for, and what is due to be exchanged. Only of a venue that has one. */
  readonly collateralLens?: Address;
  /** In the order of listing. At least one, and none of an option clearinghouse. */
  readonly markets: readonly DeployedMarket[];
  /** Of an option clearinghouse, which is a deployment of its own. */
  readonly options?: DeployedOptionVenue;
  /** Hash of what was deployed: equal for two deployments of one build, whatever their parameters. */
  readonly build: Hex;
}

/** What the deployment's clearinghouse lists, and so how its markets are numbered. */
export function venueKindOf({ options }: Pick<Deployment, "options">): VenueKind {
  return options === undefined ? "linear" : "options";
}

/** The contracts that a deployment names, by field. */
export const DEPLOYED_CONTRACTS = ["token", "authority", "clearinghouse", "vault", "lens"] as const;

/** A group of series has at most this number: `group << 8 | index` is a market's. */
const MAX_OPTION_GROUP = 2n ** 24n - 1n;

/** Every contract that a deployment has of its own, with the name of its field. */
export function deployedContracts(deployment: Deployment): (readonly [name: string, address: Address])[] {
  const { collateralLens, options } = deployment;
  return [
    ...DEPLOYED_CONTRACTS.map((name) => [name as string, deployment[name]] as const),
    ...(collateralLens === undefined ? [] : [["collateralLens", collateralLens] as const]),
    ...(options === undefined ? [] : [["options.lens", options.lens] as const]),
  ];
}

/** The file's text. Ids and the chain id are JSON numbers. Throws a DeploymentError when it could not be read again. */
export function deploymentText(deployment: Deployment, file = "the deployment file"): string {
  const written = { format: DEPLOYMENT_FORMAT, ...deployment };
  const plain = (_: string, value: unknown) => (typeof value === "bigint" ? Number(value) : value);
  const text = `${JSON.stringify(written, plain, 2)}\n`;
  parseDeployment(text, file);
  return text;
}

/**
 * Reads the file's text. Fields that it does not know are left out. Throws a DeploymentError that names the fault.
 * @param file Its name, for messages.
 */
export function parseDeployment(text: string, file: string): Deployment {
  const given = objectOf(text, file);
  if (given.format !== DEPLOYMENT_FORMAT) throw new DeploymentOtherFormat(file, DEPLOYMENT_FORMAT, given.format);
  try {
    return consistent(fieldsOf(given), file);
  } catch (failure) {
    if (failure instanceof OutOfRange) throw new DeploymentFieldBad(file, failure.what, failure.message);
    throw failure;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function objectOf(text: string, file: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (failure) {
    throw new DeploymentNotJson(file, (failure as Error).message);
  }
  if (isObject(value)) return value;
  throw new DeploymentNotJson(file, "it holds no object");
}

function fieldsOf(given: Fields): Deployment {
  const address = (name: string) => nonzero(given[name], name);
  const options = given.options === undefined ? undefined : optionsAt(given.options);
  return {
    chainId: wholeOf(given.chainId as number, 1n, BigInt(Number.MAX_SAFE_INTEGER), "chainId"),
    genesisHash: hashOf(given.genesisHash, "genesisHash"),
    firstBlock: countOf(given.firstBlock as number, "firstBlock"),
    token: address("token"),
    tokenDecimals: decimalsOf(given.tokenDecimals, "tokenDecimals"),
    authority: address("authority"),
    clearinghouse: address("clearinghouse"),
    vault: address("vault"),
    lens: address("lens"),
    ...(given.bundle !== undefined && { bundle: address("bundle") }),
    ...(given.collateralLens !== undefined && { collateralLens: address("collateralLens") }),
    markets: listOf(given.markets, "markets", options === undefined ? 1 : 0).map(marketAt),
    ...(options && { options }),
    build: hashOf(given.build, "build"),
  };
}

function marketAt(value: unknown, index: number): DeployedMarket {
  const path = `markets[${index}]`;
  if (!isObject(value)) throw new OutOfRange(value, path, "an object");
  const address = (name: string) => nonzero(value[name], `${path}.${name}`);
  return {
    symbol: symbolOf(value.symbol, `${path}.symbol`),
    id: wholeOf(value.id as number, 4n, 2n ** 32n - 1n, `${path}.id`) as MarketId,
    group: groupAt(value.group, `${path}.group`),
    source: address("source"),
    feed: address("feed"),
    aggregator: address("aggregator"),
    decimals: decimalsOf(value.decimals, `${path}.decimals`),
    ...(value.stream !== undefined && { stream: hashOf(value.stream, `${path}.stream`) }),
  };
}

function optionsAt(value: unknown): DeployedOptionVenue {
  if (!isObject(value)) throw new OutOfRange(value, "options", "an object");
  return {
    lens: nonzero(value.lens, "options.lens"),
    groups: listOf(value.groups, "options.groups", 1).map(optionGroupAt),
  };
}

function optionGroupAt(value: unknown, index: number): DeployedOptionGroup {
  const path = `options.groups[${index}]`;
  if (!isObject(value)) throw new OutOfRange(value, path, "an object");
  const address = (name: string) => nonzero(value[name], `${path}.${name}`);
  return {
    symbol: symbolOf(value.symbol, `${path}.symbol`),
    group: wholeOf(value.group as number, 1n, MAX_OPTION_GROUP, `${path}.group`) as GroupId,
    source: address("source"),
    feed: address("feed"),
    aggregator: address("aggregator"),
    decimals: decimalsOf(value.decimals, `${path}.decimals`),
    volSource: address("volSource"),
  };
}

/** What single fields cannot tell: ids and groups agree, and nothing is named twice. */
function consistent(deployment: Deployment, file: string): Deployment {
  for (const { symbol, id, group } of deployment.markets) {
    if (groupOf(id) === group) continue;
    throw new DeploymentContradicts(file, `${symbol} has id ${id}, of group ${groupOf(id)}, and says group ${group}`);
  }
  const { options, markets } = deployment;
  if (options !== undefined && markets.length > 0) {
    throw new DeploymentContradicts(file, `${markets[0]!.symbol} is a market, which an option clearinghouse has not`);
  }
  const groups = options?.groups ?? [];
  const contracts = deployedContracts(deployment).map(([name, address]) => [address.toLowerCase(), name] as const);
  for (const [what, list] of [
    ["one address", contracts],
    ["one id", deployment.markets.map(({ id, symbol }) => [String(id), symbol] as const)],
    ["one symbol", deployment.markets.map(({ id, symbol }) => [symbol, `market ${id}`] as const)],
    ["one group", groups.map(({ group, symbol }) => [String(group), symbol] as const)],
    ["one symbol", groups.map(({ group, symbol }) => [symbol, `group ${group}`] as const)],
  ] as const) {
    const seen = new Map<string, string>();
    for (const [key, name] of list) {
      if (seen.has(key)) throw new DeploymentContradicts(file, `${seen.get(key)} and ${name} have ${what}, ${key}`);
      seen.set(key, name);
    }
  }
  return deployment;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown, what: string, min: number): unknown[] {
  if (Array.isArray(value) && value.length >= min) return value;
  throw new OutOfRange(value, what, min === 0 ? "a list" : `a list of at least ${min}`);
}

function nonzero(value: unknown, what: string): Address {
  const address = addressOf(value as string, what);
  if (!/^0x0*$/.test(address)) return address;
  throw new OutOfRange(value, what, "the address of a contract, not zero");
}

function hashOf(value: unknown, what: string): Hex {
  if (typeof value === "string" && /^0x[0-9a-f]{64}$/.test(value)) return value as Hex;
  throw new OutOfRange(value, what, "a hash: 0x and 64 hex digits in lower case");
}

function groupAt(value: unknown, what: string): GroupId {
  return groupIdOf(wholeOf(value as number, 1n, 2n ** 30n - 1n, what));
}

function symbolOf(value: unknown, what: string): string {
  if (typeof value === "string" && /^[A-Za-z0-9._/-]{1,32}$/.test(value)) return value;
  throw new OutOfRange(value, what, "1 to 32 letters, digits or . _ / -");
}

function decimalsOf(value: unknown, what: string): number {
  return numberOfRange(value as number, 0, 255, what);
}
