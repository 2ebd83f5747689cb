// SPDX-License-Identifier: MIT
// The margin of a portfolio as the contract has it, digit for digit (contracts/options/PortfolioLib.sol).
import { BIAS, LANES, LANE_DIGITS, PPM, movesOf, type RiskParams } from "./array.js";
import { FUTURE, PERPETUAL } from "./curve.js";

/** A leg with what its margin follows from. Sizes 1e-9 base, prices 1e-18 quote. */
export interface MarginLeg {
  readonly index: number;
  readonly size: bigint;
  readonly mark: bigint;
  /** Of its ladder; of the perpetual: anything. */
  readonly forward: bigint;
  /** Seconds to the expiry; 0: it has expired. */
  readonly left: bigint;
  /** The lanes of its strike's call. */
  readonly lanes: readonly bigint[];
}

/** 1e-9 quote. */
export interface Margin {
  readonly initial: bigint;
  readonly maintenance: bigint;
  /** Profit in each scenario, floor, and the one that binds. */
  readonly profits: readonly bigint[];
  readonly worst: number;
  readonly shortMinimum: bigint;
  readonly basis: bigint;
  /** The market value of what is long, when all legs are long options: more is never asked for. */
  readonly worth: bigint | undefined;
}

const YEAR = 31_536_000n;
/** Seconds before an expiry in which its price is averaged. */
const WINDOW = 1_800n;
const UNIT = 10n ** 18n;
const floorDiv = (a: bigint, b: bigint): bigint => a / b - (a % b !== 0n && a < 0n !== b < 0n ? 1n : 0n);
const ceilDiv = (a: bigint, b: bigint): bigint => -floorDiv(-a, b);
const abs = (x: bigint): bigint => (x < 0n ? -x : x);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const positive = (x: bigint): bigint => max(x, 0n);

export const isOption = (index: number): boolean => index !== PERPETUAL && (index & 31) !== FUTURE;

export function marginOf(legs: readonly MarginLeg[], params: RiskParams, spot: bigint): Margin {
  const live = legs.filter(({ index, left, size }) => size !== 0n && (index === PERPETUAL || left > 0n));
  const options = live.filter(({ index }) => isOption(index));
  const profits = profitsOf(live, params, spot);
  const worst = profits.reduce((least, profit, i) => (profit < profits[least]! ? i : least), 0);
  const shortMinimum = ceilDiv(floorDiv(shortsOf(options) * spot, UNIT) * params.shortMinimum, PPM);
  const basis = basisOf(live, params, spot);
  const required = max(positive(-profits[worst]!), shortMinimum) + basis;
  const isLong = live.every(({ index, size }) => isOption(index) && size > 0n);
  const worth = isLong ? options.reduce((sum, { size, mark }) => sum + floorDiv(size * mark, UNIT), 0n) : undefined;
  const initial = worth === undefined || required < worth ? required : worth;
  const maintenance = ceilDiv(initial * params.maintenanceShare, PPM);
  return { initial, maintenance, profits, worst, shortMinimum, basis, worth };
}

/** A short's lanes count one more; a put is its call less the forward. */
function profitsOf(live: readonly MarginLeg[], params: RiskParams, spot: bigint): bigint[] {
  const moves = movesOf(params);
  const extreme = (params.extremeMove * params.extremeShare) / PPM;
  return Array.from({ length: LANES }, (_, j) => {
    const move = j < 14 ? moves[j >> 1]! : j === 14 ? extreme : -extreme;
    let sum = 0n;
    for (const { index, size, mark, forward, lanes } of live) {
      if (isOption(index)) {
        const lane = lanes[j]! - BIAS + (size < 0n ? 1n : 0n);
        sum += size * lane * spot * PPM;
        if ((index & 1) === 1) sum -= (size * forward * move) << LANE_DIGITS;
      } else {
        sum += (size * (index === PERPETUAL ? mark : forward) * move) << LANE_DIGITS;
      }
    }
    return floorDiv(sum, (PPM * UNIT) << LANE_DIGITS);
  });
}

/** Short contracts, net of calls and net of puts. */
function shortsOf(options: readonly MarginLeg[]): bigint {
  const net = (isPut: number) =>
    options.reduce((sum, { index, size }) => sum + ((index & 1) === isPut ? size : 0n), 0n);
  return positive(-net(0)) + positive(-net(1));
}

/**
 * What a year of basis moves of what each expiry gains with its forward, between the least moves up and down, and near
 * its end what the average may be off the spot.
 */
function basisOf(live: readonly MarginLeg[], params: RiskParams, spot: bigint): bigint {
  const whole = (4n * (params.scanRange / 3n)) << LANE_DIGITS;
  let sum = 0n;
  for (let ladder = 0; ladder < 8; ++ladder) {
    const own = live.filter(({ index }) => index !== PERPETUAL && index >> 5 === ladder);
    if (own.length === 0) continue;
    let [linear, slope] = [0n, 0n];
    for (const { index, size, forward, lanes } of own) {
      if (!isOption(index)) linear += size * forward;
      else {
        slope += size * (lanes[2]! + lanes[3]! - lanes[4]! - lanes[5]!);
        if ((index & 1) === 1) linear -= size * forward;
      }
    }
    const { left } = own[0]!;
    const move = left * params.basisMove + fixingMove(left, params.scanRange) * YEAR;
    sum += abs(linear + (slope * spot * PPM) / whole) * move;
  }
  return ceilDiv(ceilDiv(sum, UNIT), YEAR * PPM);
}

/** How far the average of an expiry may be off the spot, ppm; it grows to that in the half hour before. */
function fixingMove(left: bigint, scanRange: bigint): bigint {
  if (left >= 2n * WINDOW) return 0n;
  return (left > WINDOW ? (scanRange * (2n * WINDOW - left)) / WINDOW : scanRange) / 2n;
}
