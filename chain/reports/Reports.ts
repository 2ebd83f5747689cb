// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import { judge } from "./judge.js";
import type { Held, PulledSource } from "./PulledSource.js";
import { ReportRefused } from "./ReportRefused.js";
import type { ReportSource } from "./ReportSource.js";
import type { SignedReport } from "./StreamReport.js";

/** A report that is worth bringing, and the ether to send along. */
export interface Brought {
  readonly source: PulledSource;
  readonly report: SignedReport;
  /** Wei; the verifier's change comes back. */
  readonly fee: bigint;
}

/**
 * The newest reports, judged. A server that does not answer is waited for once: until it answers again it is asked in
 * the background, so that a dead one delays nothing else.
 */
export class Reports {
  private readonly failed = new Map<Hex, ReportRefused>();
  private readonly asking = new Map<Hex, Promise<SignedReport>>();

  constructor(
    private readonly from: ReportSource,
    /** The most wei to pay for a verification. */
    private readonly maxFee: bigint,
  ) {}

  /** The report to bring to a source as of a block of that time. Throws ReportRefused. */
  async bring(source: PulledSource, held: Held, time: number): Promise<Brought> {
    const report = await this.latest(source.feedId);
    judge(report.says, source, held, time);
    // A surcharge for ether is at most the fee again; what is not needed comes back.
    const fee = held.hasFee ? 2n * report.says.nativeFee : 0n;
    if (fee > this.maxFee) throw new ReportRefused("ReportFeeTooHigh", `${fee} wei, at most ${this.maxFee}`);
    return { source, report, fee };
  }

  private async latest(feedId: Hex): Promise<SignedReport> {
    const asked = this.ask(feedId);
    const before = this.failed.get(feedId);
    if (before === undefined) return asked;
    asked.catch(() => {}); // told by `failed` the next time
    throw before;
  }

  private ask(feedId: Hex): Promise<SignedReport> {
    const running = this.asking.get(feedId);
    if (running !== undefined) return running;
    const asked = this.askNow(feedId).finally(() => this.asking.delete(feedId));
    this.asking.set(feedId, asked);
    return asked;
  }

  private async askNow(feedId: Hex): Promise<SignedReport> {
    try {
      const report = await this.from.latest(feedId);
      this.failed.delete(feedId);
      return report;
    } catch (failure) {
      const refused =
        failure instanceof ReportRefused ? failure : new ReportRefused("ReportUnavailable", (failure as Error).message);
      if (refused.refusal === "ReportUnavailable") this.failed.set(feedId, refused);
      throw refused;
    }
  }
}
