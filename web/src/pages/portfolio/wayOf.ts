// SPDX-License-Identifier: MIT
import type { TokenView } from "../../data/token";

export type Way = "deposit" | "permit" | "approve";

/** How tokens get into the venue: by what is approved already, a permit, or an approval. */
export function wayOf(token: Pick<TokenView, "allowance" | "permits">, tokens: bigint, refusedPermit: boolean): Way {
  if (token.allowance >= tokens) return "deposit";
  return token.permits && !refusedPermit ? "permit" : "approve";
}
