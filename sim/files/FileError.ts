// SPDX-License-Identifier: MIT
import { OptionError } from "../../tools/options.js";

/** A file or a row of it that cannot be used; the message says where, why, and what to do. Ends a command with 2. */
export class FileError extends OptionError {
  constructor(file: string, line: number | undefined, what: string) {
    super(`${file}${line === undefined ? "" : `:${line}`}: ${what}`);
  }
}
