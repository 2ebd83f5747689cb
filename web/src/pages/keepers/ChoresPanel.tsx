// SPDX-License-Identifier: MIT
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useHere } from "../../chain/useHere";
import type { VenueView } from "../../data/lens";
import { money, span, UNKNOWN } from "../../format";
import { keepersText as text } from "../../text/keepers";
import { Age, Panel, Table, type Column } from "../../ui";
import { Act } from "../../ui/Act";
import { useBatch } from "./useDuties";

export interface ChoresPanelProps {
  readonly venue: UseQueryResult<VenueView>;
  readonly now: bigint | undefined;
}

interface Chore {
  readonly name: string;
  readonly state: string;
  readonly act: ReactNode;
}

/** Calls that pay nothing: a batch of redeems that is due, fees that wait to be split. */
export function ChoresPanel({ venue, now }: ChoresPanelProps) {
  const { deployment } = useHere();
  const batch = useBatch();
  const oldest = batch.data;
  const id = oldest ? String(oldest.id) : UNKNOWN;
  const left = oldest && now !== undefined ? oldest.dueAt - now : undefined;
  const state =
    oldest === undefined
      ? UNKNOWN
      : oldest === null
        ? text.noBatch
        : text.batchOf(id, left === undefined ? UNKNOWN : left > 0n ? span(left) : text.dueNow);
  const fees = venue.data?.fees;
  const rows: Chore[] = [
    {
      name: text.batch,
      state,
      act: (
        <Act
          of="processBatch"
          label={text.calls.processBatch}
          subject={text.batch}
          sentence={text.sentences.processBatch(id)}
          closed={!oldest ? text.closed.noBatch : left === undefined || left > 0n ? text.closed.notDue : undefined}
          call={() => callOf(calls.processBatch(deployment.vault))}
        />
      ),
    },
    {
      name: text.fees,
      state: money(fees),
      act: (
        <Act
          of="collectFees"
          label={text.calls.collectFees}
          subject={text.fees}
          sentence={text.sentences.collectFees}
          closed={fees === undefined || fees === 0n ? text.closed.noFees : undefined}
          call={() => callOf(calls.collectFees(deployment.clearinghouse))}
        />
      ),
    },
  ];
  const list: Column<Chore>[] = [
    { key: "name", title: text.choreColumns.name, left: true, cell: ({ name }) => name },
    { key: "state", title: text.choreColumns.state, cell: (chore) => chore.state },
    { key: "actions", title: text.choreColumns.actions, cell: ({ act }) => act },
  ];
  return (
    <Panel
      title={text.chores}
      flush
      aside={<Age at={Math.min(batch.dataUpdatedAt, venue.dataUpdatedAt)} staleAfter={20_000} of={text.chores} />}
    >
      <p className="border-b border-line px-3 py-2 text-xs text-soft">{text.choresHelp}</p>
      <Table caption={text.chores} columns={list} rows={rows} keyOf={({ name }) => name} />
    </Panel>
  );
}
