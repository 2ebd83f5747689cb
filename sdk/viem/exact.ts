// SPDX-License-Identifier: MIT

/** The same with a bigint for every number: viem reads integers of up to 48 bits as numbers. */
export function exact(value: unknown): unknown {
  if (typeof value === "number") return BigInt(value);
  if (Array.isArray(value)) return value.map(exact);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, exact(each)]));
}
