// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from "react";
import { useConfig } from "wagmi";
import { useHere } from "../../chain/useHere";
import { readerOf } from "../../chain/reader";
import { count, percent } from "../../format";
import { receiptsText as text } from "../../text/receipts";
import { Banner, Button, ErrorState, Panel, Table } from "../../ui";
import { compare, type Difference } from "./compare";
import type { LockId } from "./lockId";
import type { ReceiptRows } from "./rows";
import type { Verified } from "./verifyLock";

export interface VerifyPanelProps {
  readonly lock: LockId;
  /** What the indexer says, if it does. */
  readonly rows: ReceiptRows | undefined;
  readonly onVerified: (verified: Verified) => void;
}

type Stage =
  | { readonly kind: "idle" }
  | { readonly kind: "running"; readonly part: number }
  | { readonly kind: "done"; readonly verified: Verified }
  | { readonly kind: "failed"; readonly failure: unknown };

/** Recomputes the receipt in the browser, from the chain's events alone. */
export function VerifyPanel({ lock, rows, onVerified }: VerifyPanelProps) {
  const config = useConfig();
  const here = useHere();
  const [stage, setStage] = useState<Stage>({ kind: "idle" });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const verify = async () => {
    const controller = (running.current = new AbortController());
    setStage({ kind: "running", part: 0 });
    try {
      const { verifyLock } = await import("./verifyLock"); // the SDK's rules: only whoever verifies loads them
      const onProgress = (part: number) => setStage({ kind: "running", part });
      const verified = await verifyLock(readerOf(config), here, lock, onProgress, controller.signal);
      onVerified(verified);
      setStage({ kind: "done", verified });
    } catch (failure) {
      setStage(controller.signal.aborted ? { kind: "idle" } : { kind: "failed", failure });
    }
  };
  return (
    <Panel
      title={text.verify}
      aside={
        stage.kind === "running" ? (
          <Button small onClick={() => running.current?.abort()}>
            {text.verifyStop}
          </Button>
        ) : (
          <Button small kind="primary" onClick={() => void verify()}>
            {text.verify}
          </Button>
        )
      }
    >
      <p className="text-xs text-soft">{text.verifyHelp}</p>
      <div aria-live="polite" data-testid="verdict" data-stage={stage.kind} className="mt-2 grid gap-2">
        {stage.kind === "running" && (
          <>
            <p className="text-xs">{text.verifying(percent(Math.floor(stage.part * 1_000_000), 0))}</p>
            <div className="h-1.5 overflow-hidden rounded bg-raised">
              <div className="h-full bg-accent" style={{ width: `${stage.part * 100}%` }} />
            </div>
          </>
        )}
        {stage.kind === "failed" && <ErrorState failure={stage.failure} />}
        {stage.kind === "done" && <Verdict verified={stage.verified} rows={rows} />}
      </div>
    </Panel>
  );
}

function Verdict({
  verified: { receipt, events, head },
  rows,
}: {
  readonly verified: Verified;
  readonly rows: ReceiptRows | undefined;
}) {
  const { done } = receipt;
  // The indexer may be a block behind or ahead of what was read: it is compared once the lock is over.
  const differences: Difference[] = [
    ...receipt.faults.map(({ event, figure, said, expected }) => ({ where: event, figure, said, expected })),
    ...(done && rows !== undefined
      ? compare(rows, receipt).map((each) => ({ ...each, where: `${text.indexerSays}: ${each.where}` }))
      : []),
  ];
  if (differences.length === 0) {
    return (
      <Banner kind="good">
        <b>{text.verified}.</b> {done ? text.verifiedText(count(events), count(head)) : text.verifiedOpen}
      </Banner>
    );
  }
  const { faultColumns: columns } = text;
  return (
    <>
      <Banner kind="bad" urgent>
        <b>{text.differs}.</b> {text.differsText}
      </Banner>
      <Table
        caption={text.differs}
        columns={[
          { key: "where", title: columns.where, left: true, cell: ({ where }) => where },
          { key: "figure", title: columns.figure, left: true, cell: ({ figure }) => figure },
          { key: "said", title: columns.said, cell: ({ said }) => String(said) },
          { key: "expected", title: columns.expected, cell: ({ expected }) => String(expected) },
        ]}
        rows={differences.slice(0, 100)}
        keyOf={({ where, figure }) => `${where}/${figure}`}
      />
    </>
  );
}
