// SPDX-License-Identifier: MIT
import { abs, valueDown } from "../../../../sdk/arithmetic.js";
import type { DeployedMarket } from "../../../../sdk/deployment.js";
import { price as priceUnit, size as sizeUnit } from "../../../../sdk/units.js";
import type { Lifecycle } from "../../data/indexer/schemas";
import type { PositionView } from "../../data/lens";
import { money, moneyExact, percent, price, priceExact, signedMoney, size, sizeExact, UNKNOWN } from "../../format";
import { tradeText as text } from "../../text/trade";
import { Button, EmptyState, Table, classes, toneOf, type Column } from "../../ui";

const TONE = { long: "text-long", short: "text-short" } as const;

export interface Row {
  readonly position: PositionView;
  readonly market: DeployedMarket | undefined;
  /** Of the indexer; undefined when it is away or has not seen it yet. */
  readonly lifecycle: Lifecycle | undefined;
}

interface Props {
  readonly rows: readonly Row[];
  readonly onClose: (row: Row) => void;
}

/** Profit by price alone: what the size gained between its average entry and the mark, floor. */
export function byPrice({ position, lifecycle }: Row): bigint | undefined {
  if (lifecycle === undefined || position.size === 0n) return undefined;
  return valueDown(sizeUnit(position.size), priceUnit(position.mark - lifecycle.entry));
}

/** What funding and charges made of it: the rest of what the lens says it is worth. */
export function byFunding(row: Row): bigint | undefined {
  const price = byPrice(row);
  return price === undefined ? undefined : row.position.value - price;
}

export function PositionsTable({ rows, onClose }: Props) {
  const { columns, hints } = text;
  const tinted = (amount: bigint | undefined) => {
    const tone = toneOf(amount);
    return (
      <span className={tone && TONE[tone]} title={moneyExact(amount)}>
        {signedMoney(amount)}
      </span>
    );
  };
  const list: Column<Row>[] = [
    {
      key: "market",
      title: columns.market,
      left: true,
      cell: ({ market, position }) => (
        <span className="font-medium">
          {market?.symbol ?? `#${position.market}`}{" "}
          <span className={position.size >= 0n ? "text-long" : "text-short"}>
            {position.size === 0n ? "" : position.size > 0n ? text.long : text.short}
          </span>
        </span>
      ),
    },
    {
      key: "size",
      title: columns.size,
      cell: ({ position }) => <span title={sizeExact(position.size)}>{size(abs(position.size))}</span>,
    },
    { key: "entry", title: columns.entry, hint: hints.entry, cell: ({ lifecycle }) => price(lifecycle?.entry) },
    { key: "mark", title: columns.mark, cell: ({ position }) => price(position.mark) },
    {
      key: "liquidation",
      title: columns.liquidation,
      hint: text.lineHints.liquidation,
      cell: ({ position }) =>
        position.liquidationMark === 0n ? (
          text.none
        ) : (
          <span data-testid="liquidation" className="text-warn" title={priceExact(position.liquidationMark)}>
            {price(position.liquidationMark)}
          </span>
        ),
    },
    { key: "profit", title: columns.profit, hint: hints.profit, cell: ({ position }) => tinted(position.value) },
    { key: "price", title: columns.priceProfit, cell: (row) => tinted(byPrice(row)), wide: true },
    { key: "funding", title: columns.funding, cell: (row) => tinted(byFunding(row)), wide: true },
    { key: "fees", title: columns.fees, cell: ({ lifecycle }) => money(lifecycle?.fees, "up"), wide: true },
    { key: "ahead", title: columns.ahead, hint: hints.ahead, cell: ({ position }) => aheadOf(position) },
    {
      key: "actions",
      title: columns.actions,
      cell: (row) => (
        <Button small onClick={() => onClose(row)} disabled={row.position.size === 0n}>
          {text.close}
        </Button>
      ),
    },
  ];
  return (
    <Table
      caption={text.positions}
      columns={list}
      rows={rows}
      keyOf={({ position }) => String(position.market)}
      empty={<EmptyState>{text.noPositions}</EmptyState>}
    />
  );
}

/** Losers are not closed by the queue: for them there is no light. */
function aheadOf({ value, size: held, aheadShare, placed }: PositionView) {
  if (held === 0n || value <= 0n) return <span className="text-soft">{UNKNOWN}</span>;
  const near = placed && aheadShare < 250_000;
  return (
    <span className={classes(near && "text-warn")}>
      {placed ? "" : "> "}
      {percent(aheadShare, 1)}
    </span>
  );
}
