// SPDX-License-Identifier: MIT
import { useEffect } from "react";
import { forget, useTransactions, type Entry } from "../chain/transactions";
import { isRunning } from "../chain/transaction";
import { useHere } from "../chain/useHere";
import { address } from "../format";
import { chainText } from "../text/chain";
import { uiText } from "../text/ui";
import { Button, Spinner } from "./Button";
import { classes } from "./classes";

const SHOWN = 4;
/** What went well makes room by itself after a while, ms: it lies above the page's corner. */
const LEAVES = 8_000;
const GOOD = new Set(["mined"]);
const BAD = new Set(["reverted", "failed", "dropped"]);

/** What becomes of each transaction of the page: every one ends. What failed is dismissed by hand. */
export function Toasts() {
  const entries = useTransactions();
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-2 bottom-9 z-40 flex flex-col items-end gap-2 sm:left-auto sm:w-96"
    >
      {entries.slice(-SHOWN).map((entry) => (
        <Toast key={entry.key} entry={entry} />
      ))}
    </div>
  );
}

function Toast({ entry: { key, title, state } }: { readonly entry: Entry }) {
  const { stage } = state;
  useEffect(() => {
    if (!GOOD.has(stage)) return;
    const timer = setTimeout(() => forget(key), LEAVES);
    return () => clearTimeout(timer);
  }, [key, stage]);
  const tone = GOOD.has(state.stage) ? "border-long/50" : BAD.has(state.stage) ? "border-bad/50" : "border-edge";
  return (
    <div
      data-stage={state.stage}
      className={classes("pointer-events-auto w-full rounded border bg-panel px-3 py-2 text-xs shadow-lg", tone)}
    >
      <div className="flex items-start justify-between gap-2">
        <span className="font-medium">{title}</span>
        {!isRunning(state) && (
          <Button kind="quiet" small aria-label={uiText.dismiss} onClick={() => forget(key)}>
            ✕
          </Button>
        )}
      </div>
      <div className="flex items-center gap-2 text-soft">
        {isRunning(state) && <Spinner />}
        <span>{sentenceOfState(state)}</span>
      </div>
      {"hash" in state && <TransactionLink hash={("replacedBy" in state && state.replacedBy) || state.hash} />}
    </div>
  );
}

export function sentenceOfState(state: Entry["state"]): string {
  const { stages } = chainText;
  switch (state.stage) {
    case "idle":
      return "";
    case "mined":
      return `${state.replacedBy ? stages.replaced : stages.mined}, ${chainText.block} ${state.block}`;
    case "reverted":
      return `${stages.reverted}: ${state.told.sentence}`;
    case "rejected":
    case "failed":
      return state.told.sentence;
    case "signing":
    case "submitted":
    case "cancelled":
    case "dropped":
      return stages[state.stage];
  }
}

function TransactionLink({ hash }: { readonly hash: string }) {
  const { explorer } = useHere().services;
  if (explorer === undefined) return <code className="text-2xs text-soft">{address(hash)}</code>;
  return (
    <a className="text-accent underline" href={`${explorer}/tx/${hash}`} target="_blank" rel="noreferrer noopener">
      {address(hash)}
    </a>
  );
}
