// SPDX-License-Identifier: MIT
import type { Block, Page } from "./Page.js";

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #16202c; background: #fff; }
h1 { font-size: 1.7rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid #d5dbe3; padding-bottom: .3rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; } div.wide { overflow-x: auto; margin-bottom: 1.2rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #e5e9ef; }
th { background: #f3f5f8; } tr:hover td { background: #f8fafc; }
pre { background: #f3f5f8; padding: .7rem; overflow-x: auto; font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
p.warning { border-left: 4px solid #b45309; background: #fff7ed; padding: .6rem .9rem; } p { white-space: pre-line; }
@media (prefers-color-scheme: dark) { body { color: #e5e9ef; background: #10151c; } th, pre { background: #1a222d; }
th, td { border-color: #2a3442; } h2 { border-color: #2a3442; } tr:hover td { background: #161d27; } p.warning { background: #2b1d0e; } }
`;

/** A page as one HTML file: no script, and nothing from elsewhere. */
export function htmlOf({ title, sections }: Page): string {
  const parts = sections.map(
    (section) => `<section>\n<h2>${escaped(section.title)}</h2>\n${section.blocks.map(blockOf).join("\n")}\n</section>`,
  );
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    `<body>\n<main>\n<h1>${escaped(title)}</h1>`,
    ...parts,
    "</main>\n</body>\n</html>\n",
  ].join("\n");
}

function blockOf(block: Block): string {
  switch (block.kind) {
    case "text":
      return `<p>${escaped(block.text)}</p>`;
    case "warning":
      return `<p class="warning"><strong>Warning:</strong> ${escaped(block.text)}</p>`;
    case "code":
      return `<pre>${escaped(block.text)}</pre>`;
    case "list":
      return `<ul>\n${block.items.map((item) => `<li>${escaped(item)}</li>`).join("\n")}\n</ul>`;
    case "table": {
      const row = (cells: readonly string[], tag: string) =>
        `<tr>${cells.map((cell) => `<${tag}>${breakable(escaped(cell))}</${tag}>`).join("")}</tr>`;
      const body = block.rows.map((cells) => row(cells, "td")).join("\n");
      return `<div class="wide"><table>\n<thead>${row(block.head, "th")}</thead>\n<tbody>\n${body}\n</tbody>\n</table></div>`;
    }
  }
}

/** Addresses and hashes may break, words may not. */
function breakable(text: string): string {
  return text.replace(/0x[0-9a-fA-F]{40,}/g, (each) => each.replace(/.{14}(?=.)/g, "$&<wbr>"));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (each) => ENTITIES[each]!);
}
