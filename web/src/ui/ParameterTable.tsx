// SPDX-License-Identifier: MIT
import type { ParameterRow } from "../data/parameters";
import { parameterValue } from "../format/parameter";
import { parametersText as text } from "../text/parameters";
import { Table, type Column } from "./Table";

export interface ParameterTableProps {
  readonly caption: string;
  readonly rows: readonly ParameterRow[];
}

/** Parameters with what they mean, as they are, and between what the contracts hold them. */
export function ParameterTable({ caption, rows }: ParameterTableProps) {
  const { columns } = text;
  const value = (amount: bigint, { unit }: ParameterRow) => (
    <span title={`${amount} ${unit}`}>{parameterValue(amount, unit)}</span>
  );
  const list: Column<ParameterRow>[] = [
    {
      key: "name",
      title: columns.name,
      left: true,
      cell: ({ name }) => (
        <span className="block max-w-md min-w-36 whitespace-normal">
          <span className="font-medium">{text.meanings[name]?.label ?? name}</span>{" "}
          <code className="text-2xs text-soft">{name}</code>
          <span className="block text-2xs text-soft">{text.meanings[name]?.meaning}</span>
        </span>
      ),
    },
    { key: "value", title: columns.value, cell: (row) => <b className="font-medium">{value(row.value, row)}</b> },
    { key: "low", title: columns.low, hint: text.boundsHint, cell: (row) => value(row.low, row) },
    { key: "high", title: columns.high, hint: text.boundsHint, cell: (row) => value(row.high, row) },
  ];
  return <Table caption={caption} columns={list} rows={rows} keyOf={({ name }) => name} />;
}
