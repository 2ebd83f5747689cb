// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";
import { Link } from "wouter";
import { OtherChain, useChainNow, useHead } from "../chain/head";
import { useIndexerHealth, useRelayHealth, useStreamState } from "../data/useServices";
import { clock, count, span } from "../format";
import { appText } from "../text/app";
import { dataText as text } from "../text/data";
import { classes } from "../ui/classes";

/** A chain without a new block for so long is told, seconds of real time. */
const QUIET = 60_000;
/** Blocks that a service may be behind without being marked. */
const LAG = 3;

/** The head of the chain against indexer and relay: always there, so that old data is never taken for new. */
export function StatusBar() {
  const head = useHead();
  const indexer = useIndexerHealth();
  const relay = useRelayHealth();
  const stream = useStreamState();
  const now = useChainNow();
  const number = head.data?.number;
  const quiet = head.data ? Date.now() - head.data.seenAt : 0;
  return (
    // Two rows on a phone, one elsewhere, whatever the numbers: a bar that wraps would move with each block.
    <footer className="sticky bottom-0 z-30 flex flex-wrap items-center gap-x-4 border-t border-line bg-panel px-3 py-1 text-2xs text-soft sm:flex-nowrap">
      <div className="flex min-h-5 w-full min-w-0 flex-wrap items-center gap-x-2 sm:w-auto sm:gap-x-4">
        <Light name={text.status.chain} good={!head.error && quiet < QUIET}>
          {head.error instanceof OtherChain && text.status.otherChain}
          {head.error && !(head.error instanceof OtherChain) && text.status.away}
          {!head.error && number !== undefined && text.status.block(count(number))}
          {!head.error && quiet >= QUIET && ` · ${text.status.stopped(span(quiet / 1_000))}`}
        </Light>
        <Light
          name={text.status.indexer}
          good={indexer.data?.status === "ok" && lagOf(number, indexer.data.indexed) <= LAG}
        >
          {indexer.error ? (
            text.status.away
          ) : (
            <Lag head={number} at={indexer.data?.indexed} word={indexer.data?.status} />
          )}
        </Light>
        <Light
          name={text.status.relay}
          good={
            relay.data?.health.ok === true && stream !== "connecting" && lagOf(number, relay.data.health.block) <= LAG
          }
        >
          {relay.error ? text.status.away : <Lag head={number} at={relay.data?.health.block} word={undefined} />}
        </Light>
      </div>
      <span className="ml-auto whitespace-nowrap" title={appText.chainTime}>
        <span className="sr-only">{appText.chainTime}: </span>
        {now === undefined ? "" : clock(now)}
      </span>
      <Link to="/status" className="inline-flex min-h-6 items-center underline">
        {appText.details}
      </Link>
    </footer>
  );
}

function lagOf(head: bigint | undefined, at: number | undefined): number {
  return head === undefined || at === undefined ? 0 : Math.max(0, Number(head) - at);
}

function Lag({
  head,
  at,
  word,
}: {
  readonly head: bigint | undefined;
  readonly at: number | undefined;
  readonly word: string | undefined;
}) {
  const lag = lagOf(head, at);
  if (word !== undefined && word !== "ok") return <>{word}</>;
  if (at === undefined) return <>…</>;
  return <>{lag <= LAG ? text.status.block(count(at)) : text.status.behind(count(lag))}</>;
}

function Light({
  name,
  good,
  children,
}: {
  readonly name: string;
  readonly good: boolean;
  readonly children: ReactNode;
}) {
  return (
    <span className="flex items-center gap-1.5 whitespace-nowrap">
      <span aria-hidden="true" className={classes("text-xs leading-none", good ? "text-long" : "text-warn")}>
        {good ? "●" : "▲"}
      </span>
      <span>{name}</span>
      <span className={good ? "text-ink" : "font-medium text-warn"}>{children}</span>
    </span>
  );
}
