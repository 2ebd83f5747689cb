// SPDX-License-Identifier: MIT
import { NO_NODE, type NodeId } from "../../sdk/level.js";
import type { Size } from "../../sdk/units.js";
import type { SignedOrder } from "../plan/Snapshot.js";

export interface PlannedFill {
  readonly maker: SignedOrder;
  readonly size: Size;
  readonly hint: NodeId;
}

/** As the clearinghouse takes it. */
export function fillOf({ maker, size, hint }: PlannedFill) {
  return { maker, size, hint: hint ?? NO_NODE };
}
