// SPDX-License-Identifier: MIT
import { ZeroAddress, getAddress, isAddress } from "ethers";

const ROLES = ["governor", "risk", "guardian"];

// Precompiled contracts, and 0xdead, to which tokens are burnt.
const KEYLESS = 1n << 16n;

/**
 * Addresses that lock somebody out. The governor is the only one who can grant roles afterwards; a guardian who is also
 * the governor or risk would hold two delays under one key, and the deployer gives up all rights in the last step.
 */
export function checkHolders(
  module: string,
  names: readonly string[],
  parameters: Record<string, unknown>,
  deployer?: string,
): string[] {
  const problems: string[] = [];
  const of = new Map<string, string>();
  for (const name of names) {
    const value = parameters[name];
    if (value === undefined) continue;
    const path = `${module}.${name}`;
    if (typeof value !== "string" || !value.startsWith("0x") || !isAddress(value)) {
      problems.push(`${path} is no address, or its checksum is wrong. Copy it again.`);
      continue;
    }
    const address = getAddress(value);
    if (address === ZeroAddress) {
      const lockOut = name === "governor" ? ", and nobody could ever grant a role again" : "";
      problems.push(`${path} is the zero address${lockOut}. Give an address that somebody has the key of.`);
    } else if (BigInt(address) < KEYLESS) {
      problems.push(`${path} is an address that nobody has the key of, ${address}. Give another one.`);
    } else if (deployer !== undefined && address === getAddress(deployer)) {
      problems.push(`${path} is the deployer, who gives up his rights in the last step. Give another address.`);
    } else if (of.has(address)) {
      const other = of.get(address)!;
      const pays = [name, other].includes("treasury") && [name, other].some((each) => ROLES.includes(each));
      if (!pays) problems.push(`${path} is the same address as ${other}. Give each its own.`);
    }
    if (!of.has(address)) of.set(address, name);
  }
  return problems;
}
