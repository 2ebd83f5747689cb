// SPDX-License-Identifier: MIT
import type { Fill } from "../../data/indexer/schemas";
import { money, moment, price, size } from "../../format";
import { tradeText as text } from "../../text/trade";
import { EmptyState, Table, type Column } from "../../ui";

interface Props {
  readonly fills: readonly Fill[];
  readonly account: bigint | undefined;
  readonly markets: readonly { readonly id: bigint; readonly symbol: string }[];
}

const SHOWN = 100;

/** What the chain filled of this account, latest first. */
export default function FillsTable({ fills, account, markets }: Props) {
  const { columns } = text;
  const rows = [...fills].sort((a, b) => b.seq - a.seq).slice(0, SHOWN);
  const list: Column<Fill>[] = [
    { key: "time", title: columns.time, left: true, cell: ({ time }) => moment(time) },
    {
      key: "market",
      title: columns.market,
      left: true,
      cell: (fill) => {
        const buys = fill.size > 0n === (fill.taker === account);
        return (
          <span className="font-medium">
            {fill.series ?? markets.find(({ id }) => id === fill.market)?.symbol ?? `#${fill.market}`}{" "}
            <span className={buys ? "text-long" : "text-short"}>{buys ? text.verbs.buy : text.verbs.sell}</span>
          </span>
        );
      },
    },
    { key: "price", title: columns.price, cell: (fill) => price(fill.price) },
    { key: "size", title: columns.size, cell: (fill) => size(fill.size < 0n ? -fill.size : fill.size) },
    {
      key: "fee",
      title: columns.fee,
      cell: (fill) => money(fill.taker === account ? fill.takerFee : fill.makerFee, "up"),
    },
    {
      key: "role",
      title: columns.role,
      left: true,
      cell: (fill) => (fill.taker === account ? text.taker : text.maker),
    },
  ];
  return (
    <Table
      caption={text.fills}
      columns={list}
      rows={rows}
      keyOf={({ id }) => id}
      empty={<EmptyState>{text.noFills}</EmptyState>}
    />
  );
}
