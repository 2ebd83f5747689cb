// SPDX-License-Identifier: MIT
import type { NodeId } from "../../../sdk/level.js";
import type { AccountId } from "../../../sdk/order.js";
import type { Money } from "../../../sdk/units.js";
import { accountSubject } from "../../actions/about.js";
import { allowedEach } from "../../plan/gas.js";
import { accountCause, countOf, OPTIONS, type OptionKind } from "./OptionKind.js";

/** Takes a slice of all positions of an account below maintenance margin into the keeper's own account. */
export interface LiquidateSlice {
  readonly kind: "liquidateSlice";
  readonly group: number;
  readonly account: AccountId;
  /** Of the keeper's account. */
  readonly number: number;
  /** 1e-18, of each leg at most; from 1e18 on the whole account, if a slice would leave it worse. */
  readonly maxFraction: bigint;
  /** Which series it held when it was planned, a bit each. */
  readonly expected: bigint;
  readonly minReward: Money;
  readonly deadline: bigint;
  readonly hints: readonly NodeId[];
}

const GAS = allowedEach<LiquidateSlice>(300_000, 110_000, ({ expected }) => countOf(expected));

export const liquidateSlice: OptionKind<LiquidateSlice> = {
  kind: "liquidateSlice",
  key: ({ account }) => String(account),
  subjects: ({ account }) => [accountSubject(account)],
  cause: ({ group, account }, scene) => accountCause(scene, group, account),
  rank: () => 40,
  duty: () => false,
  ownKey: true,
  sender: "keeper",
  gas: GAS,
  to: "clearinghouse",
  encode: ({ account, number, maxFraction, expected, minReward, deadline, hints }) =>
    OPTIONS.encodeFunctionData("liquidateSlice", [
      account,
      number,
      maxFraction,
      expected,
      minReward,
      deadline,
      [...hints],
    ]),
  event: "Sliced",
};
