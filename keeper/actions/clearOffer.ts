// SPDX-License-Identifier: MIT
import type { AccountId } from "../../sdk/order.js";
import { allowed } from "../plan/gas.js";
import { pledgeSubject } from "./about.js";
import { COLLATERAL, type Kind } from "./Kind.js";

/** Ends an offer that an account needs no more: else its next need would begin with the discount that has grown. */
export interface ClearOffer {
  readonly kind: "clearOffer";
  readonly account: AccountId;
}

export const clearOffer: Kind<ClearOffer> = {
  kind: "clearOffer",
  key: ({ account }) => String(account),
  subjects: ({ account }) => [pledgeSubject(account)],
  cause: ({ account }, venue) => String(venue.accounts.get(account)?.pledgesOfferedAt),
  rank: () => 86,
  duty: () => false,
  ownKey: false,
  sender: "anyone",
  gas: allowed(120_000),
  to: "clearinghouse",
  encode: ({ account }) => COLLATERAL.encodeFunctionData("clearOffer", [account]),
  event: "PledgesOffered",
};
