// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";
import { classes } from "./classes";

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Texts stand left, numbers right. */
  readonly left?: boolean;
  /** What the column means. */
  readonly hint?: string;
  /** Not shown where the window is narrow. */
  readonly wide?: boolean;
}

export interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Instead of rows, when there are none. */
  readonly empty?: ReactNode;
  readonly marked?: (row: Row) => boolean;
}

/** A table that scrolls by itself where it is too wide, by keyboard too. `relative`: hidden texts scroll with it. */
export function Table<Row>({ caption, columns, rows, keyOf, empty, marked }: TableProps<Row>) {
  if (rows.length === 0 && empty) return <>{empty}</>;
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={caption}>
      <table className="w-full border-collapse text-xs">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="text-2xs text-soft">
            {columns.map(({ key, title, left, hint, wide }) => (
              <th
                key={key}
                scope="col"
                title={hint}
                className={classes(
                  "sticky top-0 bg-panel px-3 py-1.5 font-normal whitespace-nowrap",
                  left ? "text-left" : "text-right",
                  wide && "hidden lg:table-cell",
                )}
              >
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={keyOf(row)}
              className={classes("border-t border-line hover:bg-raised", marked?.(row) && "bg-raised")}
            >
              {columns.map(({ key, cell, left, wide }) => (
                <td
                  key={key}
                  className={classes(
                    "px-3 py-1.5 whitespace-nowrap",
                    left ? "text-left" : "text-right",
                    wide && "hidden lg:table-cell",
                  )}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
