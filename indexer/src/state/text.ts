// SPDX-License-Identifier: MIT

/** Parameters as JSON, every amount as decimal text. */
export function toText(values: object): string {
  return JSON.stringify(values, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

/** The parameters of such a text. */
export function ofText<T extends object>(text: string): T {
  const values = JSON.parse(text) as Record<string, string>;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, BigInt(value)])) as T;
}
