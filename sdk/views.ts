// SPDX-License-Identifier: MIT
// What a lens answers, with a bigint for every number. The types follow the lens's ABI; what each member means stands
// in contracts/periphery/ILens.sol and IOptionLens.sol.
import type { lensAbi } from "./abis/lens.js";
import type { optionLensAbi } from "./abis/optionLens.js";
import type { NodeId } from "./level.js";
import type { AccountId, GroupId, MarketId } from "./order.js";
import type { Hex } from "./orderHash.js";
import type { Address } from "./range.js";
import type { Money, Price, Size } from "./units.js";

/** By the names of the contracts' value types. */
interface Units {
  Money: Money;
  Size: Size;
  Price: Price;
  AccountId: AccountId;
  MarketId: MarketId;
  GroupId: GroupId;
  NodeId: NodeId;
}

type Parameter = {
  readonly name: string;
  readonly type: string;
  readonly internalType?: string;
  readonly components?: readonly Parameter[];
};

type Members<Components extends readonly Parameter[]> = {
  readonly [P in Components[number] as P["name"]]: ValueOf<P>;
};

type ValueOf<P extends Parameter> = P extends { readonly type: `${string}[]` | `${string}[${number}]` }
  ? readonly OneOf<P>[]
  : OneOf<P>;

type OneOf<P extends Parameter> = P extends { readonly components: infer C extends readonly Parameter[] }
  ? Members<C>
  : P extends { readonly internalType: `${infer U extends keyof Units & string}[]` | (infer U extends keyof Units) }
    ? Units[U]
    : ByType<P["type"]>;

type ByType<Type extends string> = Type extends `${"u" | ""}int${string}`
  ? bigint
  : Type extends "bool"
    ? boolean
    : Type extends `address${string}`
      ? Address
      : Type extends "string"
        ? string
        : Type extends `bool[]`
          ? boolean
          : Hex;

type Functions<Abi extends readonly { readonly type: string }[]> = Extract<Abi[number], { type: "function" }>;
type Answers = Functions<typeof lensAbi>;
type OptionAnswers = Functions<typeof optionLensAbi>;

/** What a function of the lens answers. */
export type View<Name extends Answers["name"]> = ValueOf<Extract<Answers, { name: Name }>["outputs"][0]>;

/** What a function of the lens of options answers. */
export type OptionLensView<Name extends OptionAnswers["name"]> = ValueOf<
  Extract<OptionAnswers, { name: Name }>["outputs"][0]
>;

export type ChainView = OptionLensView<"chain">;
export type LadderView = ChainView["ladders"][number];
export type PortfolioView = OptionLensView<"portfolio">;
export type OptionPositionView = PortfolioView["positions"][number];
export type GreeksView = PortfolioView["greeks"];
export type TradeView = OptionLensView<"trade">;
export type MarginFigures = PortfolioView["margin"];

export type AccountView = View<"account">;
export type HealthView = AccountView["health"];
export type PositionView = AccountView["positions"][number];
export type MarketView = View<"market">;
export type NodeView = View<"queue">[number];
export type GroupView = View<"group">;
export type VenueView = View<"venue">;
export type SettlementView = View<"settlement">;
export type ShockView = View<"shock">;
export type OrderView = View<"order">;

/** By the numbers that the lens answers. */
export const PHASES = ["NORMAL", "LOCKED", "SETTLING"] as const;
export const MARKET_STATUSES = ["NONE", "OPEN", "SETTLED"] as const;
export const SOURCE_STATUSES = ["FRESH", "STALE", "INSANE", "DOWN"] as const;
export const PAUSE_LEVELS = ["NONE", "NO_NEW_RISK", "NO_LIQUIDATION", "REDUCE_ONLY"] as const;
/** What a vault's `depositFlows` and `redeemFlows` answer. */
export const FLOWS = [
  "OPEN",
  "NOT_SEEDED",
  "NOT_APPOINTED",
  "GROUP_LOCKED",
  "PRICES_NOT_FRESH",
  "NO_EQUITY",
  "SHORTFALL",
] as const;
