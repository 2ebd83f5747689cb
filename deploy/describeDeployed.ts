// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Rpc } from "../sdk/client/chain/Rpc.js";
import type { Deployment } from "../sdk/deployment.js";
import { marketOf } from "../sdk/order.js";
import type { Address } from "../sdk/range.js";
import { OPTION_BUILD, VENUE_BUILD, buildHash } from "./buildHash.js";
import type { Journal } from "./check/readJournal.js";
import { describeVenue } from "./describeVenue.js";

/**
 * The facts for the deployment file of what a module deployed, from Ignition's folder and the chain.
 * @param given The module's parameters: a source of volatilities may have been there before.
 */
export async function describeDeployed(
  node: Rpc,
  folder: string,
  module: string,
  { addresses, firstBlock = 0 }: Pick<Journal, "addresses" | "firstBlock">,
  built: (name: string) => Promise<{ bytecode: string }>,
  given: Readonly<Record<string, unknown>> = {},
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
  const symbolOf = (source: string) => symbols.get(source.toLowerCase())?.toUpperCase();
  const common = { vault: at("InsuranceVault"), lens: at("Lens"), firstBlock };
  if (at("OptionClearinghouse") !== undefined) {
    const groups = sources.map(([step, source]) => {
      const name = step.slice(module.length + 1, -SOURCE.length);
      const volSource = at(`${name}VolSource`) ?? (given[`${name}VolSource`] as Address);
      return { symbol: symbolOf(source)!, source: source as Address, volSource };
    });
    return describeVenue(node, {
      ...common,
      clearinghouse: at("OptionClearinghouse"),
      markets: [],
      symbolOf: () => "",
      build: await buildHash(codeOf, OPTION_BUILD),
      options: { lens: at("OptionLens"), groups },
    });
  }
  return describeVenue(node, {
    ...common,
    clearinghouse: at("Clearinghouse"),
    // A module lists each market in a group of its own.
    markets: sources.map((_, index) => marketOf(index + 1, 0)),
    symbolOf: (id, source) => symbolOf(source) ?? `M${id}`,
    build: await buildHash(codeOf, VENUE_BUILD),
    ...(at("Bundle") && { bundle: at("Bundle") }),
    ...(at("CollateralLens") && { collateralLens: at("CollateralLens") }),
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
