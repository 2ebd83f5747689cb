// SPDX-License-Identifier: MIT
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { keccak256 } from "../../sdk/keccak.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";
import { DEPLOYED_CONTRACTS } from "../../sdk/deployment.js";
import type { Situation } from "../look/Situation.js";

/**
 * The contracts that a venue hangs on, by name: those of the deployment file, vault and sources of now, and members of
 * roles that are contracts.
 */
export function contractsOf({ deployment, venue, markets, authority, symbolOf }: Situation): Map<string, Address> {
  const contracts = new Map<string, Address>(DEPLOYED_CONTRACTS.map((name) => [name, deployment[name]]));
  contracts.set("vault", venue.vault as Address);
  for (const { market, source } of markets) contracts.set(`source of ${symbolOf(market)}`, source as Address);
  for (const { symbol, feed, aggregator } of deployment.markets) {
    contracts.set(`feed of ${symbol}`, feed);
    contracts.set(`aggregator of ${symbol}`, aggregator);
  }
  for (const { members } of authority.roles) for (const { address } of members) contracts.set(address, address);
  return contracts;
}

/** Of each contract the hash of its code; what has no code is left out. */
export async function codesOf(rpc: Rpc, contracts: ReadonlyMap<string, Address>): Promise<Map<string, Hex>> {
  const hashes = await Promise.all(
    [...contracts].map(async ([name, address]): Promise<[string, Hex] | undefined> => {
      const code = (await rpc.send("eth_getCode", [address, "latest"])) as Hex;
      return code === "0x" ? undefined : [name, keccak256(code)];
    }),
  );
  return new Map(hashes.filter((each) => each !== undefined));
}
