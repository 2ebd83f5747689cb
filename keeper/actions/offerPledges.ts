// SPDX-License-Identifier: MIT
import type { AccountId } from "../../sdk/order.js";
import { allowed } from "../plan/gas.js";
import { pledgeSubject } from "./about.js";
import { COLLATERAL, type Kind } from "./Kind.js";

/** Puts what an account has pledged on offer: anyone may buy it from then on, at a discount that grows. */
export interface OfferPledges {
  readonly kind: "offerPledges";
  readonly account: AccountId;
}

export const offerPledges: Kind<OfferPledges> = {
  kind: "offerPledges",
  key: ({ account }) => String(account),
  subjects: ({ account }) => [pledgeSubject(account)],
  cause: ({ account }, venue) => String(venue.accounts.get(account)?.pledgesOfferedAt),
  rank: () => 35,
  duty: () => true,
  ownKey: false,
  sender: "anyone",
  gas: allowed(140_000),
  to: "clearinghouse",
  encode: ({ account }) => COLLATERAL.encodeFunctionData("offerPledges", [account]),
  event: "PledgesOffered",
};
