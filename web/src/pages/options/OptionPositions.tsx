// SPDX-License-Identifier: MIT
import type { OptionPosition, PortfolioView } from "../../data/options/lens";
import { useBest } from "../../data/useServices";
import { moneyExact, percent, price, priceExact, signedMoney, size, UNKNOWN } from "../../format";
import { optionsText as text } from "../../text/options";
import { Button, EmptyState, Table, type Column } from "../../ui";
import { closingLeg, type LegForm } from "./legs";

export interface OptionPositionsProps {
  readonly account: PortfolioView;
  readonly symbol: string;
  readonly nameOf: (series: bigint) => string;
  readonly onClose: (leg: LegForm) => void;
}

/** What is held, a series a row, each with its own Greeks. */
export function OptionPositions({ account, symbol, nameOf, onClose }: OptionPositionsProps) {
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
    {
      key: "close",
      title: "",
      cell: (position) => <Close position={position} name={nameOf(BigInt(position.series))} onClose={onClose} />,
    },
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

interface CloseProps {
  readonly position: OptionPosition;
  readonly name: string;
  readonly onClose: OptionPositionsProps["onClose"];
}

/** Brings the closing trade into the ticket: at the best price of the relay, or the mark while nobody quotes. */
function Close({ position, name, onClose }: CloseProps) {
  const best = useBest(BigInt(position.series), position.size > 0n ? "bids" : "asks");
  return (
    <Button small aria-label={text.close(name)} onClick={() => onClose(closingLeg(position, best?.price))}>
      {text.closeShort}
    </Button>
  );
}
