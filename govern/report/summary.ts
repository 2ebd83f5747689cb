// SPDX-License-Identifier: MIT
import { textTable } from "../../tools/table.js";
import type { Block } from "./Page.js";
import { proposalPage, type Proposal } from "./proposalPage.js";

/** The page as text, for a terminal. */
export function summary(proposal: Proposal): string {
  const page = proposalPage(proposal);
  const parts = page.sections.map(({ title, blocks }) => `${title}\n\n${blocks.map(textOf).join("\n\n")}`);
  return [page.title, ...parts].join("\n\n");
}

function textOf(block: Block): string {
  switch (block.kind) {
    case "text":
    case "code":
      return block.text;
    case "warning":
      return `WARNING: ${block.text}`;
    case "list":
      return block.items.map((item) => `- ${item}`).join("\n");
    case "table":
      return textTable([[...block.head], ...block.rows.map((row) => [...row])]);
  }
}
