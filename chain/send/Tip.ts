// SPDX-License-Identifier: MIT

export interface TipRules {
  /** Wei. */
  readonly priorityFee: bigint;
  readonly maxPriorityFee: bigint;
}

/**
 * What is paid for being early: doubled for every block in which others were earlier, halved for every one in which
 * nobody was.
 */
export class Tip {
  private doubled = 0;

  constructor(private readonly rules: TipRules) {}

  get fee(): bigint {
    const fee = this.rules.priorityFee << BigInt(this.doubled);
    return fee < this.max ? fee : this.max;
  }

  /** After a block with jobs of ours in it: how many came too late? */
  settle(mined: number, lost: number): void {
    if (lost > 0 && this.fee < this.max) ++this.doubled;
    else if (lost === 0 && mined > 0 && this.doubled > 0) --this.doubled;
  }

  private get max(): bigint {
    const { priorityFee, maxPriorityFee } = this.rules;
    return maxPriorityFee > priorityFee ? maxPriorityFee : priorityFee;
  }
}
