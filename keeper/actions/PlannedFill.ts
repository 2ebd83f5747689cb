// SPDX-License-Identifier: MIT
import type { NodeId } from "../../sdk/level.js";
import type { Size } from "../../sdk/units.js";
import type { SignedOrder } from "../plan/Snapshot.js";

export interface PlannedFill {
  readonly maker: SignedOrder;
  readonly size: Size;
  readonly hint: NodeId;
}
