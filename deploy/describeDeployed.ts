// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Rpc } from "../sdk/client/chain/Rpc.js";
import type { Deployment } from "../sdk/deployment.js";
import { marketOf } from "../sdk/order.js";
import type { Address } from "../sdk/range.js";
import { buildHash } from "./buildHash.js";
import type { Journal } from "./check/readJournal.js";
import { describeVenue } from "./describeVenue.js";

/** The facts for the deployment file of what a module deployed, from Ignition's folder and the chain. */
export async function describeDeployed(
  node: Rpc,
  folder: string,
  module: string,
  { addresses, firstBlock = 0 }: Pick<Journal, "addresses" | "firstBlock">,
  built: (name: string) => Promise<{ bytecode: string }>,
): Promise<Deployment> {
  const at = (name: string) => addresses[`${module}#${name}`] as Address;
  const sources = Object.entries(addresses).filter(([step]) => step.endsWith(SOURCE));
  const symbols = new Map(
    sources.map(([step, address]) => [address.toLowerCase(), step.slice(module.length + 1, -SOURCE.length)]),
  );
  // Each market has a source of its own, and those by feeds one code. Without any the build's is as good.
  const byFeed = sources.find(([step]) => artifactIn(folder, step).contractName === CODE_OF_SOURCES)?.[0];
  const codeOf = async (name: string) =>
    name === CODE_OF_SOURCES && byFeed === undefined
      ? built(name)
      : artifactIn(folder, name === CODE_OF_SOURCES ? byFeed! : `${module}#${name}`);
  return describeVenue(node, {
    clearinghouse: at("Clearinghouse"),
    vault: at("InsuranceVault"),
    lens: at("Lens"),
    // A module lists each market in a group of its own.
    markets: sources.map((_, index) => marketOf(index + 1, 0)),
    symbolOf: (id, source) => symbols.get(source.toLowerCase())?.toUpperCase() ?? `M${id}`,
    firstBlock,
    build: await buildHash(codeOf),
    ...(at("Bundle") && { bundle: at("Bundle") }),
  });
}

const SOURCE = "PriceSource";
const CODE_OF_SOURCES = "ChainlinkPriceSource";

/** As Ignition keeps it: what was deployed, whatever was built since. */
function artifactIn(folder: string, step: string): Kept {
  return JSON.parse(readFileSync(join(folder, "artifacts", `${step}.json`), "utf8")) as Kept;
}

interface Kept {
  readonly contractName: string;
  readonly bytecode: string;
}
