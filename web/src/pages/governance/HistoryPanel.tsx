// SPDX-License-Identifier: MIT
import { useState } from "react";
import type { UseQueryResult } from "@tanstack/react-query";
import { useHere } from "../../chain/useHere";
import { moment } from "../../format";
import { governanceText as text } from "../../text/governance";
import { parametersText } from "../../text/parameters";
import { uiText } from "../../text/ui";
import { Age, Button, EmptyState, Panel, Shown, Table, type Column } from "../../ui";
import { Select } from "../../ui/Select";
import { changeText } from "./changes";
import { scopeText } from "./scopes";
import type { ChangeRow, Governed } from "./useGovernance";

const PAGE = 25;
const ALL = "all";

export interface HistoryPanelProps {
  readonly governed: UseQueryResult<Governed>;
  readonly scopes: readonly { readonly value: string; readonly label: string }[];
}

/** Each value that governance changed. */
export function HistoryPanel({ governed, scopes }: HistoryPanelProps) {
  const { markets } = useHere().deployment;
  const [scope, setScope] = useState(ALL);
  const [shown, setShown] = useState(PAGE);
  const { historyColumns: columns } = text;
  const list: Column<ChangeRow>[] = [
    { key: "time", title: columns.time, left: true, cell: ({ time }) => moment(time) },
    { key: "scope", title: columns.scope, left: true, cell: (row) => scopeText(row.scope, markets) },
    {
      key: "name",
      title: columns.name,
      left: true,
      cell: ({ name }) => (
        <>
          {parametersText.meanings[name]?.label ?? name} <code className="text-2xs text-soft">{name}</code>
        </>
      ),
    },
    {
      key: "change",
      title: columns.change,
      cell: ({ scope: of, name, before, after }) => (
        <span title={text.changes(before ?? text.first, after)}>
          {text.changes(changeText(of, name, before), changeText(of, name, after))}
        </span>
      ),
    },
  ];
  return (
    <Panel title={text.history} flush aside={<Age at={governed.dataUpdatedAt} staleAfter={30_000} of={text.history} />}>
      <div className="flex flex-wrap items-end justify-between gap-2 border-b border-line px-3 py-2">
        <p className="text-xs text-soft">{text.historyHelp}</p>
        <Select
          label={text.of}
          value={scope}
          options={[{ value: ALL, label: text.all }, ...scopes]}
          onChange={setScope}
        />
      </div>
      <Shown query={governed}>
        {({ parameters }) => {
          const rows = parameters.filter((row) => scope === ALL || row.scope === scope);
          return (
            <>
              <Table
                caption={text.history}
                columns={list}
                rows={rows.slice(0, shown)}
                keyOf={({ id }) => id}
                empty={<EmptyState>{text.noHistory}</EmptyState>}
              />
              {rows.length > shown && (
                <div className="p-2 text-center">
                  <Button small onClick={() => setShown(shown + PAGE)}>
                    {uiText.more}
                  </Button>
                </div>
              )}
            </>
          );
        }}
      </Shown>
    </Panel>
  );
}
