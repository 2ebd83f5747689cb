// SPDX-License-Identifier: MIT
import { DIGITS, ONE, div, exp, fixed, ln, mul, normal, sqrt } from "../../sdk/reference/options/fixed.js";
import { fitRelative, type Fit, type Point } from "./fit.js";

/** The contract's numbers have 96 binary digits after the point. */
const CONTRACT_DIGITS = 96n;
const TAIL_TO = 14;

/** The approximations of `NormalLib.sol`, each with the largest relative error at the points that it is fitted to. */
export const fits = (): Readonly<Record<"tail" | "artanh" | "halving", Fit>> => ({
  tail: monic(fitRelative(tailPoints(), 7, 8)),
  artanh: fitRelative(artanhPoints(), 5, 0),
  halving: fitRelative(halvingPoints(), 9, 0),
});

/** A coefficient as the contract has it, to the nearest. */
export const rounded = (coefficient: bigint): bigint => {
  const shift = DIGITS - CONTRACT_DIGITS;
  return (coefficient + (1n << (shift - 1n))) >> shift;
};

/** With one as the bottom's highest coefficient, which saves a product. */
function monic({ top, bottom, error }: Fit): Fit {
  const highest = bottom.at(-1)!;
  return { top: top.map((each) => div(each, highest)), bottom: bottom.map((each) => div(each, highest)), error };
}

/** `N(-x) / exp(-x^2 / 2)` on [0, 14], denser where it bends: `x = 3 s / (1 - s)`. */
function tailPoints(): Point[] {
  const last = TAIL_TO / (TAIL_TO + 3);
  return nodes(240, (t) => (3 * t * last) / (1 - t * last)).map((x) => ({
    x,
    y: mul(normal(-x), exp(mul(x, x) / 2n)),
  }));
}

/** `ln((1 + z) / (1 - z)) / z` by the square of z: `z = (m - 1) / (m + 1)`, m from the root of a half to that of 2. */
function artanhPoints(): Point[] {
  const root = sqrt(2n * ONE);
  const last = div(root - ONE, root + ONE);
  return nodes(80, (t) => t).map((t) => {
    const z = mul(last, sqrt(t));
    return { x: mul(z, z), y: div(ln(div(ONE + z, ONE - z)), z) };
  });
}

/** `2^-t` on [0, 1]. */
function halvingPoints(): Point[] {
  const ln2 = ln(2n * ONE);
  return nodes(80, (t) => t).map((x) => ({ x, y: exp(-mul(x, ln2)) }));
}

/** Chebyshev's nodes on [0, 1], mapped. Where exactly they lie does not matter, so they may pass through numbers. */
function nodes(count: number, map: (t: number) => number): bigint[] {
  return Array.from({ length: count }, (_, i) => {
    const t = (1 - Math.cos((Math.PI * (2 * i + 1)) / (2 * count))) / 2;
    return fixed(map(t).toFixed(15));
  });
}
