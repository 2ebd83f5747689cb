// SPDX-License-Identifier: MIT
import { z } from "zod/v4-mini";
import { parseDeployment, type DeployedMarket, type Deployment } from "../../../sdk/deployment.js";

// Where the venue and its services are is read when the page starts: one build for every chain.

const place = z.string().check(z.regex(/^(https?:\/\/|\.?\/)[^\s]*$/));
const servicesSchema = z.object({
  /** A node of the chain, for what the page reads. Transactions go through the wallet. */
  rpc: z._default(place, "./rpc"),
  relay: z._default(place, "./relay"),
  indexer: z._default(place, "./indexer"),
  /** As wallets show the chain when it is added to them. */
  chainName: z._default(z.string().check(z.maxLength(40)), "Novation's chain"),
  /** Pages of transactions, e.g. https://etherscan.io. */
  explorer: z.optional(place),
  /** Of a venue with play money: gives an address ether and tokens. */
  faucet: z.optional(place),
  /** An option clearinghouse on the same chain: its own deployment file, relay and indexer. */
  options: z.optional(
    z.object({
      deployment: z._default(place, "./options.json"),
      relay: z._default(place, "./options/relay"),
      indexer: z._default(place, "./options/indexer"),
    }),
  ),
});

export interface Services {
  readonly rpc: string;
  readonly relay: string;
  readonly indexer: string;
  readonly chainName: string;
  readonly explorer: string | undefined;
  readonly faucet: string | undefined;
  readonly options: OptionServices | undefined;
}

/** Where an option clearinghouse is, and its services: the pages of options alone ask them. */
export interface OptionServices {
  readonly deployment: string;
  readonly relay: string;
  readonly indexer: string;
}

/** A venue with where its services are: what the whole page stands on. */
export interface Here {
  readonly deployment: Deployment;
  readonly services: Services;
}

export class NotConfigured extends Error {
  override readonly name = "NotConfigured";
}

/** Reads deployment.json and services.json beside the page. The latter may be missing: then all is on this host. */
export async function readHere(base: string): Promise<Here> {
  const deployment = parseDeployment(await text(new URL("deployment.json", base), true), "deployment.json");
  return { deployment, services: parseServices(await text(new URL("services.json", base), false), base) };
}

export function parseServices(given: string, base: string): Services {
  let value: unknown;
  try {
    value = given === "" ? {} : JSON.parse(given);
  } catch {
    throw new NotConfigured("services.json is not JSON.");
  }
  const parsed = servicesSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new NotConfigured(`services.json, ${issue!.path.join(".")}: ${issue!.message}.`);
  }
  const at = (path: string) => new URL(path, base).href.replace(/\/$/, "");
  const { rpc, relay, indexer, chainName, explorer, faucet, options } = parsed.data;
  const [found, gives] = [explorer && at(explorer), faucet && at(faucet)];
  return {
    ...{ rpc: at(rpc), relay: at(relay), indexer: at(indexer), chainName, explorer: found, faucet: gives },
    options: options && {
      deployment: at(options.deployment),
      relay: at(options.relay),
      indexer: at(options.indexer),
    },
  };
}

/** Whether there are options: beside the venue, or it is an option clearinghouse itself. */
export function hasOptions({ deployment, services }: Here): boolean {
  return deployment.options !== undefined || services.options !== undefined;
}

/** The option clearinghouse: the venue itself, or the one that stands beside it; undefined: there is none. */
export async function readOptions(here: Here): Promise<Here | undefined> {
  const { deployment: beside, services } = here;
  if (beside.options !== undefined) return here;
  const { options } = services;
  if (options === undefined) return undefined;
  const deployment = parseDeployment(await text(new URL(options.deployment), true), "options.json");
  if (deployment.options === undefined) throw new NotConfigured("options.json is of no option clearinghouse.");
  if (deployment.chainId !== beside.chainId || deployment.genesisHash !== beside.genesisHash) {
    throw new NotConfigured("options.json is of another chain than deployment.json.");
  }
  return { deployment, services: { ...services, relay: options.relay, indexer: options.indexer } };
}

async function text(url: URL, needed: boolean): Promise<string> {
  const response = await fetch(url, { cache: "no-cache" });
  const isPage = response.headers.get("content-type")?.includes("html"); // a server that answers everything
  if (response.ok && !isPage) return response.text();
  if (!needed) return "";
  throw new NotConfigured(`${url.pathname} is not there: the page cannot tell where the venue is.`);
}

export function marketOfSymbol({ deployment }: Here, symbol: string | undefined): DeployedMarket | undefined {
  return deployment.markets.find((market) => market.symbol === symbol);
}
