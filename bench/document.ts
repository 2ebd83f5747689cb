// SPDX-License-Identifier: MIT
import { readFileSync, writeFileSync } from "node:fs";

const DOCUMENT = new URL("../docs/gas.md", import.meta.url);

/** Replaces what stands between `<!-- name -->` and `<!-- end of name -->` in docs/gas.md. */
export function rewrite(name: string, text: string): void {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const document = readFileSync(DOCUMENT, "utf8");
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/gas.md has no section between "${begin}" and "${end}"`);
  writeFileSync(DOCUMENT, `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`);
}
