// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { parseDeployment, venueKindOf, type Deployment } from "../../sdk/deployment";
import { PERPETUAL_INDEX } from "../../sdk/options/series";
import { marketOf } from "../../sdk/order";
import type { ContractName, Fixed } from "./indexer";
import type { Hex } from "./scene";
import type { FedMarket } from "./history/marks";
import { readTables } from "./abis";

/** A variable of the environment that has to be set. */
export class SettingMissing extends Error {
  constructor(readonly setting: string) {
    super(`${setting} is not set: start the indexer by npm run indexer, which sets it`);
  }
}

export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new SettingMissing(name);
  return value;
}

/** The deployment that DEPLOYMENT names. */
export function readDeployment(file = required("DEPLOYMENT")): Deployment {
  return parseDeployment(readFileSync(file, "utf8"), file);
}

const MARK_DECIMALS = 18;

/** A feed of a deployment, and the market whose mark it tells. */
interface Feed extends Pick<Deployment["markets"][number], "id" | "symbol" | "feed" | "aggregator" | "decimals"> {
  readonly stream?: Hex;
}

/** The feeds of a deployment: of an option group that of its underlying, whose mark is its perpetual's. */
export function feedsOf({ markets, options }: Pick<Deployment, "markets" | "options">): Feed[] {
  const groups = (options?.groups ?? []).map(({ symbol, group, feed, aggregator, decimals }) => {
    const id = marketOf(group, PERPETUAL_INDEX, "options");
    return { id, symbol: `${symbol}-PERPETUAL`, feed, aggregator, decimals };
  });
  return [...markets, ...groups];
}

/** Whose mark an aggregator tells. Of one that serves two feeds nobody knows: its answers name no feed. */
export function fedBy(listed: readonly Feed[]): Map<string, FedMarket[]> {
  const fed = new Map<string, FedMarket[]>();
  const feeds = new Map<string, Set<string>>();
  for (const { id, symbol, feed, aggregator, decimals, stream } of listed) {
    const key = aggregator.toLowerCase();
    // A source to which prices are brought tells marks.
    const exponent = stream === undefined ? MARK_DECIMALS - decimals : 0;
    feeds.set(key, (feeds.get(key) ?? new Set()).add(feed.toLowerCase()));
    fed.set(key, [...(fed.get(key) ?? []), { id, symbol, exponent }]);
  }
  for (const [key, { size }] of feeds) if (size > 1) fed.delete(key);
  return fed;
}

/** What handlers know of a deployment beside rows. */
export function fixedOf(deployment: Deployment): Fixed {
  const { tokenDecimals } = deployment;
  const fed = fedBy(feedsOf(deployment));
  return { tables: readTables(), tokenDecimals, kind: venueKindOf(deployment), fed };
}

/** The contracts that are indexed, by address in lower case. */
export function contractsOf(deployment: Deployment): Map<Hex, ContractName> {
  const { clearinghouse, vault, authority } = deployment;
  const list: [string, ContractName][] = [
    [clearinghouse, "Clearinghouse"],
    [vault, "Vault"],
    [authority, "Authority"],
    ...feedsOf(deployment).map(({ aggregator }): [string, ContractName] => [aggregator, "Feed"]),
  ];
  return new Map(list.map(([address, name]) => [address.toLowerCase() as Hex, name]));
}
