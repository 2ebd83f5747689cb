// SPDX-License-Identifier: MIT
import { decodeRevert } from "../../sdk/client/decoding.js";
import type { NamedError } from "../../sdk/errors.js";
import { REASON, type Reason } from "../journal/statement.js";

const REASONS: Readonly<Record<string, Reason>> = {
  InsufficientMargin: REASON.MARGIN,
  UnsoundAtAnchor: REASON.MARGIN,
  AccountHasStaleLeg: REASON.MARGIN,
  OpenInterestCapReached: REASON.MARGIN,
  TooManyLegs: REASON.MARGIN,
  OrderCancelledOrFilled: REASON.CHAIN,
  NothingToReduce: REASON.REDUCE_ONLY,
  FillTooSmall: REASON.TOO_SMALL,
  PositionTooSmall: REASON.TOO_SMALL,
  OutsidePriceBand: REASON.BAND,
  TriggerNotReached: REASON.TRIGGER,
};

/** Errors for which no order is to blame, and all wait: of the market or its group, and of the relay's own hints. */
const BLAMELESS = new Set([
  "PriceNotFresh",
  "GroupLocked",
  "GroupSettling",
  "GroupHasGap",
  "ReentrancyGuardReentrantCall",
  "HintTooFar",
]);

/** Why an order is dropped that the chain has refused with this error. */
export function reasonOf(error: NamedError | undefined): Reason {
  return (error && REASONS[error.name]) ?? REASON.REFUSED;
}

export function isBlameless(error: NamedError | undefined): boolean {
  return error !== undefined && BLAMELESS.has(error.name);
}

/** The contracts' error in what a node answers to a call that reverted. */
export function errorIn(failure: unknown): NamedError | undefined {
  const text = [failure, (failure as { data?: unknown }).data].map((each) => JSON.stringify(each) ?? "").join(" ");
  for (const [data] of text.matchAll(/0x[0-9a-f]{8,}/gi)) {
    const error = decodeRevert(data);
    if (error !== undefined) return error;
  }
  return undefined;
}
