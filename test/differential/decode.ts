// SPDX-License-Identifier: MIT
import type { ParamType } from "ethers";

/**
 * Decodes ABI-encoded words, numbers and nested arrays of them only. The general decoders copy the data at every level,
 * which costs more than all the rest of a comparison.
 */
export function decode(type: ParamType, hex: string): unknown {
  return read(type, hex.startsWith("0x") ? hex.slice(2) : hex, 0, 0)[0];
}

const WORD = 64;

/** The value of `type` whose head is at `at`, offsets counting from `base`; and where the next head is. */
function read(type: ParamType, hex: string, base: number, at: number): [unknown, number] {
  if (!isDynamic(type)) return readInPlace(type, hex, base, at);
  const start = base + Number(wordAt(hex, at)) * 2;
  if (type.isTuple()) return [readInPlace(type, hex, start, start)[0], at + WORD];
  if (!type.isArray()) throw new TypeError(`${type.type} is not decoded here: use numbers, structs and arrays`);
  const values: unknown[] = [];
  let next = start + WORD;
  for (let left = Number(wordAt(hex, start)); left > 0; --left) {
    const [value, after] = read(type.arrayChildren, hex, start + WORD, next);
    values.push(value);
    next = after;
  }
  return [values, at + WORD];
}

function readInPlace(type: ParamType, hex: string, base: number, at: number): [unknown, number] {
  if (type.isTuple()) {
    const members: Record<string, unknown> = {};
    let next = at;
    for (const member of type.components) [members[member.name], next] = read(member, hex, base, next);
    return [members, next];
  }
  const word = wordAt(hex, at);
  if (type.type === "bool") return [word === 1n, at + WORD];
  return [type.type.startsWith("int") ? BigInt.asIntN(256, word) : word, at + WORD];
}

function isDynamic(type: ParamType): boolean {
  if (type.isTuple()) return type.components.some(isDynamic);
  return type.isArray() || type.type === "bytes" || type.type === "string";
}

function wordAt(hex: string, at: number): bigint {
  return BigInt(`0x${hex.slice(at, at + WORD)}`);
}
