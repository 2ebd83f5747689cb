// SPDX-License-Identifier: MIT
import { z } from "zod/v4-mini";
import type { Deployment } from "../../../../sdk/deployment.js";
import { governanceText as text } from "../../text/governance";

/** What `npm run govern -- propose` wrote as report.json (docs/govern.md): its page, and of which venue it is. */
const FORMAT = 1;
const LONGEST = 20_000;

const line = z.string().check(z.maxLength(LONGEST));
const lines = z.array(line).check(z.maxLength(2_000));
const block = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["text", "warning", "code"]), text: line }),
  z.object({ kind: z.literal("list"), items: lines }),
  z.object({ kind: z.literal("table"), head: lines, rows: z.array(lines).check(z.maxLength(2_000)) }),
]);
const schema = z.object({
  format: z.literal(FORMAT),
  chainId: z.string().check(z.regex(/^\d{1,20}$/)),
  clearinghouse: z.string().check(z.regex(/^0x[0-9a-fA-F]{40}$/)),
  block: z.number(),
  page: z.object({
    title: line,
    sections: z.array(z.object({ title: line, blocks: z.array(block).check(z.maxLength(500)) })).check(z.maxLength(50)),
  }),
});

export type ProposalReport = z.output<typeof schema>;
export type ReportBlock = ProposalReport["page"]["sections"][number]["blocks"][number];

/** The report in a file's text, or what is wrong with it: it is no report, or of another venue. */
export function reportIn(
  file: string,
  { chainId, clearinghouse }: Pick<Deployment, "chainId" | "clearinghouse">,
): ProposalReport | string {
  let given: unknown;
  try {
    given = JSON.parse(file);
  } catch {
    return text.reportNone;
  }
  const { data } = schema.safeParse(given);
  if (data === undefined) return text.reportNone;
  const same = data.chainId === String(chainId) && data.clearinghouse.toLowerCase() === clearinghouse.toLowerCase();
  return same ? data : text.reportElsewhere(data.clearinghouse, data.chainId);
}
