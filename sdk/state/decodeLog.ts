// SPDX-License-Identifier: MIT
import type { HouseEvent } from "./events.js";

/** A parameter as an ABI in JSON has it. */
export interface AbiParameter {
  readonly name: string;
  readonly type: string;
  readonly indexed?: boolean;
  readonly components?: readonly AbiParameter[];
}

export interface AbiEntry {
  readonly type: string;
  readonly name?: string;
  readonly inputs?: readonly AbiParameter[];
}

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

/** The table of an ABI. `topicOf`: keccak-256 of a signature in ASCII, as 0x-prefixed hex. */
export function eventTable(abi: readonly AbiEntry[], topicOf: (signature: string) => string): EventTable {
  const table = new Map<string, EventShape>();
  for (const { type, name, inputs } of abi) {
    if (type !== "event" || name === undefined || inputs === undefined) continue;
    const plain = inputs.filter((input) => input.indexed !== true);
    const indexed = inputs.filter((input) => input.indexed === true);
    table.set(topicOf(signatureOf({ name, inputs })), { kind: name, indexed, plain });
  }
  return table;
}

/** `Name(type,type)`, structs spelled out. */
export function signatureOf({ name, inputs }: { name: string; inputs: readonly AbiParameter[] }): string {
  return `${name}(${inputs.map(typeOf).join()})`;
}

/** The event of a log; undefined when the table does not have it. Numbers are bigint, addresses lower case. */
export function decodeLog(table: EventTable, log: Log): HouseEvent | undefined {
  const shape = table.get(log.topics[0] ?? "");
  if (shape === undefined) return undefined;
  const event: Record<string, unknown> = { kind: shape.kind };
  shape.indexed.forEach(({ name, type }, i) => {
    event[name] = valueOf(type, log.topics[i + 1]!.slice(2));
  });
  let at = 2;
  for (const parameter of shape.plain) [event[parameter.name], at] = read(parameter, log.data, at);
  return event as unknown as HouseEvent;
}

const WORD = 64;

/** The value whose head is at `at`, and where the next head is. Offsets count from behind "0x". */
function read({ type, components }: AbiParameter, data: string, at: number): [unknown, number] {
  if (type === "bytes") {
    const start = 2 + Number(wordAt(data, at)) * 2;
    const length = Number(wordAt(data, start)) * 2;
    return [`0x${data.slice(start + WORD, start + WORD + length)}`, at + WORD];
  }
  if (type !== "tuple") return [valueOf(type, data.slice(at, at + WORD)), at + WORD];
  const members: Record<string, unknown> = {};
  for (const member of components ?? []) [members[member.name], at] = read(member, data, at);
  return [members, at];
}

function valueOf(type: string, word: string): unknown {
  if (type === "address") return `0x${word.slice(24).toLowerCase()}`;
  const value = BigInt(`0x${word}`);
  if (type === "bool") return value === 1n;
  if (type.startsWith("uint")) return value;
  if (type.startsWith("int")) return BigInt.asIntN(256, value);
  throw new TypeError(`${type} is not decoded here: events carry numbers, addresses, structs of them and bytes`);
}

function wordAt(data: string, at: number): bigint {
  return BigInt(`0x${data.slice(at, at + WORD)}`);
}

function typeOf({ type, components }: AbiParameter): string {
  return type.startsWith("tuple") ? `(${(components ?? []).map(typeOf).join()})${type.slice(5)}` : type;
}
