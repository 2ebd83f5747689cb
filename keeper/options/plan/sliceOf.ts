// SPDX-License-Identifier: MIT
import type { GroupView, Health } from "../look/lens.js";

const ONE = 10n ** 18n;

export interface SliceTerms {
  /** Of all legs, 1e-18: what restores initial margin. */
  readonly fraction: bigint;
  /** The discount of the whole account, 1e-9 quote. */
  readonly cost: bigint;
}

/**
 * What the contract would take of an account below maintenance margin, and at what discount, as SliceLib has it. Small
 * legs go whole, which is not counted here.
 */
export function sliceOf(
  { equity, initial, maintenance }: Pick<Health, "equity" | "initial" | "maintenance">,
  { discountFloor, discountCap, maintenanceMargin }: GroupView["params"],
): SliceTerms {
  const twice = (maintenance - equity) * 2n;
  const depth = twice < maintenance ? twice : maintenance;
  const rate = discountFloor + ((discountCap - discountFloor) * depth) / maintenance;
  const most = (maintenance * rate) / maintenanceMargin;
  const cost = most < equity ? most : equity;
  const [missing, gain] = [initial - equity, initial - cost];
  return { fraction: missing >= gain ? ONE : (missing * ONE + gain - 1n) / gain, cost };
}
