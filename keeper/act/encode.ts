// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import { IClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IClearinghouse__factory.js";
import { NO_NODE } from "../../sdk/level.js";
import type { Address } from "../../sdk/order.js";
import type { Action, PlannedFill } from "../plan/Action.js";

const CLEARINGHOUSE = IClearinghouse__factory.createInterface();
const VAULT = new Interface(["function processBatch()"]);

export interface Call {
  readonly to: Address;
  readonly data: string;
}

/** An action as a call of the clearinghouse, or of the vault. */
export function encode(action: Action, clearinghouse: Address, vault: Address): Call {
  const call = (name: string, args: readonly unknown[]): Call => ({
    to: clearinghouse,
    data: CLEARINGHOUSE.encodeFunctionData(name as "poke", args as never),
  });
  switch (action.kind) {
    case "poke":
      return call("poke", [action.group]);
    case "absorb":
      return call("absorb", [action.group, action.accounts]);
    case "deleverage":
      return call("deleverage", [action.group, action.steps]);
    case "marginCall":
      return call("marginCall", [action.account]);
    case "liquidate":
      return call("liquidate", [action.account, action.market, action.number, action.fills.map(fillOf)]);
    case "liquidateToAccount":
      return call("liquidateToAccount", [action.account, action.market, action.number, action.max, action.hint]);
    case "liquidateToVault":
      return call("liquidateToVault", [action.account, action.market, action.number, action.hint]);
    case "buyInventory":
      return call("buyInventory", [action.market, action.number, action.max, action.hint]);
    case "fillOrder":
      return call("fillOrder", [action.number, fillOf(action.fill), action.hint, action.maxFee, action.deadline]);
    case "processBatch":
      return { to: vault, data: VAULT.encodeFunctionData("processBatch") };
  }
}

function fillOf({ maker, size, hint }: PlannedFill) {
  return { maker, size, hint: hint ?? NO_NODE };
}
