// SPDX-License-Identifier: MIT
import { errorFunction } from "simple-statistics";

/** A likelihood ratio, chi-square with one degree of freedom, and the chance of one as large if the model is right. */
export interface Ratio {
  statistic: number;
  p: number;
}

/** Does a level that should be exceeded with the chance `chance` hold? Kupiec, Journal of Derivatives 3 (1995): proportion of failures. */
export function kupiec(exceeded: number, draws: number, chance: number): Ratio {
  const share = exceeded / draws;
  return ratio(bernoulli(draws - exceeded, exceeded, chance), bernoulli(draws - exceeded, exceeded, share));
}

/** Do exceedances come in clusters? Christoffersen, International Economic Review 39 (1998): independence against a first-order chain. */
export function christoffersen(hits: readonly boolean[]): Ratio {
  const counts = { calmCalm: 0, calmHit: 0, hitCalm: 0, hitHit: 0 };
  for (let index = 1; index < hits.length; ++index) {
    const from = hits[index - 1] ? "hit" : "calm";
    ++counts[`${from}${hits[index] ? "Hit" : "Calm"}`];
  }
  const { calmCalm, calmHit, hitCalm, hitHit } = counts;
  const share = (calmHit + hitHit) / Math.max(1, hits.length - 1);
  const afterCalm = calmHit / Math.max(1, calmCalm + calmHit);
  const afterHit = hitHit / Math.max(1, hitCalm + hitHit);
  const free = bernoulli(calmCalm, calmHit, afterCalm) + bernoulli(hitCalm, hitHit, afterHit);
  return ratio(bernoulli(calmCalm + hitCalm, calmHit + hitHit, share), free);
}

/** Log-likelihood of so many failures and hits. */
function bernoulli(misses: number, hits: number, chance: number): number {
  return (misses === 0 ? 0 : misses * Math.log(1 - chance)) + (hits === 0 ? 0 : hits * Math.log(chance));
}

function ratio(bound: number, free: number): Ratio {
  const statistic = Math.max(0, 2 * (free - bound));
  return { statistic, p: 1 - errorFunction(Math.sqrt(statistic / 2)) };
}
