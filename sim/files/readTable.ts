// SPDX-License-Identifier: MIT
import { Clock } from "./Clock.js";
import { FileError } from "./FileError.js";
import { numberOf } from "./numberOf.js";
import { readText } from "./readText.js";
import { Row } from "./Row.js";
import { splitRows } from "./splitRows.js";

/** A form of table. */
export interface Form {
  /** The columns that it needs, of those that it may have. */
  needs: readonly string[];
  /** All columns in order, of a form that also comes without a header. */
  bare?: readonly string[];
}

/**
 * Calls `each` for the rows of a CSV file in one of these forms, in their order; the file's own number of rows is not
 * held in memory. Cells may be quoted, lines end as they like, columns are named in any case and order, others are
 * ignored. `text`: what is in the file, where it is known.
 */
export function readTable(
  file: string,
  forms: readonly Form[],
  each: (row: Row, form: Form) => void,
  text = readText(file),
): void {
  const clock = new Clock();
  let head: { form: Form; columns: ReadonlyMap<string, number>; cells: readonly string[] | undefined } | undefined;
  let rows = 0;
  const take = (cells: string[], line: number) => {
    if (head === undefined) {
      head = headOf(file, line, cells, forms);
      if (head.cells !== undefined) return;
    }
    const width = head.cells?.length ?? head.form.bare!.length;
    const row = new Row(file, line, head.columns, cells, clock);
    if (cells.length !== width) {
      row.fail(`has ${cells.length} cells instead of ${width}: is the line cut off, or a comma within a number?`);
    }
    if (head.cells?.every((cell, i) => cell === cells[i]))
      row.fail("is the header again: files were joined; remove the line");
    ++rows;
    each(row, head.form);
  };
  splitRows(file, text, take);
  if (rows === 0) throw new FileError(file, undefined, "has no rows");
}

function headOf(file: string, line: number, cells: readonly string[], forms: readonly Form[]) {
  if (cells.length === 1) {
    const other = [";", "\t", "|"].find((each) => cells[0]!.includes(each));
    if (other !== undefined) {
      throw new FileError(file, line, `cells are separated by ${JSON.stringify(other)}: separate them by commas`);
    }
  }
  if (cells.every((cell) => cell === "" || typeof numberOf(cell) === "number")) {
    const form = forms.find(({ bare }) => bare?.length === cells.length);
    if (form) return { form, columns: new Map(form.bare!.map((name, i) => [name, i])), cells: undefined };
    throw new FileError(file, line, `there is no header: begin the file with ${wanted(forms)}`);
  }
  const names = cells.map((cell) => cell.toLowerCase().replace(/[\s_]+/g, "_"));
  const form = forms.find(({ needs }) => needs.every((name) => names.includes(name)));
  // Trades and candles of other exchanges: cells of a row repeat each other, and name no column.
  if (!form && cells.some((cell) => typeof numberOf(cell) === "number")) {
    throw new FileError(file, line, `there is no header: begin the file with ${wanted(forms)}`);
  }
  const doubled = names.find((name, i) => name !== "" && names.indexOf(name) !== i);
  if (doubled !== undefined) throw new FileError(file, line, `there are two columns ${doubled}: leave one of both out`);
  if (form) return { form, columns: new Map(names.map((name, i) => [name, i])), cells };
  const missing = forms.map(({ needs }) => needs.filter((name) => !names.includes(name)));
  const nearest = missing.reduce((best, each) => (each.length < best.length ? each : best));
  throw new FileError(file, line, `column ${nearest.join(", ")} is missing; the header should be ${wanted(forms)}`);
}

function wanted(forms: readonly Form[]): string {
  return forms.map(({ needs, bare }) => (bare ?? needs).join(",")).join(" or ");
}
