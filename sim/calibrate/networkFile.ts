// SPDX-License-Identifier: MIT
import { parametersText, readParameters } from "../../deploy/parameters.js";
import { OptionError } from "../../tools/options.js";
import { FileError } from "../files/FileError.js";
import { writeText } from "../files/writeText.js";
import { MARKET_NAMES, type MarketValues } from "./bounds.js";
import type { CalibrationReport } from "./result.js";

/** The networks of deploy/parameters, and the module that each file is for. */
export const NETWORKS = { local: "Local", sepolia: "Sepolia" } as const;
const VENUE_NAMES = ["lockDelay", "vaultDiscount", "callGrace"] as const;
export type NetworkName = keyof typeof NETWORKS;

export function networkName(text: string): NetworkName {
  const name = (Object.keys(NETWORKS) as NetworkName[]).find((each) => each === text);
  if (!name) throw new OptionError(`--network must be one of ${Object.keys(NETWORKS).join(", ")}; not "${text}"`);
  return name;
}

export interface NetworkMarket {
  now: MarketValues;
  budget: bigint;
}

/** What a network's file says now. */
export class NetworkParameters {
  private readonly values: Record<string, unknown>;

  constructor(readonly network: NetworkName) {
    this.values = read(network);
  }

  /** Undefined: the network does not list the asset. */
  market(asset: string): NetworkMarket | undefined {
    const [market, budget] = [this.values[marketKey(asset)], this.values[budgetKey(asset)]];
    if (market === undefined) return undefined;
    const fields = market as Record<string, number | bigint>;
    const now = Object.fromEntries(MARKET_NAMES.map((name) => [name, BigInt(fields[name]!)])) as MarketValues;
    return { now, budget: BigInt(budget as number | bigint) };
  }

  /** The first market that it lists: what an asset that it does not list is compared with. */
  first(): NetworkMarket {
    const key = Object.keys(this.values).find((each) => each.endsWith("Market"))!;
    return this.market(key.slice(0, -"Market".length))!;
  }

  venue(name: (typeof VENUE_NAMES)[number]): bigint {
    return BigInt((this.values["venue"] as Record<string, number | bigint>)[name]!);
  }

  /** Writes the network's file with what is proposed in it; returns the assets that the network does not list. */
  write(file: string, { markets, lockDelay }: CalibrationReport): string[] {
    const missing: string[] = [];
    const venue = { ...(this.values["venue"] as object), lockDelay: Number(lockDelay.value) };
    const values: Record<string, unknown> = { ...this.values, venue };
    for (const { asset, proposals } of markets) {
      const market = values[marketKey(asset)];
      if (market === undefined) {
        missing.push(asset);
        continue;
      }
      const proposed = new Map<string, string>(proposals.map(({ name, value }) => [name, value]));
      const fields = Object.entries(market as object).map(([name, now]) => [
        name,
        like(now, BigInt(proposed.get(name)!)),
      ]);
      values[marketKey(asset)] = Object.fromEntries(fields);
      values[budgetKey(asset)] = BigInt(proposed.get("vaultBudget")!);
    }
    writeText(file, parametersText({ [NETWORKS[this.network]]: values }));
    return missing;
  }
}

function read(network: NetworkName): Record<string, unknown> {
  const file = `deploy/parameters/${network}.json`;
  let values: Record<string, unknown> | undefined;
  try {
    values = readParameters(network)[NETWORKS[network]];
  } catch (error) {
    throw new FileError(file, undefined, `cannot be read: ${(error as Error).message}`);
  }
  if (values === undefined) throw new FileError(file, undefined, `has no part ${NETWORKS[network]}`);
  return checkedNetwork(file, values);
}

/**
 * The values of a network's file, if every market has all its parameters as whole numbers, and the venue what is read
 * of it.
 */
export function checkedNetwork(file: string, values: Record<string, unknown>): Record<string, unknown> {
  const fail = (what: string): never => {
    throw new FileError(file, undefined, what);
  };
  const whole = (name: string, value: unknown) => {
    if ((typeof value === "bigint" || Number.isSafeInteger(value)) && (value as number | bigint) >= 0) return;
    fail(
      `${name} must be a whole number of zero or more, as 7 or "7n", not ${value === undefined ? "missing" : String(value)}`,
    );
  };
  const markets = Object.keys(values).filter((name) => name.endsWith("Market"));
  if (markets.length === 0) fail("lists no market");
  for (const key of markets) {
    const market = values[key] as Record<string, unknown> | null;
    for (const name of MARKET_NAMES) whole(`${key}.${name}`, market?.[name]);
    const budget = key.replace(/Market$/, "Budget");
    whole(budget, values[budget]);
  }
  const venue = values["venue"] as Record<string, unknown> | undefined;
  for (const name of VENUE_NAMES) whole(`venue.${name}`, venue?.[name]);
  return values;
}

/** Numbers stay numbers where they were and still can be. */
function like(now: unknown, value: bigint): number | bigint {
  return typeof now === "number" && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function marketKey(asset: string): string {
  return `${asset.toLowerCase()}Market`;
}

function budgetKey(asset: string): string {
  return `${asset.toLowerCase()}Budget`;
}
