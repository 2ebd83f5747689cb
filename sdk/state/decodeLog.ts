// SPDX-License-Identifier: MIT
import { keccakText } from "../keccak.js";
import { decodeParameters, decodeWord, signatureOf, type AbiEntry, type AbiParameter } from "../abi.js";
import type { VenueEvent } from "./events.js";

/** An entry of `eth_getLogs`, as far as it is read here. */
export interface Log {
  readonly topics: readonly string[];
  readonly data: string;
}

interface EventShape {
  readonly kind: string;
  readonly indexed: readonly AbiParameter[];
  readonly plain: readonly AbiParameter[];
}

/** How to read the events of an ABI, by their first topic. */
export type EventTable = ReadonlyMap<string, EventShape>;

/**
 * The table of IClearinghouse's ABI. `topicOf`: keccak-256 of a signature in ASCII, as 0x-prefixed hex; the SDK's own
 * by default.
 */
export function eventTable(abi: readonly AbiEntry[], topicOf: (signature: string) => string = keccakText): EventTable {
  const table = new Map<string, EventShape>();
  for (const { type, name, inputs } of abi) {
    if (type !== "event" || name === undefined || inputs === undefined) continue;
    const plain = inputs.filter((input) => input.indexed !== true);
    const indexed = inputs.filter((input) => input.indexed === true);
    table.set(topicOf(signatureOf({ name, inputs })), { kind: name, indexed, plain });
  }
  return table;
}

/** The event of a log; undefined when the table does not have it. */
export function decodeLog(table: EventTable, log: Log): VenueEvent | undefined {
  const shape = table.get(log.topics[0] ?? "");
  if (shape === undefined) return undefined;
  const event: Record<string, unknown> = { kind: shape.kind, ...decodeParameters(shape.plain, log.data.slice(2)) };
  shape.indexed.forEach(({ name, type }, i) => {
    event[name] = decodeWord(type, log.topics[i + 1]!.slice(2));
  });
  return event as unknown as VenueEvent;
}
