// SPDX-License-Identifier: MIT
import type { OptionPosition, PortfolioView } from "../../data/options/lens";
import { moneyExact, percent, price, priceExact, signedMoney, size, UNKNOWN } from "../../format";
import { optionsText as text } from "../../text/options";
import { EmptyState, Table, type Column } from "../../ui";

export interface OptionPositionsProps {
  readonly account: PortfolioView;
  readonly symbol: string;
  readonly nameOf: (series: bigint) => string;
}

/** What is held, a series a row, each with its own Greeks. */
export function OptionPositions({ account, symbol, nameOf }: OptionPositionsProps) {
  const { lines, greekHints, positionColumns: columns } = text;
  const list: Column<OptionPosition>[] = [
    {
      key: "series",
      title: columns.series,
      left: true,
      cell: ({ series }) => <span className="font-medium">{nameOf(BigInt(series))}</span>,
    },
    {
      key: "size",
      title: `${columns.size} (${symbol})`,
      cell: ({ size: units }) => (
        <span className={units < 0n ? "text-short" : "text-long"}>
          {units > 0n ? "+" : ""}
          {size(units)}
        </span>
      ),
    },
    {
      key: "mark",
      title: columns.mark,
      cell: ({ mark }) => <span title={priceExact(mark)}>{price(mark)}</span>,
    },
    {
      key: "vol",
      title: columns.vol,
      cell: ({ vol }) => (vol === 0n ? UNKNOWN : percent(vol * 100n, 1)),
      wide: true,
    },
    {
      key: "value",
      title: columns.value,
      hint: columns.valueHint,
      cell: ({ value }) => <span title={moneyExact(value)}>{signedMoney(value)}</span>,
    },
    { key: "delta", title: lines.delta, hint: greekHints.delta, cell: ({ greeks }) => size(greeks.delta, 3) },
    { key: "gamma", title: lines.gamma, hint: greekHints.gamma, cell: ({ greeks }) => size(greeks.gamma, 3) },
    { key: "vega", title: lines.vega, hint: greekHints.vega, cell: ({ greeks }) => signedMoney(greeks.vega) },
    { key: "theta", title: lines.theta, hint: greekHints.theta, cell: ({ greeks }) => signedMoney(greeks.theta) },
  ];
  return (
    <Table
      caption={text.positions}
      columns={list}
      rows={account.positions}
      keyOf={({ series }) => String(series)}
      empty={<EmptyState>{text.noPositions}</EmptyState>}
    />
  );
}
