// SPDX-License-Identifier: MIT
import { useState } from "react";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useClosed } from "../../chain/useClosed";
import { useHere } from "../../chain/useHere";
import { exact, moment, span, tokens as showTokens, UNKNOWN } from "../../format";
import { vaultText as text } from "../../text/vault";
import { Button, EmptyState, Panel, Table, type Column } from "../../ui";
import { Review } from "../../ui/Review";
import { merged, stateOf, type BatchView } from "./batches";
import type { VaultView } from "./useVault";

const SHOWN = 12;

export interface BatchesPanelProps {
  readonly vault: VaultView;
  /** Of the indexer; undefined when it is away. */
  readonly past: readonly BatchView[] | undefined;
  readonly now: bigint | undefined;
}

/** Batches of redeems with their times. Anyone prices the oldest one that is due. */
export function BatchesPanel({ vault, past, now }: BatchesPanelProps) {
  const { vault: address, tokenDecimals } = useHere().deployment;
  const [reviewed, setReviewed] = useState<bigint>();
  const chainClosed = useClosed();
  const { batchColumns: columns } = text;
  const next = vault.open[0]?.id;
  const flows = vault.redeemFlows;
  const list: Column<BatchView>[] = [
    { key: "id", title: columns.id, left: true, cell: ({ id }) => `#${id}` },
    {
      key: "state",
      title: columns.state,
      left: true,
      cell: (batch) => (now === undefined ? UNKNOWN : text.batchStates[stateOf(batch, now)]),
    },
    {
      key: "shares",
      title: columns.shares,
      cell: ({ shares }) => <span title={exact(shares, vault.decimals)}>{showTokens(shares, vault.decimals, 2)}</span>,
    },
    {
      key: "priced",
      title: columns.priced,
      cell: ({ pricedShares }) => showTokens(pricedShares, vault.decimals, 2),
      wide: true,
    },
    { key: "paid", title: columns.paid, cell: ({ assets }) => showTokens(assets, tokenDecimals) },
    { key: "opened", title: columns.opened, cell: ({ openedAt }) => moment(openedAt), wide: true },
    { key: "closes", title: columns.closes, cell: ({ closesAt }) => moment(closesAt) },
    {
      key: "due",
      title: columns.due,
      cell: ({ dueAt, ...batch }) => (
        <>
          {moment(dueAt)}
          {now !== undefined && now < dueAt && batch.pricedShares < batch.shares && (
            <span className="block text-2xs text-soft">{span(dueAt - now)}</span>
          )}
        </>
      ),
    },
    {
      key: "actions",
      title: columns.actions,
      cell: ({ id, dueAt }) =>
        id === next && (
          <Button
            small
            closed={
              chainClosed ??
              (now === undefined || now < dueAt ? text.processClosed : undefined) ??
              (flows === "OPEN" ? undefined : `${text.redeemsClosed}: ${text.reasons[flows]}`)
            }
            onClick={() => setReviewed(id)}
          >
            {text.process}
          </Button>
        ),
    },
  ];
  return (
    <Panel title={text.batches} flush>
      <p className="border-b border-line px-3 py-2 text-xs text-soft">
        {text.batchesHelp} {text.times(span(vault.window), span(vault.cooldown))}
        {past === undefined && ` ${text.indexerAway}`}
      </p>
      <Table
        caption={text.batches}
        columns={list}
        rows={merged(vault.open, past ?? []).slice(0, SHOWN)}
        keyOf={({ id }) => String(id)}
        empty={<EmptyState>{text.noBatches}</EmptyState>}
      />
      {reviewed !== undefined && (
        <Review
          of="processBatch"
          title={text.stepProcess(String(reviewed))}
          sentence={text.processSentence(String(reviewed))}
          lines={[{ label: text.lines.gas, value: text.lines.gasNote }]}
          steps={[{ title: text.stepProcess(String(reviewed)), call: () => callOf(calls.processBatch(address)) }]}
          action={text.process}
          closed={chainClosed}
          onClose={() => setReviewed(undefined)}
        />
      )}
    </Panel>
  );
}
