// SPDX-License-Identifier: MIT
import { useState } from "react";
import { Link } from "wouter";
import { useHere } from "../../chain/useHere";
import { useMyAccount } from "../../chain/useMyAccount";
import { iso, moment } from "../../format";
import { receiptsText as text } from "../../text/receipts";
import { Age, Banner, Button, Lines, Loading, Panel, sentenceOf } from "../../ui";
import { lockIdText, type LockId } from "./lockId";
import { MinePanel } from "./MinePanel";
import { PaidBar } from "./PaidBar";
import { ReceiptTables } from "./ReceiptTables";
import { useReceipt } from "./useLocks";
import { VerifyPanel } from "./VerifyPanel";
import type { Verified } from "./verifyLock";
import { viewOfReceipt, viewOfRows, type ReceiptView } from "./view";

/** One lock: who was absorbed, who paid, and the proof. */
export function ReceiptDetail({ lock }: { readonly lock: LockId }) {
  const { deployment } = useHere();
  const me = useMyAccount();
  const query = useReceipt(lockIdText(lock));
  const [verified, setVerified] = useState<Verified>();
  const rows = query.data;
  const view = rows ? viewOfRows(rows) : verified && viewOfReceipt(verified.receipt);
  const symbolOf = (market: bigint) => deployment.markets.find(({ id }) => id === market)?.symbol ?? `#${market}`;
  const markets = deployment.markets.filter(({ group }) => group === lock.group).map(({ symbol }) => symbol);
  return (
    <div className="grid gap-1.5">
      <div className="flex flex-wrap items-center gap-3 px-1">
        <Link className="text-xs text-accent underline" to="/receipts">
          {text.back}
        </Link>
        <h1 className="text-sm font-semibold">{text.name(markets.join(", "), String(lock.number))}</h1>
        <span className="text-xs text-soft">{view && (text.states[view.state] ?? view.state)}</span>
        <span className="ml-auto flex items-center gap-2">
          {rows && <Age at={query.dataUpdatedAt} staleAfter={30_000} of={text.receiptAge} />}
          <ShareLink lock={lock} />
        </span>
      </div>
      {rows === undefined && query.error && (
        <Banner kind="info">
          {sentenceOf(query.error).sentence} {verified ? text.recomputed : text.verifyFirst}
        </Banner>
      )}
      <div className="grid gap-1.5 lg:grid-cols-[minmax(0,1fr)_24rem]">
        {view ? (
          <Panel title={text.paid}>
            <PaidBar {...view} />
            <div className="mt-3 border-t border-line pt-3">
              <Times view={view} />
            </div>
          </Panel>
        ) : (
          <Panel title={text.paid}>{query.isPending ? <Loading /> : text.verifyFirst}</Panel>
        )}
        <div className="grid min-w-0 content-start gap-1.5">
          {me && view && <MinePanel view={view} owner={me.owner} symbolOf={symbolOf} />}
          <VerifyPanel lock={lock} rows={rows} onVerified={setVerified} />
        </div>
        {view && <ReceiptTables view={view} owner={me?.owner} symbolOf={symbolOf} />}
      </div>
    </div>
  );
}

function Times({ view: { lockedAt, until, settledAt, unlockedAt } }: { readonly view: ReceiptView }) {
  const { times } = text;
  const at = (seconds: bigint | undefined) =>
    seconds === undefined ? moment(undefined) : <span title={iso(seconds)}>{moment(seconds)}</span>;
  return (
    <Lines
      lines={[
        { label: times.locked, value: at(lockedAt) },
        { label: times.until, value: at(until) },
        { label: times.settled, value: at(settledAt) },
        { label: times.unlocked, value: at(unlockedAt) },
      ]}
    />
  );
}

function ShareLink({ lock }: { readonly lock: LockId }) {
  const [copied, setCopied] = useState(false);
  const link = () => `${location.href.replace(/#.*$/, "")}#/receipts/${lockIdText(lock)}`;
  return (
    <Button small onClick={() => void navigator.clipboard.writeText(link()).then(() => setCopied(true))}>
      {copied ? text.copied : text.share}
    </Button>
  );
}
