// SPDX-License-Identifier: MIT
import type { AccountId } from "../../sdk/order.js";
import { allowed } from "../plan/gas.js";
import { pledgeSubject } from "./about.js";
import { COLLATERAL, type Kind } from "./Kind.js";

/** The vault's line buys of what an account has pledged, as much as it needs. */
export interface ExchangeWithLine {
  readonly kind: "exchangeWithLine";
  readonly account: AccountId;
  readonly collateral: bigint;
}

export const exchangeWithLine: Kind<ExchangeWithLine> = {
  kind: "exchangeWithLine",
  key: ({ account, collateral }) => `${account} ${collateral}`,
  subjects: ({ account }) => [pledgeSubject(account)],
  cause: ({ account, collateral }, venue) => {
    const { cash, pledges } = venue.accounts.get(account)!;
    return `${cash} ${pledges.get(collateral)?.units}`;
  },
  rank: () => 28,
  duty: () => true,
  ownKey: false,
  sender: "anyone",
  gas: allowed(260_000),
  to: "clearinghouse",
  encode: ({ account, collateral }) => COLLATERAL.encodeFunctionData("exchangeWithLine", [account, collateral]),
  event: "PledgeBoughtByLine",
};
