// SPDX-License-Identifier: MIT
// npm run lint -- words: comments and pages are at most 120 columns wide, say a thing by its one name, and hold nothing
// of a merge that was not resolved. Each fault with file and line.
import { proseOf, sources } from "./prose.mjs";

const MAX = 120;

/** What is not said, and what is said instead. Names of code between backticks are left alone. */
const WORDS = [
  [/\bhouses?\b/i, "venue or clearinghouse"],
  [/\bcandidate (?:mark|price)s?\b/i, "recorded mark"],
  [/\bfresh deposits?\b/i, "protected deposit"],
  [/\borigin of (?:a|the) price\b/i, "price feed"],
  [/\bin the hand\b/i, "what it is"],
  [/\bfor good\b/i, "for ever, or until what"],
  [/\bthe eyes of\b/i, "as it sees"],
  [/\bwhom\b/i, "a sentence about a thing that does something"],
  [/(?:^|[.!?] )(?:Who|Whoever|Whose) [^?]*[.:]/, "a subject that is a thing or a person, not a clause"],
];

const faults = [];
const files = sources();
for (const { file, text } of files) {
  for (const [index, line] of text.split("\n").entries()) {
    if (/^(?:<{7}|>{7}) /.test(line)) faults.push(`${file}:${index + 1}: a conflict of a merge is not resolved`);
  }
  for (const { line, prose, width, free } of proseOf(file, text)) {
    if (width > MAX && !free) faults.push(`${file}:${line}: ${width} columns, at most ${MAX}`);
    const said = prose.replace(/`[^`]*`/g, "").replace(/\]\([^)]*\)/g, "]");
    for (const [pattern, instead] of WORDS) {
      const found = pattern.exec(said);
      if (found) faults.push(`${file}:${line}: "${found[0].trim().slice(0, 40)}": say ${instead}`);
    }
  }
}
for (const fault of faults) console.error(fault);
console.log(`${files.length} files, ${faults.length} faults of width or words`);
process.exit(faults.length === 0 ? 0 : 1);
