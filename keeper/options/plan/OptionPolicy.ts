// SPDX-License-Identifier: MIT
import type { Money } from "../../../sdk/units.js";
import type { Config } from "../../config/Config.js";
import type { Policy } from "../../plan/Snapshot.js";

/** What a keeper of options is ready to do. */
export interface OptionPolicy
  extends
    Pick<Policy, "millionGas" | "maxLoss" | "transactionGas" | "appetite">,
    Pick<Config, "levelRefresh" | "levelMove" | "smileMove" | "collect" | "listExpiries"> {
  /** Equity / initial margin below which its own account takes nothing over, ppm. */
  readonly minOwnMargin: bigint;
}

/** What a plan is made by. */
export interface OptionRules {
  readonly time: bigint;
  readonly policy: OptionPolicy;
  /** Actions that failed and are not to be tried again yet, by name. */
  readonly refused: ReadonlySet<string>;
}

/** The policy's price of so much gas. */
export function gasCost({ millionGas }: Pick<OptionPolicy, "millionGas">, gas: bigint): Money {
  return ((millionGas * gas) / 1_000_000n) as Money;
}
