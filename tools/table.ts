// SPDX-License-Identifier: MIT

const digits = new Intl.NumberFormat("en-US");

/** 1234567 as 1,234,567; nothing as a dash. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? "-" : digits.format(value);
}

/** a / b with two decimals; a dash when there is nothing to compare with. */
export function ratio(a: number, b: number | null): string {
  if (!b) return "-";
  return a === 0 ? "0" : (a / b).toFixed(a / b < 0.01 ? 5 : 2);
}

/** Aligned columns; the first row is the header. Columns of figures are flush right. */
export function textTable(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const right = rows[0]!.map((_, column) => rows.slice(1).every((row) => /^[-\d.,]*$/.test(row[column]!)));
  const line = (row: string[]) =>
    row.map((cell, i) => (right[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join("  ");
  const [head, ...body] = rows.map((row) => line(row).trimEnd());
  return [head!, widths.map((width) => "-".repeat(width)).join("  "), ...body].join("\n");
}

/** The same as Markdown. */
export function markdownTable(rows: string[][]): string {
  const right = rows[0]!.map((_, column) => rows.slice(1).every((row) => /^[-\d.,]*$/.test(row[column]!)));
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const rule = line(right.map((isRight) => (isRight ? "---:" : "---")));
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)].join("\n");
}
