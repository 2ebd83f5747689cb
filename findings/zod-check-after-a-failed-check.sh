#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# zod 4.6.7, its classic and its mini API.
# Guess: a check that stands after `regex` sees only texts that matched, and `safeParse` never throws for a value: a
#   refinement or an `overwrite` may call BigInt on what `regex(/^\d+$/)` let through.
# Seen: a failed check does not end the chain. The checks after it run on the text that failed, and what they throw
#   comes out of `safeParse` as a bare SyntaxError. The same holds for a refinement of the object around a field.
#   `transform` and `pipe` do wait; a check that has `abort: true` ends the chain.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund zod@4.6.7
cat >play.mjs <<'JS'
import * as z from "zod";
import * as mini from "zod/mini";

const digits = /^\d+$/;
const positive = (text) => BigInt(text) > 0n;
const cases = {
  "regex, refine": [z.string().regex(digits).refine(positive), "ten"],
  "regex, overwrite (mini)": [
    mini.string().check(
      mini.regex(digits),
      mini.overwrite((text) => String(BigInt(text))),
    ),
    "ten",
  ],
  "a refinement of the object": [
    z.object({ size: z.string().regex(digits) }).refine(({ size }) => positive(size)),
    { size: "ten" },
  ],
  "regex, transform": [z.string().regex(digits).transform(BigInt), "ten"],
  "regex with abort, refine": [z.string().regex(digits, { abort: true }).refine(positive), "ten"],
};
const found = Object.entries(cases).map(([name, [schema, value]]) => {
  let how;
  try {
    how = schema.safeParse(value).success ? "accepted" : "refused";
  } catch (error) {
    how = `throws ${error.constructor.name}`;
  }
  console.log(`${name}: ${how}`);
  return how;
});
process.exit(found.join() === "throws SyntaxError,throws SyntaxError,throws SyntaxError,refused,refused" ? 0 : 1);
JS
node play.mjs
