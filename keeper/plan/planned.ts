// SPDX-License-Identifier: MIT
import { money, type Money } from "../../sdk/units.js";
import type { Action } from "../actions/Action.js";
import { nameOf, type AnyAction, type Kind } from "../actions/Kind.js";
import { gasOf } from "./gas.js";
import type { Policy } from "./Snapshot.js";

/** An action with what it costs and yields. `urgency`: lower is more urgent. */
export interface Planned<A extends AnyAction = Action> {
  readonly action: A;
  readonly urgency: number;
  readonly gas: number;
  /** What the contract pays the keeper for it. */
  readonly reward: Money;
  /** The reward less the gas. */
  readonly net: Money;
  /** Neither refused lately, nor at a loss that the keeper does not want. */
  readonly wanted: boolean;
}

/** By which it is told whether an action is wanted. */
export interface PlanRules {
  readonly policy: Pick<Policy, "millionGas" | "maxLoss">;
  /** Actions that failed and are not to be tried again yet, by name. */
  readonly refused: ReadonlySet<string>;
}

/** Equity / maintenance moves an action by less than the step from one rank to the next. */
const STEP = 0.999;

/**
 * The action with its costs, in a group of `markets`. `danger`: equity / maintenance of the account that it is about.
 */
export function planned<A extends AnyAction>(
  kind: Pick<Kind<A>, "kind" | "key" | "rank" | "duty" | "gas">,
  { policy, refused }: PlanRules,
  action: A,
  markets: number,
  reward: Money = money(0n),
  danger = 0,
): Planned<A> {
  const { millionGas, maxLoss } = policy;
  const gas = gasOf(kind, action, markets);
  const net = money(reward - (millionGas * BigInt(gas)) / 1_000_000n);
  const within = Math.min(STEP, Math.max(0, 0.5 + danger / 4));
  const worthIt = kind.duty(action) || net >= -maxLoss;
  const wanted = worthIt && !refused.has(nameOf(kind, action));
  return { action, urgency: kind.rank(action) + within, gas, reward, net, wanted };
}
