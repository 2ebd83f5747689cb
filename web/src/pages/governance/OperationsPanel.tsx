// SPDX-License-Identifier: MIT
import type { UseQueryResult } from "@tanstack/react-query";
import type { Hex } from "viem";
import { accessManagerAbi } from "../../../../sdk/abis/accessManager.js";
import { callOf } from "../../chain/callOf";
import { useHere } from "../../chain/useHere";
import { useMyAccount } from "../../chain/useMyAccount";
import { address, moment, span, UNKNOWN } from "../../format";
import { governanceText as text } from "../../text/governance";
import { Age, EmptyState, Panel, Shown, Table, type Column } from "../../ui";
import { Act } from "../../ui/Act";
import { describe, stateOf } from "./operations";
import { parametersOf, scopeText } from "./scopes";
import type { Governed, OperationRow, Parameters } from "./useGovernance";

export interface OperationsPanelProps {
  readonly governed: UseQueryResult<Governed>;
  readonly parameters: Parameters | undefined;
  readonly authority: { readonly expiration: bigint } | undefined;
  readonly now: bigint | undefined;
}

/** What is announced with the time that is left, and what became of the rest. */
export function OperationsPanel({ governed, parameters, authority, now }: OperationsPanelProps) {
  const { deployment } = useHere();
  const me = useMyAccount();
  const { authority: manager, markets } = deployment;
  const { operationColumns: columns, pastColumns } = text;
  const described = ({ data }: OperationRow) =>
    describe(data as Hex, (scope) => parameters && parametersOf(scope, parameters));
  const what = (row: OperationRow) => {
    const { name, scope, lines } = described(row);
    return (
      <span className="block max-w-md min-w-48 whitespace-normal">
        <span className="font-medium">{name ?? address(row.target)}</span>
        {scope !== undefined && <span className="text-soft"> · {scopeText(scope, markets)}</span>}
        {lines.map((line) => (
          <span key={line} className="block text-2xs break-words text-soft">
            {line}
          </span>
        ))}
      </span>
    );
  };
  const state = (row: OperationRow) =>
    now === undefined || authority === undefined ? undefined : stateOf(BigInt(row.readyAt), authority.expiration, now);
  const list: Column<OperationRow>[] = [
    { key: "what", title: columns.what, left: true, cell: what },
    {
      key: "by",
      title: columns.by,
      left: true,
      cell: ({ caller }) => <span title={caller}>{address(caller)}</span>,
      wide: true,
    },
    { key: "state", title: columns.state, left: true, cell: (row) => text.states[state(row) ?? ""] ?? UNKNOWN },
    {
      key: "left",
      title: columns.left,
      cell: (row) => {
        const ready = BigInt(row.readyAt);
        const stands = state(row);
        if (now === undefined || authority === undefined || stands === "lapsed") return moment(ready);
        if (stands === "waits") return <span title={moment(ready)}>{text.readyIn(span(ready - now))}</span>;
        return text.lapsesIn(span(ready + authority.expiration - now));
      },
    },
    {
      key: "actions",
      title: columns.actions,
      cell: (row) => {
        const name = described(row).name ?? address(row.target);
        const yours = me?.owner.toLowerCase() === row.caller.toLowerCase();
        const stands = state(row);
        const early = stands === "waits" ? text.notYet : stands === "lapsed" ? text.lapsed : undefined;
        const contract = { address: manager, abi: accessManagerAbi } as const;
        const [target, data] = [row.target as Hex, row.data as Hex];
        return (
          <span className="inline-flex gap-1">
            <Act
              of={`execute-${row.id}`}
              label={text.execute}
              subject={name}
              sentence={text.executeSentence([name, ...described(row).lines].join(", "))}
              reward={null}
              closed={yours ? early : text.notYours}
              call={() => callOf({ ...contract, functionName: "execute", args: [target, data] })}
            />
            <Act
              of={`cancel-${row.id}`}
              label={text.cancel}
              subject={name}
              sentence={text.cancelSentence([name, ...described(row).lines].join(", "))}
              reward={null}
              call={() => callOf({ ...contract, functionName: "cancel", args: [row.caller as Hex, target, data] })}
            />
          </span>
        );
      },
    },
  ];
  const past: Column<OperationRow>[] = [
    { key: "what", title: pastColumns.what, left: true, cell: what },
    { key: "state", title: pastColumns.state, left: true, cell: (row) => text.ended[row.state] },
    { key: "time", title: pastColumns.time, cell: ({ endedAt, readyAt }) => moment(endedAt ?? readyAt) },
  ];
  const isPending = (row: OperationRow) => row.state === "SCHEDULED" && state(row) !== "lapsed";
  return (
    <Panel
      title={text.operations}
      flush
      aside={<Age at={governed.dataUpdatedAt} staleAfter={30_000} of={text.operations} />}
    >
      <p className="border-b border-line px-3 py-2 text-xs text-soft">{text.operationsHelp}</p>
      <Shown query={governed}>
        {({ operations }) => (
          <>
            <Table
              caption={text.operations}
              columns={list}
              rows={operations.filter(isPending)}
              keyOf={({ id }) => id}
              empty={<EmptyState>{text.noOperations}</EmptyState>}
            />
            <details className="border-t border-line">
              <summary className="min-h-8 cursor-pointer px-3 py-2 text-xs text-soft">{text.past}</summary>
              <Table
                caption={text.past}
                columns={past}
                rows={operations.filter((row) => !isPending(row))}
                keyOf={({ id }) => id}
                empty={<EmptyState>{text.noPast}</EmptyState>}
              />
            </details>
          </>
        )}
      </Shown>
    </Panel>
  );
}
