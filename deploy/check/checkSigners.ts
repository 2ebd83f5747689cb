// SPDX-License-Identifier: MIT
import { getAddress, isAddress } from "ethers";

const MAX_SIGNERS = 32;

/** What is wrong with the signers of a source of volatilities: it takes them in the order of their addresses, once. */
export function checkSigners(path: string, value: unknown, threshold: bigint | undefined): string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_SIGNERS) {
    return [`${path} is no list of 1 to ${MAX_SIGNERS} addresses. Give one.`];
  }
  const problems: string[] = [];
  let previous = 0n;
  for (const [index, each] of (value as unknown[]).entries()) {
    if (typeof each !== "string" || !each.startsWith("0x") || !isAddress(each)) {
      problems.push(`${path}[${index}] is no address, or its checksum is wrong. Copy it again.`);
      continue;
    }
    const address = BigInt(getAddress(each));
    if (address <= previous) problems.push(`${path}[${index}] is not above the one before it. Sort them, each once.`);
    previous = address;
  }
  if (threshold !== undefined && threshold > BigInt(value.length)) {
    problems.push(`${path} are ${value.length}, fewer than threshold, ${threshold}. Add some, or lower it.`);
  }
  return problems;
}
