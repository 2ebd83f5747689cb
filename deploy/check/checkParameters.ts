// SPDX-License-Identifier: MIT
import { isKnownSchema, schemaOf } from "../../chain/reports/StreamReport.js";
import type { Hex } from "../../sdk/orderHash.js";
import { MAX_MARK } from "../../sdk/units.js";
import { VAULT_BUDGET, type Bounds, type Range } from "../../sdk/parameters/bounds.js";
import { MARKET_BOUNDS } from "../../sdk/parameters/market.js";
import { riskBounds } from "../../sdk/parameters/risk.js";
import { VENUE_BOUNDS } from "../../sdk/parameters/venue.js";
import { checkHolders } from "./checkHolders.js";
import { checkSigners } from "./checkSigners.js";
import { nearest } from "./nearest.js";

/** What a contract that is there already must be. */
export type Contract = "token" | "feed" | "history" | "verifier" | "gate" | "vols";

/** What a network's parameters must be: every name, with what its value has to be. */
export type Shape = Readonly<Record<string, Kind | Contract | Range>>;
type Kind = "venue" | "market" | "risk" | "address" | "stream" | "underlying" | "signers";

const DAY = 86_400n;

// Of the mock token and feeds of a local network, which have 6 and 8 decimals: a vault opens with one token at least,
// and no mark is larger.
const SEED = [10n ** 6n, 10n ** 18n] as const;
const ANSWER = [1n, MAX_MARK / 10n ** 10n] as const;
const DELAY = [0n, 30n * DAY] as const;
const common: Shape = {
  governorDelay: DELAY,
  riskDelay: DELAY,
  vaultWindow: [600n, 30n * DAY],
  vaultCooldown: [3_600n, 30n * DAY],
  venue: "venue",
  accessGate: "gate",
};
const NOBODY = /^0x0{40}$/;
const listing = (name: string): Shape => ({
  [`${name}Heartbeat`]: [1n, 3n * DAY],
  [`${name}Market`]: "market",
  [`${name}Budget`]: VAULT_BUDGET,
});

/** A market whose prices are pulled. */
const pulled = (name: string): Shape => ({
  ...listing(name),
  [`${name}Stream`]: "stream",
  [`${name}Decimals`]: [0n, 36n],
  [`${name}Heartbeat`]: [1n, DAY],
  [`${name}MaxDelay`]: [1n, DAY],
});

/** What an option group takes over from its source of volatilities: OptionGovernanceLib, VolLib, SmileLib. */
const VOL_HEARTBEAT = [10n, DAY] as const;
const VOL_LEVEL = [250_000_000n, 4_000_000_000n] as const;
const VOL = [500n, 40_000n] as const;
const optionGroup = (name: string): Shape => ({ ...listing(name), [`${name}Risk`]: "risk" });

/** By the module of deploy/modules. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  Local: {
    ...common,
    ...listing("btc"),
    ...listing("sol"),
    vaultSeed: SEED,
    btcAnswer: ANSWER,
    solAnswer: ANSWER,
  },
  Sepolia: {
    ...common,
    ...listing("btc"),
    ...listing("eth"),
    token: "token",
    btcFeed: "feed",
    ethFeed: "feed",
    governor: "address",
    risk: "address",
    guardian: "address",
    treasury: "address",
  },
  Streams: {
    ...common,
    ...pulled("eth"),
    token: "token",
    verifier: "verifier",
    governor: "address",
    risk: "address",
    guardian: "address",
    treasury: "address",
  },
  LocalOptions: {
    ...common,
    ...optionGroup("eth"),
    vaultSeed: SEED,
    ethAnswer: ANSWER,
    ethVolHeartbeat: VOL_HEARTBEAT,
    ethVolLevel: VOL_LEVEL,
    ethVol: VOL,
  },
  Volatilities: { underlying: "underlying", heartbeat: VOL_HEARTBEAT, signers: "signers", threshold: [1n, 32n] },
  SepoliaOptions: {
    ...common,
    ...optionGroup("eth"),
    token: "token",
    ethFeed: "history",
    ethVolSource: "vols",
    governor: "address",
    risk: "address",
    guardian: "address",
    treasury: "address",
  },
};

/** What is wrong with a module's parameters, one sentence each; none if the contracts will take them. */
export function checkParameters(module: string, parameters: Record<string, unknown>, deployer?: string): string[] {
  const shape = SHAPES[module];
  if (!shape) return [`There is no module ${module}. Choose one of ${Object.keys(SHAPES).join(", ")}.`];
  // A gate is the one that may be left out, or zero: then there is none.
  const given = Object.keys(shape).filter((name) => shape[name] !== "gate" || isGiven(parameters[name]));
  const { accessGate, ...others } = parameters;
  const problems = unknownAndMissing(module, given, isGiven(accessGate) ? parameters : others);
  for (const [name, kind] of Object.entries(shape)) {
    const value = parameters[name];
    const path = `${module}.${name}`;
    if (value === undefined) continue;
    if (kind === "venue") problems.push(...checkBounds(path, value, VENUE_BOUNDS));
    else if (kind === "market") problems.push(...checkBounds(path, value, MARKET_BOUNDS));
    else if (kind === "risk") problems.push(...checkBounds(path, value, riskBounds(gapThresholdOf(name, parameters))));
    else if (kind === "stream") problems.push(...checkStream(path, value));
    else if (kind === "underlying") problems.push(...checkUnderlying(path, value));
    else if (kind === "signers") problems.push(...checkSigners(path, value, integerOf(parameters["threshold"])));
    else if (typeof kind !== "string") problems.push(...checkInteger(path, value, ...kind));
  }
  const [window, cooldown] = [integerOf(parameters["vaultWindow"]), integerOf(parameters["vaultCooldown"])];
  if (window !== undefined && cooldown !== undefined && window > cooldown) {
    problems.push(`${module}.vaultWindow is ${window} and may be at most vaultCooldown, ${cooldown}.`);
  }
  for (const name of Object.keys(shape).filter((each) => shape[each] === "stream")) {
    const market = name.slice(0, -"Stream".length);
    const [delay, heartbeat] = ["MaxDelay", "Heartbeat"].map((each) => integerOf(parameters[market + each]));
    if (delay !== undefined && heartbeat !== undefined && delay > heartbeat) {
      problems.push(`${module}.${market}MaxDelay is ${delay} and may be at most ${market}Heartbeat, ${heartbeat}.`);
    }
  }
  const addresses = given.filter((name) => shape[name] === "address" || isContract(shape[name]));
  return [...problems, ...checkHolders(module, addresses, parameters, deployer)];
}

