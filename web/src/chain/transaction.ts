// SPDX-License-Identifier: MIT
import type { Hash } from "viem";
import type { Told } from "./refusal";

// What becomes of a transaction: every path ends. "Mined" is not "filled": an order of a batch may be passed over, so
// whoever trades looks at the events.

export type Transaction =
  | { readonly stage: "idle" }
  | { readonly stage: "signing" }
  | { readonly stage: "submitted"; readonly hash: Hash; readonly since: number }
  | { readonly stage: "mined"; readonly hash: Hash; readonly block: bigint; readonly replacedBy?: Hash }
  | { readonly stage: "cancelled"; readonly hash: Hash; readonly replacedBy: Hash }
  | { readonly stage: "dropped"; readonly hash: Hash }
  | { readonly stage: "reverted"; readonly hash: Hash; readonly told: Told }
  | { readonly stage: "rejected" | "failed"; readonly told: Told };

export type Stage = Transaction["stage"];

export type Happening =
  | { readonly kind: "asked" }
  | { readonly kind: "refused"; readonly told: Told }
  | { readonly kind: "sent"; readonly hash: Hash; readonly at: number }
  | { readonly kind: "replaced"; readonly hash: Hash; readonly same: boolean; readonly block: bigint }
  | { readonly kind: "mined"; readonly block: bigint }
  | { readonly kind: "reverted"; readonly told: Told }
  | { readonly kind: "dropped" }
  | { readonly kind: "forgotten" };

export const IDLE: Transaction = { stage: "idle" };

/** Is it on its way? Then no second one is begun. */
export function isRunning({ stage }: Transaction): boolean {
  return stage === "signing" || stage === "submitted";
}

/** The next state. What cannot happen in a state changes nothing: a late answer does not undo an end. */
export function next(state: Transaction, happening: Happening): Transaction {
  switch (happening.kind) {
    case "asked":
      return isRunning(state) ? state : { stage: "signing" };
    case "refused":
      if (state.stage !== "signing") return state;
      return { stage: happening.told.kind === "rejected" ? "rejected" : "failed", told: happening.told };
    case "sent":
      return state.stage === "signing" ? { stage: "submitted", hash: happening.hash, since: happening.at } : state;
    case "replaced": {
      if (state.stage !== "submitted") return state;
      const { hash } = state;
      if (!happening.same) return { stage: "cancelled", hash, replacedBy: happening.hash };
      return { stage: "mined", hash, block: happening.block, replacedBy: happening.hash };
    }
    case "mined":
      return state.stage === "submitted" ? { stage: "mined", hash: state.hash, block: happening.block } : state;
    case "reverted":
      return state.stage === "submitted" ? { stage: "reverted", hash: state.hash, told: happening.told } : state;
    case "dropped":
      return state.stage === "submitted" ? { stage: "dropped", hash: state.hash } : state;
    case "forgotten":
      return isRunning(state) ? state : IDLE;
  }
}
