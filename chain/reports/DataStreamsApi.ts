// SPDX-License-Identifier: MIT
import { z } from "zod";
import type { Hex } from "../../sdk/orderHash.js";
import { ReportRefused } from "./ReportRefused.js";
import type { ReportSource } from "./ReportSource.js";
import { signRequest, type Credentials } from "./signRequest.js";
import { readReport, type SignedReport } from "./StreamReport.js";

const seconds = z.union([z.number().int(), z.string().regex(/^\d+$/).transform(Number)]);
const ANSWER = z.object({
  report: z.object({
    feedID: z.string(),
    validFromTimestamp: seconds,
    observationsTimestamp: seconds,
    fullReport: z.string().regex(/^0x([0-9a-fA-F]{2})+$/),
  }),
});
/** Some kB are a report; a longer answer is none. */
const LONGEST = 65_536;

/**
 * Reads the REST API of Chainlink Data Streams. It takes nothing on trust: that the report is of its feed and says what
 * stands around it is checked here, its signatures on the chain. No message holds a key.
 */
export class DataStreamsApi implements ReportSource {
  private readonly base: string;

  /**
   * @param url Of the API, without its path: `https://api.dataengine.chain.link`.
   * @param timeout Of an answer, milliseconds.
   */
  constructor(
    url: string,
    private readonly credentials: Credentials,
    private readonly timeout: number,
    private readonly now: () => number = Date.now,
  ) {
    this.base = url.replace(/\/+$/, "");
  }

  async latest(feedId: Hex): Promise<SignedReport> {
    const text = await this.get(`/api/v1/reports/latest?feedID=${feedId}`);
    const parsed = ANSWER.safeParse(json(text));
    if (!parsed.success) throw new ReportRefused("ReportMalformed", "the answer is no report");
    const { feedID, validFromTimestamp, observationsTimestamp, fullReport } = parsed.data.report;
    if (feedID.toLowerCase() !== feedId.toLowerCase()) {
      throw new ReportRefused("ReportOfOtherFeed", `the answer is of ${feedID.slice(0, 66)}, asked for was ${feedId}`);
    }
    const report = readReport(fullReport as Hex, feedId);
    const { validFrom, observedAt } = report.says;
    if (validFrom !== validFromTimestamp || observedAt !== observationsTimestamp) {
      const told = `the answer says ${validFromTimestamp} to ${observationsTimestamp}`;
      throw new ReportRefused("ReportContradicts", `${told}, the signed report ${validFrom} to ${observedAt}`);
    }
    return report;
  }

  private async get(path: string): Promise<string> {
    const url = new URL(this.base + path);
    const headers = signRequest(this.credentials, "GET", url.pathname + url.search, this.now());
    let status: number;
    let text: string;
    try {
      // A redirect would take the key to another host.
      const answer = await fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(this.timeout) });
      status = answer.status;
      text = await textOf(answer);
    } catch (failure) {
      throw new ReportRefused("ReportUnavailable", reasonOf(failure));
    }
    if (status === 200) return text;
    throw new ReportRefused("ReportUnavailable", `the server answers ${status}${HINTS[status] ?? ""}`);
  }
}

const HINTS: Readonly<Record<number, string>> = {
  401: ": key or secret is wrong, or the clock of one side",
  403: ": the key may not read this feed",
  404: ": it has no report of this feed",
};

async function textOf(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    parts.push(part as Uint8Array);
    if ((length += (part as Uint8Array).length) > LONGEST) throw new RangeError("the answer is too long");
  }
  return Buffer.concat(parts).toString("utf8");
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Without the address, whose path may hold a key. */
function reasonOf(failure: unknown): string {
  const { name, message, cause } = failure as Error & { cause?: { code?: string; message?: string } };
  if (name === "TimeoutError") return "no answer in time";
  return cause?.code ?? cause?.message ?? message;
}
