// SPDX-License-Identifier: MIT
import { Link } from "wouter";
import { PAUSE_LEVEL, SOURCE_STATUS, type MarketView } from "../../data/lens";
import { money, moneyExact, percent, price, priceExact, rate, size, sizeExact, span, UNKNOWN } from "../../format";
import { marketsText as text } from "../../text/markets";
import { Table, type Column } from "../../ui";
import { hourly, notional, usedOf } from "./figures";
import type { MarketRow } from "./useMarkets";

export interface MarketListProps {
  readonly rows: readonly MarketRow[];
  readonly chosen: bigint;
  readonly now: bigint | undefined;
}

/** A line for each market; its name leads to all of it. */
export function MarketList({ rows, chosen, now }: MarketListProps) {
  const { columns, hints } = text;
  const list: Column<MarketRow>[] = [
    {
      key: "market",
      title: columns.market,
      left: true,
      cell: ({ market }) => (
        <Link
          to={`/markets/${market.symbol}`}
          aria-current={market.id === chosen ? "page" : undefined}
          className="inline-flex min-h-6 items-center font-medium text-accent underline"
        >
          {market.symbol}
        </Link>
      ),
    },
    {
      key: "mark",
      title: columns.mark,
      cell: ({ view }) => <span title={priceExact(view.mark)}>{view.mark === 0n ? UNKNOWN : price(view.mark)}</span>,
    },
    {
      key: "feed",
      title: columns.feed,
      left: true,
      cell: ({ view }) => (
        <span className={view.fresh ? undefined : "text-warn"}>{text.feeds[SOURCE_STATUS[view.sourceStatus]!]}</span>
      ),
    },
    {
      key: "funding",
      title: columns.funding,
      hint: hints.funding,
      cell: ({ view }) => rate(hourly(view.fundingRate, view.mark), 4),
    },
    {
      key: "interest",
      title: columns.interest,
      hint: hints.interest,
      cell: ({ view, market }) => (
        <>
          <span title={sizeExact(view.openInterest)}>
            {size(view.openInterest)} {market.symbol}
          </span>{" "}
          <span className="text-soft" title={moneyExact(notional(view.openInterest, view.mark))}>
            {money(notional(view.openInterest, view.mark))}
          </span>
        </>
      ),
    },
    {
      key: "used",
      title: columns.used,
      hint: hints.used,
      cell: ({ view }) => percent(usedOf(view.openInterest, view.params.softCap)),
    },
    { key: "margin", title: columns.margin, hint: hints.margin, cell: ({ view }) => percent(view.increaseRate) },
    { key: "state", title: columns.state, left: true, cell: ({ view }) => stateOf(view, now) },
  ];
  return (
    <Table
      caption={text.all}
      columns={list}
      rows={rows}
      keyOf={({ market }) => String(market.id)}
      marked={({ market }) => market.id === chosen}
    />
  );
}

/** Open, ended or paused, with what is left of the pause. */
export function stateOf({ status, pauseLevel, pausedUntil }: MarketView, now: bigint | undefined): string {
  if (pauseLevel === 0) return text.statuses[status]!;
  const pause = text.pauses[PAUSE_LEVEL[pauseLevel]!]!;
  const until = BigInt(pausedUntil);
  return now !== undefined && until > now ? text.pausedFor(pause, span(until - now)) : pause;
}
