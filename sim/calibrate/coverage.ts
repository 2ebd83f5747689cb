// SPDX-License-Identifier: MIT
import { errorFunction } from "simple-statistics";

/** A likelihood ratio and the probability of one at least as large if what it tests were true. */
export interface Test {
  statistic: number;
  pValue: number;
}

/**
 * Kupiec's proportion of failures (Journal of Derivatives 3, 1995): do `failures` of `count` fit a chance of `share`
 * each?
 */
export function kupiec(failures: number, count: number, share: number): Test {
  if (!(failures >= 0 && failures <= count && count > 0 && share > 0 && share < 1)) {
    throw new RangeError(`no proportion of failures: ${failures} of ${count} at ${share}`);
  }
  const likelihood = (p: number) => times(count - failures, 1 - p) + times(failures, p);
  return test(2 * (likelihood(failures / count) - likelihood(share)), 1);
}

/**
 * Christoffersen's independence (International Economic Review 39, 1998): is a failure as likely after a failure as
 * after none?
 */
export function independence(failed: ArrayLike<boolean | number>): Test {
  const seen = [
    [0, 0],
    [0, 0],
  ];
  for (let i = 1; i < failed.length; ++i) seen[Number(failed[i - 1])]![Number(failed[i])]! += 1;
  const likelihood = (p: number, [without, withFailure]: number[]) => times(without!, 1 - p) + times(withFailure!, p);
  const share = ([without, withFailure]: number[]) => withFailure! / Math.max(1, without! + withFailure!);
  const [calm, stormy] = seen as [number[], number[]];
  const both = [calm[0]! + stormy[0]!, calm[1]! + stormy[1]!];
  const alternative = likelihood(share(calm), calm) + likelihood(share(stormy), stormy);
  return test(2 * (alternative - likelihood(share(both), both)), 1);
}

/** Both at once: Christoffersen's conditional coverage. */
export function conditional(proportion: Test, independent: Test): Test {
  return test(proportion.statistic + independent.statistic, 2);
}

/** P(chi-square > x), for 1 or 2 degrees of freedom. */
export function chiSquareBeyond(x: number, degrees: 1 | 2): number {
  return degrees === 1 ? 1 - errorFunction(Math.sqrt(x / 2)) : Math.exp(-x / 2);
}

function test(ratio: number, degrees: 1 | 2): Test {
  const statistic = Math.max(0, ratio); // a ratio of zero may come out as -1e-13
  return { statistic, pValue: chiSquareBeyond(statistic, degrees) };
}

/** n ln p, with 0 ln 0 = 0. */
function times(n: number, p: number): number {
  return n === 0 ? 0 : n * Math.log(p);
}
