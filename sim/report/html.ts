// SPDX-License-Identifier: MIT

/** Text that is safe within HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

export function section(id: string, title: string, ...parts: string[]): string {
  return `<section id="${id}"><h2>${escape(title)}</h2>\n${parts.join("\n")}\n</section>`;
}

/** A plot with its number in docs/lab.md and what it says. */
export function figure(id: string, caption: string, svg: string): string {
  return `<figure id="${id}">${svg}<figcaption>${escape(caption)}</figcaption></figure>`;
}

/** The first row is the header; cells that look like figures are flush right. */
export function table(id: string, caption: string, rows: readonly (readonly string[])[]): string {
  const [head, ...body] = rows;
  const cell = (text: string) => `<td${/^[-\d.,%e+<]+$/.test(text) ? ' class="n"' : ""}>${escape(text)}</td>`;
  return [
    `<div class="table"><table id="${id}"><caption>${escape(caption)}</caption>`,
    `<thead><tr>${head!.map((text) => `<th>${escape(text)}</th>`).join("")}</tr></thead>`,
    `<tbody>${body.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("\n")}</tbody></table></div>`,
  ].join("");
}

export function list(items: readonly string[]): string {
  return items.length === 0 ? "" : `<ul>${items.map((item) => `<li>${escape(item)}</li>`).join("")}</ul>`;
}

export function paragraph(text: string): string {
  return `<p>${escape(text)}</p>`;
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
h1,h2{line-height:1.2}h2{margin-top:3rem;border-bottom:1px solid #ccc}
figure{margin:2rem 0}figure svg{width:100%;height:auto;border:1px solid #eee}
figcaption,caption{text-align:left;color:#555;font-size:13px;padding:.3rem 0}
.table{overflow-x:auto;margin:1.5rem 0}table{border-collapse:collapse;font-size:12.5px}
td,th{border-bottom:1px solid #e5e5e5;padding:.2rem .5rem;text-align:left;white-space:nowrap}.n{text-align:right}
.warning{background:#fff4e0;border:1px solid #e0b060;padding:.5rem 1rem}`;

/** A page that needs nothing but itself. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title>
<style>${STYLE}</style></head>
<body><h1>${escape(title)}</h1>
${body}
</body></html>
`;
}
