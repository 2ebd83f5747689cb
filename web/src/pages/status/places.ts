// SPDX-License-Identifier: MIT
import { DEPLOYED_CONTRACTS, type Deployment } from "../../../../sdk/deployment.js";
import { statusText as text } from "../../text/status";

export interface Place {
  readonly name: string;
  readonly address: `0x${string}`;
}

/** Every contract that a deployment names, each address once. */
export function placesOf(deployment: Deployment): Place[] {
  const all = [
    ...DEPLOYED_CONTRACTS.map((name) => ({ name: text.names[name]!, address: deployment[name] })),
    ...deployment.markets.flatMap(({ symbol, source, feed, aggregator }) => [
      { name: text.source(symbol), address: source },
      { name: text.feed(symbol), address: feed },
      { name: text.aggregator(symbol), address: aggregator },
    ]),
    ...(deployment.options === undefined ? [] : [{ name: text.optionLens, address: deployment.options.lens }]),
    ...(deployment.options?.groups ?? []).flatMap(({ symbol, source, feed, aggregator, volSource }) => [
      { name: text.source(symbol), address: source },
      { name: text.feed(symbol), address: feed },
      { name: text.aggregator(symbol), address: aggregator },
      { name: text.volSource(symbol), address: volSource },
    ]),
  ] as Place[];
  const seen = new Map<string, Place>();
  for (const place of all) {
    const key = place.address.toLowerCase();
    if (!seen.has(key)) seen.set(key, place);
  }
  return [...seen.values()];
}

/** Blocks between the chain's head and what a service knows; undefined: one of them is not known. */
export function behindOf(head: bigint | undefined, block: number | undefined): bigint | undefined {
  if (head === undefined || block === undefined) return undefined;
  return head > BigInt(block) ? head - BigInt(block) : 0n;
}
