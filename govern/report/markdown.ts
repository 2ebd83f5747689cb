// SPDX-License-Identifier: MIT
import type { Block, Page } from "./Page.js";

/** A page as Markdown. */
export function markdownOf({ title, sections }: Page): string {
  const parts = sections.map((section) => `## ${line(section.title)}\n\n${section.blocks.map(blockOf).join("\n\n")}`);
  return `# ${line(title)}\n\n${parts.join("\n\n")}\n`;
}

function blockOf(block: Block): string {
  switch (block.kind) {
    case "text":
      return escaped(block.text);
    case "warning":
      return `**Warning:** ${escaped(block.text)}`;
    case "code":
      return `\`\`\`\n${block.text.replaceAll("```", "` ` `")}\n\`\`\``;
    case "list":
      return block.items.map((item) => `- ${line(item)}`).join("\n");
    case "table": {
      const row = (cells: readonly string[]) =>
        `| ${cells.map((cell) => line(cell).replaceAll("|", "\\|")).join(" | ")} |`;
      return [row(block.head), `|${block.head.map(() => "---").join("|")}|`, ...block.rows.map(row)].join("\n");
    }
  }
}

function line(text: string): string {
  return escaped(text).replaceAll("\n", " ");
}

/** What a file says must not become markup of the page. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>#]/g, (each) => `\\${each}`);
}
