// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of a test's files, gone after it. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), "lab-"));
  return {
    path,
    write: (text: string | Uint8Array, name = "rows.csv") => {
      const file = join(path, name);
      writeFileSync(file, text);
      return file;
    },
    remove: () => rmSync(path, { recursive: true }),
  };
}
