// SPDX-License-Identifier: MIT
import { Link, useParams } from "wouter";
import { receiptsText as text } from "../../text/receipts";
import { EmptyState, Panel } from "../../ui";
import { LockList } from "./LockList";
import { lockIdText, parseLockId } from "./lockId";
import { ReceiptDetail } from "./ReceiptDetail";

export default function ReceiptsPage() {
  const { lock: asked } = useParams<{ lock?: string }>();
  if (asked === undefined) {
    return (
      <>
        <h1 className="sr-only">{text.title}</h1>
        <LockList />
      </>
    );
  }
  const lock = parseLockId(asked);
  if (lock !== undefined) return <ReceiptDetail key={lockIdText(lock)} lock={lock} />;
  return (
    <Panel title={text.title}>
      <EmptyState
        action={
          <Link className="text-accent underline" to="/receipts">
            {text.back}
          </Link>
        }
      >
        {text.badId}
      </EmptyState>
    </Panel>
  );
}
