// SPDX-License-Identifier: MIT
import { writeFileSync } from "node:fs";
import { FileError } from "./FileError.js";

/** Writes a file that an option names. */
export function writeText(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new FileError(file, undefined, `cannot be written: ${(error as Error).message}`);
  }
}
