// SPDX-License-Identifier: MIT
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { addressOf, type Address } from "../../sdk/range.js";
import { DeploymentUnreadable } from "./errors.js";

/** Where a venue is. */
export interface Deployment {
  readonly chainId: bigint;
  /** The block of the deployment, or an earlier one. */
  readonly fromBlock: number;
  readonly clearinghouse: Address;
  readonly lens: Address;
  readonly vault: Address;
  /** Of the settlement token; asked from the chain when the file does not say. */
  readonly tokenDecimals?: number | undefined;
}

const address = z.string().transform((value, context): Address => {
  try {
    return addressOf(value, "it");
  } catch (failure) {
    context.addIssue({ code: z.ZodIssueCode.custom, message: (failure as Error).message });
    return z.NEVER;
  }
});

const schema = z.object({
  chainId: z
    .union([z.number().int().safe(), z.string().regex(/^(0x[0-9a-f]+|\d+)$/i)])
    .transform((value) => BigInt(value))
    .refine((value) => value > 0n, "is no id of a chain"),
  fromBlock: z.number().int().safe().nonnegative().default(0),
  clearinghouse: address,
  lens: address,
  vault: address,
  tokenDecimals: z.number().int().nonnegative().max(255).optional(),
});

const IGNITION = { clearinghouse: "#Clearinghouse", lens: "#Lens", vault: "#InsuranceVault" } as const;

/**
 * Reads the file of a deployment: what Ignition wrote (deployed_addresses.json), or the same facts under plain names.
 */
export function readDeployment(file: string): Deployment {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (failure) {
    throw new DeploymentUnreadable(file, (failure as Error).message);
  }
  const given = z.record(z.unknown()).safeParse(value).data ?? {};
  const isIgnition = Object.keys(given).some((name) => name.endsWith(IGNITION.clearinghouse));
  const parsed = schema.safeParse(isIgnition ? fromIgnition(file, given) : value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DeploymentUnreadable(file, `${issue!.path.join(".") || "the whole"}: ${issue!.message}`);
}

function fromIgnition(file: string, addresses: Record<string, unknown>): Record<string, unknown> {
  const named = Object.entries(IGNITION).map(([name, end]) => [
    name,
    Object.entries(addresses).find(([key]) => key.endsWith(end))?.[1],
  ]);
  const folder = dirname(file);
  const chainId = /^chain-(\d+)$/.exec(basename(folder))?.[1];
  if (chainId === undefined) throw new DeploymentUnreadable(file, "its folder is not named chain-ID, as Ignition does");
  return { ...Object.fromEntries(named), chainId, fromBlock: firstBlock(join(folder, "journal.jsonl")) };
}

/** The first block that Ignition's journal has a receipt of. */
function firstBlock(journal: string): number {
  if (!existsSync(journal)) return 0;
  const blocks = [...readFileSync(journal, "utf8").matchAll(/"blockNumber":(\d+)/g)].map((match) => Number(match[1]));
  return blocks.length === 0 ? 0 : Math.min(...blocks);
}
