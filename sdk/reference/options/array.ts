// SPDX-License-Identifier: MIT
// Risk arrays as the contract has them, digit for digit (contracts/options/RiskArrayLib.sol).
import { MAX_DEVIATION, deviationOf, isqrt, strikeOf, type Curve } from "./curve.js";
import { bell, lnRatio } from "./normal.js";

/** How margin is measured; rates in ppm, as the contract's RiskParams. */
export interface RiskParams {
  readonly scanRange: bigint;
  readonly extremeMove: bigint;
  readonly extremeShare: bigint;
  readonly volUp: bigint;
  readonly volDown: bigint;
  readonly volPower: bigint;
  readonly maintenanceShare: bigint;
  readonly shortMinimum: bigint;
  readonly basisMove: bigint;
}

export const PPM = 1_000_000n;
/** A lane is a profit over the spot, unit 2^-14, plus BIAS. */
export const [LANE_DIGITS, BIAS, LANES] = [14n, 1n << 15n, 16];
const DIGITS = 48n;
const ONE = 1n << DIGITS;
const MIN_TERM = 86_400n;
const VOL_TERM = 30n * 86_400n;
const NOTHING_LEFT = 8n << DIGITS;
/** Abramowitz and Stegun, 26.2.19, the highest power first. */
const NORMAL = [1515179800n, 13761480496n, 10697062425n, 922569786459n, 5950664199637n, 14036410335447n, ONE];

/** The price moves of the scenarios, ppm: none, a third, two thirds and the whole scan range each way, the extremes. */
export function movesOf({ scanRange, extremeMove }: RiskParams): bigint[] {
  const sizes = [scanRange / 3n, (2n * scanRange) / 3n, scanRange, extremeMove];
  return [0n, ...sizes.flatMap((size) => [size, -size])];
}

/** What volatility is multiplied by when it moves up and down, `left` seconds before the expiry. */
export function volMovesOf({ volUp, volDown, volPower }: RiskParams, left: bigint): { up: bigint; down: bigint } {
  const term = left > MIN_TERM ? left : MIN_TERM;
  const [more, less] = term > VOL_TERM ? [term, VOL_TERM] : [VOL_TERM, term];
  const fading = bell(isqrt(((2n * volPower * lnRatio(more, less)) / PPM) << 96n));
  const stretch = term < VOL_TERM ? (1n << 144n) / fading : fading >> 48n;
  const down = ONE - (volDown * stretch) / PPM;
  return { up: ONE + (volUp * stretch) / PPM, down: down > 0n ? down : 0n };
}

/** The 16 lanes of the call at `place`, `left` seconds before its expiry. */
export function arrayOf(curve: Curve, params: RiskParams, spot: bigint, left: bigint, place: number): bigint[] {
  const { up, down } = volMovesOf(params, left);
  const strikePrice = strikeOf(curve, place);
  const strike = (strikePrice << DIGITS) / spot;
  const forward = (curve.forward << DIGITS) / spot;
  const log = logOf(curve.forward, strikePrice);
  const whole = deviationOf(curve, place) >> 48n;
  const deviation = whole < MAX_DEVIATION >> 48n ? whole : MAX_DEVIATION >> 48n;
  const worth = valueOf(forward, strike, log, deviation);
  const profit = (move: bigint, by: bigint): bigint => {
    const factor = ((PPM + move) << DIGITS) / PPM;
    return valueOf((forward * factor) >> DIGITS, strike, log + logOf(PPM + move, PPM), by) - worth;
  };
  const moves = movesOf(params);
  const share = (move: bigint) => (profit(move, deviation) * params.extremeShare) / PPM;
  return [
    ...moves.slice(0, 7).flatMap((move) => [up, down].map((by) => laneOf(profit(move, (deviation * by) >> DIGITS)))),
    ...moves.slice(7).map((move) => laneOf(share(move))),
  ];
}

/** An array as its slot has it. */
export const packed = (lanes: readonly bigint[]): bigint =>
  lanes.reduce((word, lane, i) => word | (lane << BigInt(16 * i)), 0n);

const logOf = (x: bigint, y: bigint): bigint => (x < y ? -(lnRatio(y, x) >> 48n) : lnRatio(x, y) >> 48n);

/** Black (1976) by the coarse normal distribution; unit 2^-48 of the spot. */
function valueOf(forward: bigint, strike: bigint, log: bigint, deviation: bigint): bigint {
  const w = deviation === 0n ? 1n : deviation;
  const d2 = (log << DIGITS) / w - (w >> 1n);
  return (forward * normal(d2 + w) - strike * normal(d2)) >> DIGITS;
}

function normal(x: bigint): bigint {
  const size = x < 0n ? -x : x;
  if (size >= NOTHING_LEFT) return x < 0n ? 0n : ONE;
  let p = NORMAL.reduce((sum, coefficient) => ((sum * size) >> DIGITS) + coefficient);
  for (let i = 0; i < 3; ++i) p = (p * p) >> DIGITS;
  const beyond = (1n << 143n) / (p * p);
  return x < 0n ? beyond : ONE - beyond;
}

function laneOf(profit: bigint): bigint {
  const lane = (profit >> (DIGITS - LANE_DIGITS)) + BIAS;
  if (lane < 0n) return 0n;
  return lane >> 16n === 0n ? lane : (1n << 16n) - 1n;
}
