// SPDX-License-Identifier: MIT
import type { Address } from "../../../sdk/range.js";
import { admitted } from "../../../sdk/viem/admitted.js";
import { accessText as text } from "../text/access";
import { useChain } from "./lens";

/** Does the venue's access gate admit the owner? Asked again at each block, since it may change. */
export function useAdmitted(owner: Address | undefined) {
  return useChain(
    ["admitted", String(owner)],
    ({ client, here }) => admitted(client, here.deployment.clearinghouse, owner!),
    owner !== undefined,
  );
}

/** What an owner is told; undefined: nothing is in the way, or it is not known yet. */
export function accessTold(isAdmitted: boolean | undefined, positions: number): string | undefined {
  if (isAdmitted !== false) return undefined;
  return positions === 0 ? text.flat : text.holding;
}
