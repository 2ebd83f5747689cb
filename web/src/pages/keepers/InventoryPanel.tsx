// SPDX-License-Identifier: MIT
import { useState } from "react";
import type { UseQueryResult } from "@tanstack/react-query";
import { abs } from "../../../../sdk/arithmetic.js";
import type { DeployedMarket } from "../../../../sdk/deployment.js";
import { price as priceOf, size as sizeOf } from "../../../../sdk/units.js";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useHere } from "../../chain/useHere";
import { useMyAccount } from "../../chain/useMyAccount";
import type { MarketView } from "../../data/lens";
import { money, moneyExact, percent, price, priceExact, size, sizeExact } from "../../format";
import { accountText } from "../../format/account";
import { keepersText as text } from "../../text/keepers";
import { Age, EmptyState, Field, Panel, Shown, Table, amountOf, type Column } from "../../ui";
import { Act } from "../../ui/Act";
import { offerGain } from "./duties";

/** Seconds for which a purchase is valid. */
const VALID = 600n;
const DECIMALS = 9;

interface Offer {
  readonly market: DeployedMarket;
  readonly view: MarketView;
}

export interface InventoryPanelProps {
  readonly offers: UseQueryResult<Offer[]>;
  readonly now: bigint | undefined;
}

/** What the vault sells of what it took over. */
export function InventoryPanel({ offers, now }: InventoryPanelProps) {
  const { inventoryColumns: columns } = text;
  const list: Column<Offer>[] = [
    {
      key: "market",
      title: columns.market,
      left: true,
      cell: ({ market }) => <span className="font-medium">{market.symbol}</span>,
    },
    {
      key: "size",
      title: columns.size,
      cell: ({ view: { offered } }) => (
        <span className={offered > 0n ? "text-long" : "text-short"} title={sizeExact(offered)}>
          {offered > 0n ? text.long : text.short} {size(abs(offered))}
        </span>
      ),
    },
    { key: "discount", title: columns.discount, cell: ({ view }) => percent(view.offerDiscount, 4) },
    {
      key: "price",
      title: columns.price,
      cell: ({ view }) => <span title={priceExact(view.offerPrice)}>{price(view.offerPrice)}</span>,
    },
    {
      key: "mark",
      title: columns.mark,
      cell: ({ view }) => <span title={priceExact(view.mark)}>{price(view.mark)}</span>,
      wide: true,
    },
    {
      key: "gain",
      title: columns.gain,
      cell: ({ view }) => {
        const gain = offerGain(view.offered, view.mark, view.offerPrice);
        return <span title={moneyExact(gain)}>{money(gain)}</span>;
      },
    },
    { key: "actions", title: columns.actions, cell: (offer) => <Take offer={offer} now={now} /> },
  ];
  return (
    <Panel
      title={text.inventory}
      flush
      aside={<Age at={offers.dataUpdatedAt} staleAfter={20_000} of={text.inventory} />}
    >
      <p className="border-b border-line px-3 py-2 text-xs text-soft">{text.inventoryHelp}</p>
      <Shown query={offers}>
        {(all) => (
          <Table
            caption={text.inventory}
            columns={list}
            rows={all.filter(({ view }) => view.offered !== 0n)}
            keyOf={({ market }) => String(market.id)}
            empty={<EmptyState>{text.noInventory}</EmptyState>}
          />
        )}
      </Shown>
    </Panel>
  );
}

function Take({ offer: { market, view }, now }: { readonly offer: Offer; readonly now: bigint | undefined }) {
  const { clearinghouse } = useHere().deployment;
  const me = useMyAccount();
  const offered = abs(view.offered);
  const [typed, setTyped] = useState("");
  const amount = typed.trim() === "" ? offered : amountOf(typed, DECIMALS);
  const tooMuch = amount !== undefined && amount > offered;
  const side = view.offered > 0n ? text.long : text.short;
  const shown = amount === undefined ? "" : `${side} ${sizeExact(amount)} ${market.symbol}`;
  const gain = amount === undefined ? 0n : offerGain(amount, view.mark, view.offerPrice);
  return (
    <span className="inline-flex items-end gap-2 text-left">
      <Field
        label={text.amount}
        value={typed}
        onChange={setTyped}
        decimals={DECIMALS}
        unit={market.symbol}
        help={typed === "" ? text.all : undefined}
        problem={tooMuch ? text.amountProblem : undefined}
      />
      <Act
        of={`buyInventory-${market.id}`}
        label={text.calls.buyInventory}
        subject={`${side} ${market.symbol}`}
        sentence={text.sentences.buyInventory(shown, me ? accountText(me.id) : "")}
        lines={[
          { label: text.lines.size, value: shown },
          { label: text.lines.price, value: price(view.offerPrice) },
          { label: text.lines.discount, value: percent(view.offerDiscount, 4) },
          { label: text.lines.limit, value: price(view.mark) },
        ]}
        reward={text.rewards.discount(money(gain))}
        closed={amount === undefined ? text.closed.amount : tooMuch ? text.amountProblem : undefined}
        call={() =>
          callOf(
            calls.buyInventory(clearinghouse, market.id, me!.number, sizeOf(amount!), {
              price: priceOf(view.mark),
              deadline: now! + VALID,
            }),
          )
        }
      />
    </span>
  );
}
