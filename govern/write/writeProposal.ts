// SPDX-License-Identifier: MIT
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Address } from "../../sdk/range.js";
import { htmlOf } from "../report/html.js";
import { markdownOf } from "../report/markdown.js";
import { proposalPage, type Proposal } from "../report/proposalPage.js";
import { reportJson } from "../report/reportJson.js";
import { multicallOf, type Step } from "../plan/steps.js";
import { span } from "../text/span.js";
import { governorProposal, requireInTime } from "./governor.js";
import { safeBatch } from "./safe.js";

/** Writes a proposal's report and calls into a folder. Returns the files, in the order in which people need them. */
export function writeProposal(proposal: Proposal, folder: string, now: number): string[] {
  const files = filesOf(proposal, now);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  return [...files.keys()].map((name) => join(folder, name));
}

/** The same as texts, by name. */
export function filesOf(proposal: Proposal, now: number): Map<string, string> {
  const { wish, simulation, executors } = proposal;
  const { deployment } = simulation.with.situation;
  const page = proposalPage(proposal);
  const files = new Map([
    ["report.html", htmlOf(page)],
    ["report.md", markdownOf(page)],
    ["report.json", reportJson(proposal, page)],
    ["calls.json", callsJson(proposal)],
  ]);
  simulation.steps.forEach(({ step }, index) => {
    const name = `${index + 1}-${step.kind}-${step.role.replaceAll(" and ", "+")}`;
    const title = `${wish.title} (${index + 1} of ${simulation.steps.length}: ${step.kind})`;
    files.set(`${name}.safe.json`, json(safeBatch(step, deployment.authority, deployment.chainId, title, now)));
    const executor = executors.find(({ address }) => address === step.caller);
    const governor = executor?.kind === "timelock" ? executor.governor : undefined;
    if (governor !== undefined) requireInTime(step, governor);
    const vote = governorProposal(step, deployment.authority, descriptionOf(proposal, step, title), governor?.address);
    files.set(`${name}.governor.json`, json(vote));
  });
  return files;
}

/** What voters read on the Governor's page; its hash is part of the proposal. */
function descriptionOf({ wish, simulation }: Proposal, step: Step, title: string): string {
  const lines = step.operations.flatMap(({ changes, title: what }) =>
    changes.length === 0
      ? [`- ${what}`]
      : changes.map(({ scope, name, before, after }) => `- ${scope}, ${name}: ${before} → ${after}`),
  );
  const parts = [`# ${title}`, wish.description ?? "", lines.join("\n"), `Simulated at block ${simulation.block}.`];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Every step as calls of the AccessManager: one by one, and all in one. */
function callsJson({ simulation }: Proposal): string {
  const { authority, chainId } = simulation.with.situation.deployment;
  const steps = simulation.steps.map(({ step }) => ({
    ...{ kind: step.kind, role: step.role, from: step.caller, to: authority as Address },
    after: `${span(step.at)} after the first schedule`,
    calls: step.calls.map(({ title, data }, i) => ({ title, data, operation: step.operations[i]!.id })),
    atOnce: multicallOf(step),
  }));
  return json({ chainId: String(chainId), steps });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
