// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";
import type { NodeId } from "../../sdk/level.js";
import type { AccountId, MarketId } from "../../sdk/order.js";
import type { Money, Size } from "../../sdk/units.js";
import type { SignedOrder } from "./Snapshot.js";

export interface PlannedFill {
  readonly maker: SignedOrder;
  readonly size: Size;
  readonly hint: NodeId;
}

/** A jump, a lock that is over, a source that is to be noted as not usable or as usable again, anchors that are due. */
export type PokeWhy = "gap" | "over" | "source" | "anchors";

/** A call of the clearinghouse, or of the vault. `number` is the keeper's account. */
export type Action =
  | { readonly kind: "poke"; readonly group: number; readonly why: PokeWhy }
  | { readonly kind: "absorb"; readonly group: number; readonly accounts: readonly AccountId[] }
  | { readonly kind: "deleverage"; readonly group: number; readonly steps: bigint }
  | { readonly kind: "marginCall"; readonly account: AccountId }
  | {
      readonly kind: "liquidate";
      readonly account: AccountId;
      readonly market: MarketId;
      readonly number: number;
      readonly fills: readonly PlannedFill[];
    }
  | {
      readonly kind: "liquidateToAccount";
      readonly account: AccountId;
      readonly market: MarketId;
      readonly number: number;
      readonly max: Size;
      readonly hint: NodeId;
    }
  | {
      readonly kind: "liquidateToVault";
      readonly account: AccountId;
      readonly market: MarketId;
      readonly number: number;
      readonly hint: NodeId;
    }
  | {
      readonly kind: "buyInventory";
      readonly market: MarketId;
      readonly number: number;
      readonly max: Size;
      readonly hint: NodeId;
    }
  /** Closes a part of the keeper's own position against a maker order. */
  | {
      readonly kind: "fillOrder";
      readonly number: number;
      readonly fill: PlannedFill;
      readonly hint: NodeId;
      /** The largest fee rate and the last second at which the plan is worth it. */
      readonly maxFee: bigint;
      readonly deadline: bigint;
    }
  | { readonly kind: "processBatch"; readonly batch: bigint };

/** An action with what it costs and yields. `urgency`: lower is more urgent. */
export interface Planned {
  readonly action: Action;
  readonly urgency: number;
  readonly gas: number;
  /** What the contract pays the keeper for it. */
  readonly reward: Money;
  /** The reward less the gas. */
  readonly net: Money;
}

/** Names an action, so that one that failed is known again. An absorb of hundreds is named by a digest: databases limit keys. */
export function keyOf(action: Action): string {
  switch (action.kind) {
    case "poke":
    case "deleverage":
      return `${action.kind} ${action.group}`;
    case "absorb":
      return `${action.kind} ${action.group} ${action.accounts.length} ${digest(action.accounts.join())}`;
    case "marginCall":
      return `${action.kind} ${action.account}`;
    case "liquidate":
    case "liquidateToAccount":
    case "liquidateToVault":
      return `${action.kind} ${action.account} ${action.market}`;
    case "buyInventory":
      return `${action.kind} ${action.market}`;
    case "fillOrder":
      return `${action.kind} ${action.fill.maker.order.account} ${action.fill.maker.order.salt}`;
    case "processBatch":
      return `${action.kind} ${action.batch}`;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 20);
}

/** The account on which an action is, or the group, or the batch: no plan has two actions with the same job. */
export function jobOf(action: Action): string {
  switch (action.kind) {
    case "poke":
    case "deleverage":
      return `group ${action.group}`;
    case "absorb":
      return `accounts ${action.accounts.join()}`;
    case "marginCall":
      return `call ${action.account}`;
    case "liquidate":
    case "liquidateToAccount":
    case "liquidateToVault":
      return `account ${action.account}`;
    case "buyInventory":
    case "fillOrder":
    case "processBatch":
      return keyOf(action);
  }
}
