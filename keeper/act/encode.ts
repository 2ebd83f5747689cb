// SPDX-License-Identifier: MIT
import type { Call } from "../../chain/send/Call.js";
import type { Address } from "../../sdk/order.js";
import { kindOf, type Action } from "../actions/Action.js";

/** An action as a call of the clearinghouse, or of the vault. */
export function encode(action: Action, clearinghouse: Address, vault: Address): Call {
  const kind = kindOf(action);
  return { to: { clearinghouse, vault }[kind.to], data: kind.encode(action) };
}
