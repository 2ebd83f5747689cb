// SPDX-License-Identifier: MIT
import { IClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IClearinghouse__factory.js";
import { ICollateral__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/ICollateral.sol/ICollateral__factory.js";
import type { Venue } from "../../sdk/state/Venue.js";
import type { Look } from "../look/prices.js";
import type { Gas } from "../plan/gas.js";

export interface AnyAction {
  readonly kind: string;
}

/**
 * All that the keeper has to know of a kind of action; how it is planned stands in the same file. `V` and `L`: what of
 * the chain its cause is read from.
 */
export interface Kind<A extends AnyAction, V = Venue, L = Look> {
  readonly kind: A["kind"];
  /** Names an action among those of its kind, so that one that failed is known again. */
  key(action: A): string;
  /** What it is about: while one is on its way, no other about any of the same is sent. */
  subjects(action: A): readonly string[];
  /** The state that it changes, as text: one action for one cause is one job, and is never sent twice. */
  cause(action: A, venue: V, look: L): string;
  /** Lower ranks come first; within a rank the most dangerous account. */
  rank(action: A): number;
  /** It protects everybody, so it is done at any price: no loss of a trader may depend on the price of gas. */
  duty(action: A): boolean;
  /** It concerns an account of the keeper's: sent only from the key that owns it. */
  readonly ownKey: boolean;
  /**
   * `keeper`: it acts for who sends it, or pays him, so that no other contract may send it. `anyone`: it is the same
   * whoever sends it.
   */
  readonly sender: "anyone" | "keeper";
  /** It goes through even where it changes nothing: a simulation does not tell whether it lacks a price. */
  readonly quiet?: boolean;
  readonly gas: Gas<A>;
  /** The contract that is called, and the calldata. */
  readonly to: "clearinghouse" | "vault";
  encode(action: A): string;
  /** The event that says for which account it was done. Without one, whatever was changed counts. */
  readonly event?: string;
  /** Of an action about many accounts, of which others may do a part. */
  readonly many?: Many<A, V>;
}

export interface Many<A, V = Venue> {
  /** Names it over several looks: its accounts change with every price. */
  work(action: A): string;
  /** Without those that are busy; undefined when nothing is left of it. */
  without(action: A, busy: ReadonlySet<string>): A | undefined;
  /** Is there nothing to do any more for any of its accounts? */
  isDone(action: A, venue: V): boolean;
}

export function nameOf<A extends AnyAction>(kind: Pick<Kind<A>, "kind" | "key">, action: A): string {
  return `${kind.kind} ${kind.key(action)}`;
}

/** The calls of the clearinghouse: the compiler checks their names and arguments. */
export const CLEARINGHOUSE = IClearinghouse__factory.createInterface();
export const COLLATERAL = ICollateral__factory.createInterface();
