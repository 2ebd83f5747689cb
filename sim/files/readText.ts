// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { FileError } from "./FileError.js";

/** What a file begins with that is no text, and what to do about it. */
const PACKED: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x1f, 0x8b], "is packed by gzip: unpack it first (gunzip)"],
  [[0x50, 0x4b, 0x03, 0x04], "is a zip archive or a spreadsheet: unpack it first (unzip), or export it as CSV"],
  [[0x42, 0x5a, 0x68], "is packed by bzip2: unpack it first (bunzip2)"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "is packed by xz: unpack it first (unxz)"],
  [[0x28, 0xb5, 0x2f, 0xfd], "is packed by zstd: unpack it first (unzstd)"],
  [[0x50, 0x41, 0x52, 0x31], "is a Parquet file: export it as CSV"],
  [[0xff, 0xfe], "is UTF-16: save it as UTF-8"],
  [[0xfe, 0xff], "is UTF-16: save it as UTF-8"],
];

/**
 * The text of a CSV file in UTF-8, without a byte order mark and with lines that end in "\n". `takesJson`: or of a JSON
 * file.
 */
export function readText(file: string, takesJson = false): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new FileError(file, undefined, `cannot be read: ${(error as Error).message}`);
  }
  const packed = PACKED.find(([start]) => start.every((byte, i) => bytes[i] === byte));
  if (packed) throw new FileError(file, undefined, packed[1]);
  if (bytes.includes(0)) throw new FileError(file, undefined, "is no text: give a CSV file in UTF-8");
  const text = decoded(file, bytes).replace(/\r\n?/g, "\n");
  const start = text.trimStart().slice(0, 1);
  if (start === "") throw new FileError(file, undefined, "is empty");
  if (start === "<") throw new FileError(file, 1, "is a web page, not CSV: was the download refused?");
  if (!takesJson && isJson(text)) throw new FileError(file, 1, "is JSON, not CSV: write its rows as CSV");
  return text;
}

/** Does it begin as JSON does, and as no table? */
export function isJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}

function decoded(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === "ERR_ENCODING_INVALID_ENCODED_DATA"
        ? "is not UTF-8: save it as UTF-8"
        : `cannot be read: ${message}; split it`;
    throw new FileError(file, undefined, why);
  }
}
