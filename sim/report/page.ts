// SPDX-License-Identifier: MIT

/** A drawing or a table with what it says. */
export interface Figure {
  caption: string;
  svg?: string;
  /** The first row is the header. */
  rows?: string[][];
}

export interface Section {
  title: string;
  /** Paragraphs before the figures. */
  text: string[];
  figures: Figure[];
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1 { font-size: 1.7rem; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccc; }
figure { margin: 1.5rem 0; } figcaption { color: #555; font-size: 0.9rem; }
svg { max-width: 100%; height: auto; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: 0.85rem; }
th, td { padding: 0.2rem 0.6rem; border-bottom: 1px solid #ddd; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
nav a { margin-right: 1rem; }
`;

/** One file without anything from elsewhere. `data`: what the figures are drawn from, to be read from the page by a program. */
export function page(title: string, lead: string[], sections: readonly Section[], data: unknown): string {
  const links = sections.map((section) => `<a href="#${anchor(section.title)}">${escape(section.title)}</a>`);
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>`,
    `<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>`,
    `<h1>${escape(title)}</h1>`,
    ...lead.map(paragraph),
    `<nav>${links.join("")}</nav>`,
    ...sections.map(sectionHtml),
    `<script type="application/json" id="report">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>`,
    "</body></html>\n",
  ].join("\n");
}

function sectionHtml({ title, text, figures }: Section): string {
  const parts = [`<h2 id="${anchor(title)}">${escape(title)}</h2>`, ...text.map(paragraph)];
  for (const { caption, svg, rows } of figures) {
    const body = `${svg ?? ""}${rows ? table(rows) : ""}`;
    parts.push(`<figure>${body}<figcaption>${escape(caption)}</figcaption></figure>`);
  }
  return parts.join("\n");
}

function table([head, ...body]: string[][]): string {
  const line = (cells: string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join("")}</tr>`;
  return `<div class="wide"><table>${line(head!, "th")}${body.map((row) => line(row, "td")).join("")}</table></div>`;
}

function paragraph(text: string): string {
  return `<p>${escape(text)}</p>`;
}

function anchor(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
