// SPDX-License-Identifier: MIT
import type { Address } from "../../../../sdk/range.js";
import { accessTold, useAdmitted } from "../../data/access";
import type { AccountView } from "../../data/lens";
import { Banner } from "../../ui";

/** Why an owner cannot take new risk here, and what to do; nothing for one who can. */
export function AccessBanner({
  owner,
  account,
}: {
  readonly owner: Address;
  readonly account: AccountView | undefined;
}) {
  const told = accessTold(useAdmitted(owner).data, account?.positions.length ?? 0);
  return told === undefined ? null : <Banner kind="warn">{told}</Banner>;
}
