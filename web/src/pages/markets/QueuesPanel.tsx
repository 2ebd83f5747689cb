// SPDX-License-Identifier: MIT
import type { DeployedMarket } from "../../../../sdk/deployment.js";
import { useQueue } from "../../data/lens";
import { count, price, priceExact, size, sizeExact } from "../../format";
import { marketsText as text } from "../../text/markets";
import { Age, EmptyState, Panel, Shown, Table, type Column } from "../../ui";
import { drawn, levelsOf, type Drawing, type Level } from "./figures";

const READ = 100;
const LISTED = 12;

export interface QueuesPanelProps {
  readonly market: DeployedMarket;
  readonly mark: bigint;
}

/** Both sides' queues: drawn by entry price around the mark, and listed from their heads. */
export function QueuesPanel({ market, mark }: QueuesPanelProps) {
  const longs = useQueue(market.id, true, READ);
  const shorts = useQueue(market.id, false, READ);
  const [long, short] = [levelsOf(longs.data ?? []), levelsOf(shorts.data ?? [])];
  const drawing = drawn(long, short, mark);
  return (
    <Panel
      title={`${text.queues}: ${market.symbol}`}
      flush
      aside={<Age at={Math.min(longs.dataUpdatedAt, shorts.dataUpdatedAt)} staleAfter={20_000} of={text.queues} />}
    >
      <p className="border-b border-line px-3 py-2 text-xs text-soft">
        {text.queuesHelp} {(long.length > LISTED || short.length > LISTED) && text.shownFirst(count(LISTED))}
      </p>
      {drawing && <Picture drawing={drawing} symbol={market.symbol} longs={long} shorts={short} mark={mark} />}
      <div className="grid grid-cols-1 border-t border-line md:grid-cols-2 md:divide-x md:divide-line">
        {(
          [
            [text.longs, longs, long],
            [text.shorts, shorts, short],
          ] as const
        ).map(([side, query, levels]) => (
          <div key={side} className="min-w-0">
            <h3 className="flex justify-between px-3 py-2 text-xs font-medium">
              {side}
              {query.data && (
                <span className="font-normal text-soft">
                  {text.levels(count(levels.length), levels.length === READ)}
                </span>
              )}
            </h3>
            <Shown query={query}>
              {() => (
                <Table
                  caption={`${text.queues}: ${side}`}
                  columns={columns}
                  rows={levels.slice(0, LISTED).map((level, index) => ({ ...level, place: index + 1 }))}
                  keyOf={({ node }) => String(node)}
                  empty={<EmptyState>{text.emptyQueue}</EmptyState>}
                />
              )}
            </Shown>
          </div>
        ))}
      </div>
    </Panel>
  );
}

type Row = Level & { readonly place: number };

const columns: Column<Row>[] = [
  { key: "place", title: text.queueColumns.place, left: true, cell: ({ place }) => count(place) },
  {
    key: "entry",
    title: text.queueColumns.entry,
    hint: text.queueHints.entry,
    cell: ({ entry }) => <span title={priceExact(entry)}>{price(entry)}</span>,
  },
  {
    key: "gain",
    title: text.queueColumns.gain,
    hint: text.queueHints.gain,
    cell: ({ gain }) => (
      <span title={priceExact(gain)} className={gain > 0n ? "text-long" : "text-soft"}>
        {gain > 0n ? "+" : ""}
        {price(gain)}
      </span>
    ),
  },
  {
    key: "size",
    title: text.queueColumns.size,
    cell: (level) => <span title={sizeExact(level.size)}>{size(level.size)}</span>,
  },
  {
    key: "upTo",
    title: text.queueColumns.upTo,
    hint: text.queueHints.upTo,
    cell: ({ upTo }) => <span title={sizeExact(upTo)}>{size(upTo)}</span>,
  },
];

interface PictureProps {
  readonly drawing: Drawing;
  readonly symbol: string;
  readonly longs: readonly Level[];
  readonly shorts: readonly Level[];
  readonly mark: bigint;
}

/** Longs above the line, shorts below it, each level at its entry; the mark is the dashed line. */
function Picture({ drawing, symbol, longs, shorts, mark }: PictureProps) {
  return (
    <figure className="grid gap-1 p-3">
      <svg
        role="img"
        aria-label={text.queueChart(symbol, count(longs.length), count(shorts.length))}
        viewBox="0 0 1000 240"
        preserveAspectRatio="none"
        className="h-40 w-full"
      >
        <line x1="0" x2="1000" y1="120" y2="120" className="stroke-edge" vectorEffect="non-scaling-stroke" />
        {drawing.bars.map(({ node, isLong, x, height, wins }) => (
          <rect
            key={`${isLong}${node}`}
            x={Math.min(992, Math.max(0, x - 4))}
            width={8}
            y={isLong ? 120 - (height * 116) / 1_000 : 120}
            height={(height * 116) / 1_000}
            className={isLong ? "fill-long" : "fill-short"}
            fillOpacity={wins ? 0.9 : 0.3}
          />
        ))}
        <line
          x1={drawing.mark}
          x2={drawing.mark}
          y1="0"
          y2="240"
          className="stroke-ink"
          strokeDasharray="4 4"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <figcaption className="flex flex-wrap justify-between gap-x-4 text-2xs text-soft">
        <span>{price(drawing.low)}</span>
        <span>
          {text.markAt(price(mark))} · ▮ {text.wins} · ▯ {text.loses}
        </span>
        <span>{price(drawing.high)}</span>
      </figcaption>
    </figure>
  );
}
