// SPDX-License-Identifier: MIT

/** The lines of a journal that is whole, in their order; `readJournal` says of one that is not which line is none. */
export function entriesOf<T>(journal: string): T[] {
  const lines = journal.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => JSON.parse(line) as T);
}
