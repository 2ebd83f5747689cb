// SPDX-License-Identifier: MIT
import { assumed } from "../../chain/reports/assumed.js";
import { bundled, updating } from "../../chain/reports/bundle.js";
import type { Brought } from "../../chain/reports/Reports.js";
import { keyFor } from "../../chain/send/jobKeys.js";
import type { NewJob, Sender } from "../../chain/send/Sender.js";
import type { Header } from "../../sdk/client/chain/blocks.js";
import type { Address } from "../../sdk/order.js";

/** A job, and the reports that it may need. */
export interface Carried {
  readonly job: NewJob;
  /** It is the same whoever sends it: see Kind. */
  readonly byAnyone: boolean;
  /** It needs its reports, though it would go through without them. */
  readonly lacks: boolean;
  readonly reports: readonly Brought[];
}

/** What an update uses at most, beside the call that it goes with: docs/gas.md has what was measured. */
export const UPDATE_GAS = 250_000n;
export const UPDATE = "update";

/** Simulations at a time. */
const AT_ONCE = 16;

/**
 * Sends reports along with the jobs that do not go through without them. One that anybody may send goes in one
 * transaction with its reports. Of several, or of one that pays its sender, the reports go first, from the same key,
 * and each once.
 */
export class Carrier {
  /** The sources to which reports went in the last `carry`. */
  sent = new Set<Address>();

  constructor(
    private readonly sender: Sender,
    /** Undefined: the deployment has none, and reports go alone. */
    private readonly bundle: Address | undefined,
  ) {}

  /** The jobs as they are to be sent, in the same order. `dryRun`: no report is sent. */
  async carry(list: readonly Carried[], header: Header, dryRun: boolean): Promise<NewJob[]> {
    this.sent = new Set();
    const lacking = await this.lacking(list);
    const byReports = new Map<string, Carried[]>();
    for (const each of lacking) {
      const key = each.reports.map(({ source }) => source.source).join();
      byReports.set(key, [...(byReports.get(key) ?? []), each]);
    }
    const changed = new Map<NewJob, NewJob>();
    for (const some of byReports.values()) {
      const [{ job, byAnyone, reports }] = some as [Carried];
      if (some.length === 1 && byAnyone && this.bundle !== undefined) {
        const minGas = job.minGas + UPDATE_GAS * BigInt(reports.length);
        changed.set(job, { ...job, call: bundled(this.bundle, reports, [job.call]), minGas });
        for (const { source } of reports) this.sent.add(source.source);
      } else if (await this.isWorth(some)) {
        const went = dryRun || (await this.bring(reports, header));
        // Without its report a job would be refused: the next look tries again.
        if (went) for (const each of some) changed.set(each.job, { ...each.job, own: true, assumes: assumed(reports) });
      }
    }
    return list.map(({ job }) => changed.get(job) ?? job);
  }

  /** Jobs that only bring a report. */
  updates(reports: readonly Brought[], subject: (source: Address) => string[], duty: boolean): NewJob[] {
    return reports.map((brought) => {
      const { source } = brought.source;
      const { observedAt } = brought.report.says;
      const named = { kind: UPDATE, subjects: subject(source), call: updating(brought), minGas: UPDATE_GAS };
      return { ...named, key: keyFor(`${UPDATE} ${source}`, String(observedAt)), own: true, duty };
    });
  }

  // ------------------------------------------------------------------ inside

  /** Those that do not go through at the prices that are stored, and have reports. */
  private async lacking(list: readonly Carried[]): Promise<Carried[]> {
    const candidates = list.filter(({ reports }) => reports.length > 0);
    const unsure = candidates.filter(({ lacks }) => !lacks);
    const refused = (await this.asked(unsure, false)).filter((answer) => answer.refused).map(({ each }) => each);
    return candidates.filter((each) => each.lacks || refused.includes(each));
  }

  /** Nothing is paid for reports by which no job goes through. */
  private async isWorth(some: readonly Carried[]): Promise<boolean> {
    for (let from = 0; from < some.length; from += AT_ONCE) {
      const answers = await this.asked(some.slice(from, from + AT_ONCE), true);
      if (answers.some(({ refused }) => !refused)) return true;
    }
    return false;
  }

  private async asked(list: readonly Carried[], withReports: boolean) {
    const { address } = this.sender.lanes[0]!;
    const answers: { each: Carried; refused: boolean }[] = [];
    for (let from = 0; from < list.length; from += AT_ONCE) {
      const part = list.slice(from, from + AT_ONCE).map(async (each) => {
        const assumes = withReports ? assumed(each.reports) : undefined;
        const answer = await this.sender.simulate(address, each.job.call, assumes);
        return { each, refused: typeof answer === "object" && "refused" in answer };
      });
      answers.push(...(await Promise.all(part)));
    }
    return answers;
  }

  /**
   * The key is named, so that of several keepers each brings its own: only what the same key sent before is there for
   * sure. The second of two costs no verification.
   */
  private async bring(reports: readonly Brought[], header: Header): Promise<boolean> {
    const { address } = this.sender.lanes[0]!;
    const jobs = this.updates(reports, () => [], true).map((job) => ({ ...job, key: `${job.key} by ${address}` }));
    const results = await this.sender.sendAll(jobs, header);
    results.forEach((sent, i) => sent === "sent" && this.sent.add(reports[i]!.source.source));
    // One that was sent a look ago and is not mined yet is there as well.
    return results.every((sent) => sent === "sent" || sent === "known");
  }
}
