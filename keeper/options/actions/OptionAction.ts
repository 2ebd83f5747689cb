// SPDX-License-Identifier: MIT
import type { Call } from "../../../chain/send/Call.js";
import type { Address } from "../../../sdk/order.js";
import type { OptionScene } from "../look/Scene.js";
import * as actions from "./index.js";
import type { OptionKind } from "./OptionKind.js";

type Registry = typeof actions;
type ActionOf<K> = K extends OptionKind<infer A> ? A : never;

/** A call of an option clearinghouse: one of those that index.ts lists. */
export type OptionAction = ActionOf<Registry[keyof Registry]>;

/** By kind. Does not compile when a kind lacks a part, or is listed under another name than its own. */
export const OPTION_KINDS: {
  readonly [K in keyof Registry]: OptionKind<Extract<OptionAction, { readonly kind: K }>>;
} = actions;

export function optionKindOf<A extends OptionAction>(action: A): OptionKind<A> {
  return OPTION_KINDS[action.kind] as unknown as OptionKind<A>;
}

/** An action as a call of the clearinghouse, or of its vault. */
export function encodeOption(action: OptionAction, clearinghouse: Address, vault: Address): Call {
  const kind = optionKindOf(action);
  return { to: { clearinghouse, vault }[kind.to], data: kind.encode(action) };
}

export type { OptionScene };
