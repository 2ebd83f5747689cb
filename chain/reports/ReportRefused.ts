// SPDX-License-Identifier: MIT

/** Why a report is not brought to the chain. Each is explained in docs/prices.md. */
export const REFUSALS = [
  // Nothing usable came.
  "ReportUnavailable",
  "ReportMalformed",
  // It is not what was asked for.
  "ReportOfOtherFeed",
  "ReportLength",
  "ReportContradicts",
  // Its times.
  "ReportNotNewer",
  "ReportTooOld",
  "ReportAhead",
  "ReportExpired",
  // Its price.
  "ReportPriceNone",
  "ReportMarketClosed",
  // Bringing it.
  "ReportFeeTooHigh",
  "ReportNotVerified",
] as const;

export type Refusal = (typeof REFUSALS)[number];

/** A report that is not worth a transaction, by the name of its fault. */
export class ReportRefused extends Error {
  override readonly name = "ReportRefused";

  constructor(
    readonly refusal: Refusal,
    why: string,
  ) {
    super(`${refusal}: ${why}`);
  }
}
