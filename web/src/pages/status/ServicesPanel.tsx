// SPDX-License-Identifier: MIT
import { OtherChain, useHead } from "../../chain/head";
import { useHere } from "../../chain/useHere";
import { Absurd } from "../../data/ask";
import { useIndexerHealth, useRelayHealth, useStreamState } from "../../data/useServices";
import { count, moment, span, UNKNOWN } from "../../format";
import { statusText as text } from "../../text/status";
import { Age, Panel, Table, sentenceOf, type Column } from "../../ui";
import { behindOf } from "./places";

/** Seconds by which clocks may differ without being told. */
const SKEW = 60;

interface Row {
  readonly name: string;
  readonly url: string;
  readonly state: string;
  readonly good: boolean;
  readonly block: bigint | number | undefined;
  readonly behind: bigint | undefined;
  readonly detail: string;
  readonly at: number;
}

/** The head of the chain against what indexer and relay know. */
export function ServicesPanel() {
  const { services, deployment } = useHere();
  const head = useHead();
  const indexer = useIndexerHealth();
  const relay = useRelayHealth();
  const stream = useStreamState();
  const number = head.data?.number;
  const health = relay.data?.health;
  const known = indexer.data;
  const rows: Row[] = [
    {
      name: text.chain,
      url: services.rpc,
      ...stateOf(head, true, head.error instanceof OtherChain ? "otherChain" : "ok"),
      block: number,
      behind: undefined,
      detail: head.error
        ? sentenceOf(head.error).sentence
        : head.data
          ? `${text.chainDetail(String(deployment.chainId), moment(head.data.time))}${skewOf(head.data)}`
          : UNKNOWN,
      at: head.dataUpdatedAt,
    },
    {
      name: text.indexer,
      url: services.indexer,
      ...stateOf(indexer, known?.status === "ok", known?.status ?? "unknown"),
      block: known?.indexed,
      behind: behindOf(number, known?.indexed),
      detail: indexer.error
        ? sentenceOf(indexer.error).sentence
        : known?.lag === undefined
          ? UNKNOWN
          : text.lag(span(Math.round(known.lag))),
      at: indexer.dataUpdatedAt,
    },
    {
      name: text.relay,
      url: services.relay,
      ...stateOf(relay, health?.ok === true, health?.ok === true ? "ok" : "unwell"),
      block: health?.block,
      behind: behindOf(number, health?.block),
      detail: relay.error
        ? sentenceOf(relay.error).sentence
        : [
            text.streams[stream] ?? stream,
            ...(health?.lookedSecondsAgo === undefined ? [] : [text.looked(span(health.lookedSecondsAgo))]),
          ].join(", "),
      at: relay.dataUpdatedAt,
    },
  ];
  return (
    <Panel title={text.services} flush>
      <Table caption={text.services} columns={columns} rows={rows} keyOf={({ name }) => name} />
    </Panel>
  );
}

const columns: Column<Row>[] = [
  {
    key: "service",
    title: text.columns.service,
    left: true,
    cell: ({ name, url }) => (
      <span title={url} className="font-medium">
        {name}
      </span>
    ),
  },
  {
    key: "state",
    title: text.columns.state,
    left: true,
    cell: ({ state, good }) => (
      <span className={good ? "text-long" : "font-medium text-warn"}>
        <span aria-hidden="true">{good ? "● " : "▲ "}</span>
        {state}
      </span>
    ),
  },
  { key: "block", title: text.columns.block, cell: ({ block }) => count(block) },
  {
    key: "behind",
    title: text.columns.behind,
    cell: ({ behind }) => (behind === undefined ? UNKNOWN : text.behind(count(behind))),
  },
  {
    key: "detail",
    title: text.columns.detail,
    left: true,
    cell: ({ detail }) => <span className="block max-w-xl min-w-48 whitespace-normal text-soft">{detail}</span>,
  },
  { key: "age", title: text.columns.age, cell: ({ at }) => <Age at={at} staleAfter={20_000} of={text.ageOf} /> },
];

function stateOf(query: { error: unknown; data: unknown }, good: boolean, word: string): Pick<Row, "state" | "good"> {
  if (query.error instanceof OtherChain) return { state: text.states["otherChain"]!, good: false };
  if (query.error instanceof Absurd) return { state: text.states["wrong"]!, good: false };
  if (query.error) return { state: text.states["away"]!, good: false };
  if (query.data === undefined) return { state: text.states["reading"]!, good: false };
  return { state: text.states[word] ?? word, good };
}

/** How far this computer's clock is from the chain's at the head, when that is much. */
function skewOf({ time, seenAt }: { readonly time: bigint; readonly seenAt: number }): string {
  const skew = Math.floor(seenAt / 1_000) - Number(time);
  return Math.abs(skew) <= SKEW ? "" : `; ${text.clocks(span(Math.abs(skew)), skew > 0)}`;
}
