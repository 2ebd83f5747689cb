// SPDX-License-Identifier: MIT
import type { Address } from "../../../../sdk/range.js";
import { accessTold, useAdmitted } from "../../data/access";
import { Banner } from "../../ui";

/** Why an owner cannot take new risk here, and what to do; nothing for one who can. */
export function AccessBanner({ owner, positions }: { readonly owner: Address; readonly positions: number }) {
  const told = accessTold(useAdmitted(owner).data, positions);
  return told === undefined ? null : <Banner kind="warn">{told}</Banner>;
}
