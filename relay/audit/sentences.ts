// SPDX-License-Identifier: MIT
import { reasonName } from "../order/wire.js";
import type { Violation } from "./Violation.js";

/** A violation in words. */
export function sentenceOf(violation: Violation): string {
  switch (violation.kind) {
    case "passed over":
      return `Match ${violation.match} filled ${violation.filled} and passed over ${violation.passed}, accepted as ${violation.accepted}, which was better or as good and earlier.`;
    case "unknown maker":
      return `Match ${violation.match} filled ${violation.order}, which the relay had not accepted.`;
    case "unknown taker":
      return `Match ${violation.match} is for ${violation.order}, which the relay had not accepted.`;
    case "too much":
      return `Statement ${violation.number} takes ${violation.size} of ${violation.order}, of which ${violation.left} was left.`;
    case "filled after drop":
      return `Match ${violation.match} filled ${violation.order}, which statement ${violation.dropped} had dropped: ${reasonName(violation.reason)}.`;
    case "wrong price":
      return `Match ${violation.match} filled ${violation.order} at another price than its limit, or beyond the taker's.`;
    case "wrong pair":
      return `Match ${violation.match} filled ${violation.order}, which may not meet this taker.`;
    case "matched expired":
      return `Match ${violation.match} filled ${violation.order}, which had expired.`;
    case "false expiry":
      return `Statement ${violation.number} drops ${violation.order} as expired, long before its expiry.`;
    case "false drop":
      return `Statement ${violation.number} drops ${violation.order} for a reason that is not true: ${reasonName(violation.reason)}.`;
    case "ignored cancel":
      return `Match ${violation.match} filled ${violation.order}, of which a signed cancellation was sent at ${violation.sentAt}.`;
    case "too much restored":
      return `Statement ${violation.number} gives back more of ${violation.order} than was taken.`;
    case "bad acceptance":
      return `Statement ${violation.number} accepts ${violation.order} twice, with too large a size, or without showing it.`;
    case "broken chain":
      return `Page ${violation.page} is broken: ${violation.what}.`;
    case "two stories":
      return violation.one.page === violation.other.page
        ? `Page ${violation.other.page} was signed twice with different contents.`
        : `Pages ${violation.one.page} and ${violation.other.page} exclude each other, and both are signed.`;
    case "withheld page":
      return `Page ${violation.page} was signed and is not in the journal.`;
    case "clock ahead":
      return `Page ${violation.page} says that it is ${violation.time}, the chain is at ${violation.chain}.`;
    case "dark fill":
      return `Transaction ${violation.transaction} of the relay filled ${violation.size} of ${violation.order} without a statement.`;
    case "told late":
      return `Transaction ${violation.transaction} of the relay filled ${violation.size} of ${violation.order} before the journal had the match.`;
    case "phantom fill":
      return `The journal has matches of ${violation.said} of ${violation.order}, the chain has ${violation.mined}.`;
  }
}
