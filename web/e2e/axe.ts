// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** WCAG 2.2 AA, with all that it builds on. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Small targets that do what a larger one on the page does too: WCAG 2.5.8 allows those ("Equivalent"). */
const EQUIVALENT = "[data-equivalent]";

interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
  }[];
}

/** What axe finds wrong with a page as it is, a line each. @param rules Of axe; none: all of WCAG 2.2 AA. */
export async function violationsOf(page: Page, rules?: readonly string[]): Promise<string[]> {
  const only = rules === undefined ? { type: "tag", values: TAGS } : { type: "rule", values: rules };
  if (!(await page.evaluate(`"axe" in window`))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    async ([runOnly, equivalent]) => {
      const { axe } = window as unknown as { axe: { run: (node: Document, options: object) => Promise<Found> } };
      const options = { runOnly, resultTypes: ["violations"] };
      const found = await axe.run(document, options);
      // No function here gets a name: the compiler's helper for names is not there in the page.
      const violations = found.violations.map(({ id, help, nodes }) => ({
        ...{ id, help },
        nodes: nodes.filter(
          ({ target: [first] }) =>
            id !== "target-size" || typeof first !== "string" || !document.querySelector(first)?.closest(equivalent),
        ),
      }));
      return { violations };
    },
    [only, EQUIVALENT] as const,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => {
      const why = (failureSummary ?? "").split("\n").slice(1).join(" ").trim();
      return `${id}: ${help} · ${target.join(" ")} · ${why}`;
    }),
  );
}
