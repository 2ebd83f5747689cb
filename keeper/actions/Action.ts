// SPDX-License-Identifier: MIT
import * as actions from "./index.js";
import { nameOf, type Kind } from "./Kind.js";

type Registry = typeof actions;
type ActionOf<K> = K extends Kind<infer A> ? A : never;

/** A call of the clearinghouse, or of the vault: one of those that actions/index.ts lists. */
export type Action = ActionOf<Registry[keyof Registry]>;

/** By kind. Does not compile when a kind lacks a part, or is listed under another name than its own. */
export const KINDS: { readonly [K in keyof Registry]: Kind<Extract<Action, { readonly kind: K }>> } = actions;

export function kindOf<A extends Action>(action: A): Kind<A> {
  return KINDS[action.kind] as unknown as Kind<A>;
}

/** Names an action, so that one that failed is known again. */
export function keyOf(action: Action): string {
  return nameOf(kindOf(action), action);
}
