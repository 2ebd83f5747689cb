// SPDX-License-Identifier: MIT
// Where prose stands: comments of code, and pages without their code.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** All sources and pages that git knows or does not ignore. */
export function sources() {
  const names = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" });
  return (
    names
      .split("\n")
      // Git may not know yet that one was removed.
      .filter((file) => /\.(?:sol|ts|mjs|md)$/.test(file) && existsSync(file))
      .map((file) => ({ file, text: readFileSync(file, "utf8") }))
  );
}

const COMMENT = /^\s*(?:\/\/\/?|\/\*\*?|\*)(?:\s|$)/;

/**
 * Each line of prose with its number and width. `free` is a line that nobody can wrap: of a table, or without a space
 * to break at.
 * @returns {{ line: number, prose: string, width: number, free: boolean }[]}
 */
export function proseOf(file, text) {
  const lines = text.split("\n");
  let code = false;
  return lines.flatMap((whole, index) => {
    const width = [...whole].length;
    const entry = { line: index + 1, prose: whole, width, free: !/\S\s+\S/.test(whole.trim().replace(/^\W+\s/, "")) };
    if (file.endsWith(".md")) {
      if (/^\s*```/.test(whole)) code = !code;
      if (code || /^\s*```|^ {4}\S/.test(whole)) return [];
      return [{ ...entry, free: entry.free || /^\s*\|/.test(whole) }];
    }
    if (COMMENT.test(whole)) return [entry];
    const at = /(?<=[;,{})]\s*)\/\/ .*$/.exec(whole); // a comment behind code
    return at ? [{ ...entry, prose: at[0] }] : [];
  });
}
