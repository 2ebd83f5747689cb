// SPDX-License-Identifier: MIT

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

/** A type that neither events nor errors of the clearinghouse carry. */
export class NotDecoded extends TypeError {
  constructor(readonly type: string) {
    super(`${type} is not decoded here: give numbers, addresses, fixed bytes, structs of them, bytes or strings`);
  }
}

/** Words that are cut short, or are not hex: read as they are they would be other numbers. */
export class CutShort extends RangeError {
  constructor(readonly word: string) {
    super(`${JSON.stringify(word.slice(0, WORD))} is no word of 64 hex digits: what was encoded is not all here`);
  }
}

/** `Name(type,type)`, structs spelled out. */
export function signatureOf({ name, inputs }: { name: string; inputs: readonly AbiParameter[] }): string {
  return `${name}(${inputs.map(typeOf).join()})`;
}

/** The values of ABI-encoded parameters by name. `data`: hex without 0x. Numbers are bigint, addresses lower case. */
export function decodeParameters(parameters: readonly AbiParameter[], data: string): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  let at = 0;
  for (const parameter of parameters) [values[parameter.name], at] = read(parameter, data, at);
  return values;
}

/** The value of one word, hex without 0x. */
export function decodeWord(type: string, word: string): unknown {
  if (!/^[0-9a-fA-F]{64}$/.test(word)) throw new CutShort(word);
  if (type === "address") return `0x${word.slice(24).toLowerCase()}`;
  if (/^bytes\d+$/.test(type)) return `0x${word.slice(0, 2 * Number(type.slice(5)))}`;
  const value = BigInt(`0x${word}`);
  if (type === "bool") return value === 1n;
  if (type.startsWith("uint")) return value;
  if (type.startsWith("int")) return BigInt.asIntN(256, value);
  throw new NotDecoded(type);
}

/** Hex digits of a word. */
export const WORD = 64;

/** The value whose head is at `at`, and where the next head is. */
function read({ type, components }: AbiParameter, data: string, at: number): [unknown, number] {
  if (type === "bytes" || type === "string") {
    const start = Number(numberAt(data, at)) * 2;
    const length = Number(numberAt(data, start)) * 2;
    const content = data.slice(start + WORD, start + WORD + length);
    if (content.length !== length) throw new CutShort(content);
    return [type === "bytes" ? `0x${content}` : textOf(content), at + WORD];
  }
  if (type.endsWith("[]")) return [listAt(type.slice(0, -2), data, Number(numberAt(data, at)) * 2), at + WORD];
  if (type !== "tuple") return [decodeWord(type, data.slice(at, at + WORD)), at + WORD];
  const members: Record<string, unknown> = {};
  for (const member of components ?? []) [members[member.name], at] = read(member, data, at);
  return [members, at];
}

/** A list of single words: its length, then one each. */
function listAt(type: string, data: string, start: number): unknown[] {
  const length = Number(numberAt(data, start));
  if (data.length < start + (1 + length) * WORD) throw new CutShort(data.slice(start));
  return Array.from({ length }, (_, i) => decodeWord(type, data.slice(start + (1 + i) * WORD, start + (2 + i) * WORD)));
}

function numberAt(data: string, at: number): bigint {
  return decodeWord("uint256", data.slice(at, at + WORD)) as bigint;
}

/** UTF-8, up to a zero byte. */
export function textOf(hex: string): string {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
  return new TextDecoder().decode(bytes).replace(/\0.*$/s, "");
}

function typeOf({ type, components }: AbiParameter): string {
  return type.startsWith("tuple") ? `(${(components ?? []).map(typeOf).join()})${type.slice(5)}` : type;
}
