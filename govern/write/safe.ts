// SPDX-License-Identifier: MIT
import { keccakText } from "../../sdk/keccak.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";
import type { Step } from "../plan/steps.js";

/** What Safe's transaction builder takes by "drag and drop a JSON file". */
export interface SafeBatch {
  readonly version: "1.0";
  readonly chainId: string;
  readonly createdAt: number;
  readonly meta: {
    readonly name: string;
    readonly description: string;
    readonly txBuilderVersion: string;
    readonly createdFromSafeAddress: Address;
    readonly createdFromOwnerAddress: "";
    readonly checksum?: Hex;
  };
  readonly transactions: readonly {
    readonly to: Address;
    readonly value: "0";
    readonly data: Hex;
    readonly contractMethod: null;
    readonly contractInputsValues: null;
  }[];
}

/** The version of the builder whose form this is. */
const BUILDER = "1.18.0";

/** One step of a proposal for the Safe that makes it. */
export function safeBatch(step: Step, authority: Address, chainId: bigint, name: string, createdAt: number): SafeBatch {
  const batch: SafeBatch = {
    version: "1.0",
    chainId: String(chainId),
    createdAt,
    meta: {
      name,
      description: step.calls.map(({ title }) => title).join("; "),
      txBuilderVersion: BUILDER,
      createdFromSafeAddress: step.caller,
      createdFromOwnerAddress: "",
    },
    transactions: step.calls.map(({ data }) => ({
      to: authority,
      value: "0",
      data,
      contractMethod: null,
      contractInputsValues: null,
    })),
  };
  return { ...batch, meta: { ...batch.meta, checksum: checksumOf(batch) } };
}

/** The builder warns of a file whose checksum is another: it covers all but the name and the checksum itself. */
export function checksumOf(batch: { readonly meta: object }): Hex {
  const meta: Record<string, unknown> = { ...batch.meta, name: null };
  return keccakText(canonical({ ...batch, meta }));
}

/** The builder's own order of a document: the names of an object, sorted, then its values, each behind a comma. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const names = Object.keys(value).sort();
  const values = names.map((name) => `${canonical((value as Record<string, unknown>)[name])},`);
  return `{${JSON.stringify(names)}${values.join("")}}`;
}