/** The addresses of a module's parameters that must be contracts, by name. */
export function contractsOf(
  module: string,
  parameters: Record<string, unknown>,
): [path: string, address: string, kind: Contract][] {
  return Object.entries(SHAPES[module] ?? {}).flatMap(([name, kind]) =>
    isContract(kind) && (kind !== "gate" || isGiven(parameters[name]))
      ? [[`${module}.${name}`, String(parameters[name]), kind]]
      : [],
  );
}

/** The streams of a module's parameters, with where they stand. */
export function streamsOf(module: string, parameters: Record<string, unknown>): [path: string, feedId: Hex][] {
  return Object.entries(SHAPES[module] ?? {}).flatMap(([name, kind]) =>
    kind === "stream" ? [[`${module}.${name}`, parameters[name] as Hex]] : [],
  );
}

const CONTRACTS: readonly Contract[] = ["token", "feed", "history", "verifier", "gate", "vols"];

/** That of the market whose margin `name` is of; 0 if it has none, which the market's own check says. */
function gapThresholdOf(name: string, parameters: Record<string, unknown>): bigint {
  const market = parameters[name.replace(/Risk$/, "Market")];
  return integerOf((market as { gapThreshold?: unknown } | undefined | null)?.gapThreshold) ?? 0n;
}

/** The name of an underlying as a source of volatilities has it: ASCII, filled up with zeros. */
function checkUnderlying(path: string, value: unknown): string[] {
  if (typeof value === "string" && /^0x(?:[2-7][0-9a-f]){1,31}(?:00)+$/.test(value) && value.length === 66) return [];
  return [`${path} is no name of an underlying: 0x and 64 hex digits, "ETH" as 0x455448 and zeros. Write it so.`];
}

function isContract(kind: Shape[string] | undefined): kind is Contract {
  return CONTRACTS.includes(kind as Contract);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && !(typeof value === "string" && NOBODY.test(value));
}

/** The id of a stream: its first two bytes are the version of its schema. */
function checkStream(path: string, value: unknown): string[] {
  if (typeof value !== "string" || !/^0x[0-9a-f]{64}$/.test(value)) {
    return [`${path} is no id of a stream: 0x and 64 hex digits in lower case. Copy it again.`];
  }
  const version = schemaOf(value as Hex);
  if (isKnownSchema(version)) return [];
  return [`${path} is of schema ${version}. Give a stream of schema 2, 3, 4 or 8.`];
}

function unknownAndMissing(path: string, names: readonly string[], given: object): string[] {
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  const missing = names.filter((name) => !(name in given));
  return [
    ...unknown.map((name) => `${path} has no parameter ${name}. Did you mean ${nearest(name, names)}?`),
    ...missing.map((name) => `${path}.${name} is missing. Add it.`),
  ];
}

function checkBounds<P>(path: string, given: unknown, bounds: Bounds<P>): string[] {
  if (given === null || typeof given !== "object") return [`${path} is no object. Give its parameters by name.`];
  const names = Object.keys(bounds) as (keyof P & string)[];
  const problems = unknownAndMissing(path, names, given);
  const values = given as Record<string, unknown>;
  for (const name of names) {
    if (name in values && integerOf(values[name]) === undefined) problems.push(notAnInteger(`${path}.${name}`));
  }
  if (problems.length > 0) return problems; // bounds refer to each other
  const integers = Object.fromEntries(names.map((name) => [name, integerOf(values[name])])) as {
    [name in keyof P]: bigint;
  };
  return names.flatMap((name) => checkInteger(`${path}.${name}`, integers[name], ...bounds[name](integers)));
}

function checkInteger(path: string, given: unknown, low: bigint, high: bigint): string[] {
  const value = integerOf(given);
  if (value === undefined) return [notAnInteger(path)];
  if (value >= low && value <= high) return [];
  return [`${path} is ${value} and must be from ${low} to ${high}.`];
}

function notAnInteger(path: string): string {
  return `${path} is no whole number. Write 7, or "7n" from 2^53 on.`;
}

/** The integer that a parameter holds; undefined if it holds none, or one that a double has rounded. */
function integerOf(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  return Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
}
