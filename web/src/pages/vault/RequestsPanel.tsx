// SPDX-License-Identifier: MIT
import { useState } from "react";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useClosed } from "../../chain/useClosed";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import { exact, moment, span, tokens as showTokens, UNKNOWN } from "../../format";
import { vaultText as text } from "../../text/vault";
import { Button, EmptyState, Panel, Table, type Column } from "../../ui";
import { Review } from "../../ui/Review";
import type { HolderView, VaultView } from "./useVault";

export interface RequestsPanelProps {
  readonly me: MyAccount;
  readonly vault: VaultView;
  readonly holder: HolderView;
  readonly symbol: string;
  readonly now: bigint | undefined;
}

type Request = HolderView["requests"][number];

/** A holder's requests, and what of them can be claimed. */
export function RequestsPanel({ me, vault, holder, symbol, now }: RequestsPanelProps) {
  const { vault: address, tokenDecimals } = useHere().deployment;
  const [reviewed, setReviewed] = useState<{ readonly shares: bigint; readonly assets: bigint }>();
  const chainClosed = useClosed();
  const { maxRedeem, maxWithdraw, requests } = holder;
  const closed = chainClosed ?? (maxRedeem === 0n ? text.closed.nothing : undefined);
  const { requestColumns: columns } = text;
  const shares = (units: bigint) => (
    <span title={exact(units, vault.decimals)}>{showTokens(units, vault.decimals, 2)}</span>
  );
  const list: Column<Request>[] = [
    { key: "batch", title: columns.batch, left: true, cell: ({ id }) => `#${id}` },
    { key: "pending", title: columns.pending, cell: ({ pending }) => shares(pending) },
    { key: "claimable", title: columns.claimable, cell: ({ claimable }) => shares(claimable) },
    { key: "due", title: columns.due, cell: ({ dueAt }) => moment(dueAt) },
    {
      key: "left",
      title: columns.left,
      cell: ({ dueAt, pending }) =>
        pending === 0n || now === undefined ? UNKNOWN : now >= dueAt ? text.dueNow : span(dueAt - now),
    },
  ];
  const amount = reviewed === undefined ? "" : `${exact(reviewed.assets, tokenDecimals)} ${symbol}`;
  return (
    <Panel
      title={text.requests}
      flush
      aside={
        <Button
          small
          kind={maxRedeem > 0n ? "primary" : "plain"}
          closed={closed}
          onClick={() => setReviewed({ shares: maxRedeem, assets: maxWithdraw })}
        >
          {maxRedeem > 0n ? `${text.claim} ${showTokens(maxWithdraw, tokenDecimals)} ${symbol}` : text.claim}
        </Button>
      }
    >
      <Table
        caption={text.requests}
        columns={list}
        rows={requests}
        keyOf={({ id }) => String(id)}
        empty={<EmptyState>{text.noRequests}</EmptyState>}
      />
      {reviewed && (
        <Review
          of="claim"
          title={`${text.claim} ${amount}`}
          sentence={text.claimSentence(amount)}
          lines={[
            { label: text.lines.gives, value: exact(reviewed.shares, vault.decimals) },
            { label: text.lines.receives, value: amount },
            { label: text.lines.gas, value: text.lines.gasNote },
          ]}
          steps={[
            {
              title: text.stepClaim(amount),
              call: () => callOf(calls.claim(address, reviewed.shares, me.owner, me.owner)),
            },
          ]}
          action={text.claim}
          closed={chainClosed}
          onClose={() => setReviewed(undefined)}
        />
      )}
    </Panel>
  );
}
