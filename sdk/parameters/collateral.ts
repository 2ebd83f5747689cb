// SPDX-License-Identifier: MIT
import { PPM } from "../units.js";
import type { Bounds } from "./bounds.js";

/** The parameters of a collateral by name, and what each is counted in. */
export const COLLATERAL_UNITS = {
  haircut: "ppm",
  maxDiscount: "ppm",
  discountRate: "ppm an hour",
  feeRate: "ppm a year",
  /** The token's smallest. */
  cap: "units",
} as const;

/** The parameters of a collateral. Their meaning: docs/parameters.md. */
export interface CollateralParameters {
  /** What of a price does not count, ppm. */
  readonly haircut: bigint;
  /** How far a discount grows, ppm. */
  readonly maxDiscount: bigint;
  /** ppm an hour. */
  readonly discountRate: bigint;
  /** ppm a year, in kind. */
  readonly feeRate: bigint;
  /** What may be pledged, in the token's smallest units. */
  readonly cap: bigint;
}

/** Before the event that sets them. */
export const NO_COLLATERAL_PARAMETERS: CollateralParameters = {
  haircut: 0n,
  maxDiscount: 0n,
  discountRate: 0n,
  feeRate: 0n,
  cap: 0n,
};

/** As CollateralParameterLib.check, line by line, in its order; a test holds each bound to the contract. */
export const COLLATERAL_BOUNDS: Bounds<CollateralParameters> = {
  haircut: () => [20_000n, 900_000n],
  maxDiscount: (p) => [1_000n, (p.haircut * 3n) / 4n],
  discountRate: (p) => [p.maxDiscount, PPM],
  feeRate: () => [0n, 50_000n],
  cap: () => [0n, ((1n << 96n) - 1n) / 2n],
};
