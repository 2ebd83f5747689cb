// SPDX-License-Identifier: MIT
import { readFileSync, writeFileSync } from "node:fs";

/** Replaces what stands between `<!-- name -->` and `<!-- end of name -->` in a page of docs/. */
export function rewrite(name: string, text: string, page = "gas.md"): void {
  const file = new URL(`../docs/${page}`, import.meta.url);
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const document = readFileSync(file, "utf8");
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/${page} has no section between "${begin}" and "${end}"`);
  writeFileSync(file, `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`);
}
