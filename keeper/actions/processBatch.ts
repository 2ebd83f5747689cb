// SPDX-License-Identifier: MIT
import { IInsuranceVault__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IInsuranceVault__factory.js";
import { allowed } from "../plan/gas.js";
import { planned, type Planned } from "../plan/planned.js";
import type { Snapshot } from "../plan/Snapshot.js";
import { debtOf } from "./absorb.js";
import type { Kind } from "./Kind.js";

/** Prices the vault's oldest batch of redeems. */
export interface ProcessBatch {
  readonly kind: "processBatch";
  readonly batch: bigint;
}

const VAULT = IInsuranceVault__factory.createInterface();

export const processBatch: Kind<ProcessBatch> = {
  kind: "processBatch",
  key: ({ batch }) => String(batch),
  subjects: ({ batch }) => [`batch ${batch}`],
  cause: () => "",
  rank: () => 60,
  duty: () => true,
  ownKey: false,
  sender: "anyone",
  gas: allowed(400_000),
  to: "vault",
  encode: () => VAULT.encodeFunctionData("processBatch"),
};

/**
 * The batch that is due: unpriced it is an option of those who leave. Not while a default waits to be gathered: who
 * leaves would leave a loss to those who stay.
 */
export function dueBatch(snapshot: Snapshot): Planned<ProcessBatch>[] {
  const { batch: due, groups, time } = snapshot;
  if (!due || !due.open || time < due.dueAt) return [];
  const troubled = groups.some(
    (group) => group.phase !== "NORMAL" || group.gapped || group.traders.some((trader) => debtOf(group, trader) > 0n),
  );
  if (troubled) return [];
  return [planned(processBatch, snapshot, { kind: "processBatch", batch: due.id }, Math.max(1, groups.length))];
}
