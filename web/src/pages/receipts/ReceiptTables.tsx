// SPDX-License-Identifier: MIT
import { useState } from "react";
import { abs } from "../../../../sdk/arithmetic.js";
import { ownerOf, type AccountId } from "../../../../sdk/order.js";
import { count, moment, money, moneyExact, percent, price, priceExact, size, sizeExact, UNKNOWN } from "../../format";
import { accountText, isOf } from "../../format/account";
import { receiptsText as text } from "../../text/receipts";
import { uiText } from "../../text/ui";
import { Button, EmptyState, Panel, Table, type Column } from "../../ui";
import {
  mineFirst,
  type AbsorbedView,
  type LevelView,
  type MarketView,
  type PayerView,
  type RegisteredView,
  type ReceiptView,
} from "./view";

export interface ReceiptTablesProps {
  readonly view: ReceiptView;
  readonly owner: string | undefined;
  readonly symbolOf: (market: bigint) => string;
}

const SHOWN = 25;
const LEVEL_PLACES = 4;

/** Market by market, account by account, level by level. */
export function ReceiptTables({ view, owner, symbolOf }: ReceiptTablesProps) {
  return (
    <>
      <Panel title={text.markets} flush className="lg:col-span-2">
        <Table
          caption={text.markets}
          columns={marketColumns(symbolOf)}
          rows={view.markets}
          keyOf={({ market }) => String(market)}
        />
      </Panel>
      <Panel title={text.payers} flush>
        <Payers rows={mineFirst(view.payers, owner, ({ paid }) => paid)} owner={owner} symbolOf={symbolOf} />
      </Panel>
      <div className="grid min-w-0 content-start gap-1.5">
        <Panel title={text.absorbed} flush>
          <Table
            caption={text.absorbed}
            columns={absorbedColumns(owner)}
            rows={mineFirst(view.absorbed, owner, ({ owed }) => owed)}
            keyOf={({ account }) => String(account)}
            marked={({ account }) => isOf(account, owner)}
            empty={<EmptyState>{text.absorbedNone}</EmptyState>}
          />
        </Panel>
        {view.registered.length > 0 && (
          <Panel title={text.registered} flush>
            <Table
              caption={text.registered}
              columns={registeredColumns(owner)}
              rows={mineFirst(view.registered, owner, ({ relief }) => relief)}
              keyOf={({ account }) => String(account)}
              marked={({ account }) => isOf(account, owner)}
            />
          </Panel>
        )}
        <Panel title={text.levels} flush>
          <Table
            caption={text.levels}
            columns={levelColumns(symbolOf)}
            rows={view.levels}
            keyOf={({ market, longs, node }) => `${market}-${longs}-${node}`}
            empty={<EmptyState>{text.levelsNone}</EmptyState>}
          />
        </Panel>
      </div>
    </>
  );
}

function Payers({
  rows,
  owner,
  symbolOf,
}: {
  readonly rows: readonly PayerView[];
  readonly owner: string | undefined;
  readonly symbolOf: (market: bigint) => string;
}) {
  const [shown, setShown] = useState(SHOWN);
  const { payerColumns: columns } = text;
  const list: Column<PayerView>[] = [
    { key: "account", title: columns.account, left: true, cell: ({ account }) => named(account, owner) },
    { key: "market", title: columns.market, left: true, cell: ({ market }) => symbolOf(market) },
    { key: "size", title: columns.size, cell: (row) => <span title={sizeExact(row.size)}>{size(row.size)}</span> },
    { key: "gain", title: columns.gain, cell: ({ gain }) => <span title={moneyExact(gain)}>{money(gain)}</span> },
    {
      key: "paid",
      title: columns.paid,
      cell: ({ paid }) => (
        <span className="font-medium" title={moneyExact(paid)}>
          {money(paid, "up")}
        </span>
      ),
    },
    { key: "torn", title: columns.torn, cell: ({ tornUp }) => (tornUp === 0n ? "" : size(tornUp)) },
  ];
  return (
    <>
      <Table
        caption={text.payers}
        columns={list}
        rows={rows.slice(0, shown)}
        keyOf={({ account, market }) => `${account}-${market}`}
        marked={({ account }) => isOf(account, owner)}
        empty={<EmptyState>{text.payersNone}</EmptyState>}
      />
      {rows.length > shown && (
        <div className="flex items-center justify-between border-t border-line px-3 py-2 text-xs text-soft">
          {text.shown(count(shown), count(rows.length))}
          <Button small onClick={() => setShown(shown + 200)}>
            {uiText.more}
          </Button>
        </div>
      )}
    </>
  );
}

function marketColumns(symbolOf: (market: bigint) => string): Column<MarketView>[] {
  const { marketColumns: columns, hints } = text;
  const share = ({ charge, jump }: MarketView) => (jump === 0n ? 0n : (charge * 1_000_000n) / abs(jump));
  return [
    { key: "market", title: columns.market, left: true, cell: ({ market }) => <b>{symbolOf(market)}</b> },
    { key: "anchor", title: columns.anchor, hint: hints.anchor, cell: ({ anchor }) => at(anchor) },
    { key: "frozen", title: columns.frozen, cell: ({ frozenMark }) => at(frozenMark) },
    {
      key: "jump",
      title: columns.jump,
      cell: ({ jump, anchor }) => (
        <span title={priceExact(jump)}>
          {jump > 0n ? "+" : ""}
          {price(jump, 2)}
          <span className="text-soft"> ({percent((jump * 1_000_000n) / anchor)})</span>
        </span>
      ),
    },
    {
      key: "charge",
      title: columns.charge,
      hint: hints.charge,
      cell: (market) => (
        <span title={priceExact(market.charge)}>
          {price(market.charge, LEVEL_PLACES, "up")}
          <span className="text-soft">
            {" "}
            ({percent(share(market))} {columns.part})
          </span>
        </span>
      ),
    },
    { key: "netted", title: columns.netted, hint: hints.netted, cell: ({ netted }) => size(netted) },
    { key: "vault", title: columns.vault, cell: ({ vault }) => size(vault) },
    { key: "torn", title: columns.torn, hint: hints.torn, cell: ({ tornUp }) => size(tornUp) },
  ];
}

function absorbedColumns(owner: string | undefined): Column<AbsorbedView>[] {
  const { absorbedColumns: columns } = text;
  return [
    { key: "account", title: columns.account, left: true, cell: ({ account }) => named(account, owner) },
    {
      key: "owed",
      title: columns.owed,
      cell: ({ owed }) => <span title={moneyExact(owed)}>{money(owed, "up")}</span>,
    },
    { key: "when", title: columns.when, cell: ({ time }) => moment(time) },
  ];
}

function registeredColumns(owner: string | undefined): Column<RegisteredView>[] {
  const { registeredColumns: columns, hints } = text;
  const amount = (units: bigint) => <span title={moneyExact(units)}>{money(units)}</span>;
  return [
    { key: "account", title: columns.account, left: true, cell: ({ account }) => named(account, owner) },
    { key: "relief", title: columns.relief, hint: hints.relief, cell: ({ relief }) => amount(relief) },
    { key: "credit", title: columns.credit, hint: hints.credit, cell: ({ credit }) => amount(credit) },
  ];
}

function levelColumns(symbolOf: (market: bigint) => string): Column<LevelView>[] {
  const { levelColumns: columns } = text;
  return [
    { key: "market", title: columns.market, left: true, cell: ({ market }) => symbolOf(market) },
    { key: "side", title: columns.side, left: true, cell: ({ longs }) => (longs ? text.long : text.short) },
    { key: "level", title: columns.level, cell: ({ node }) => `#${node}` },
    { key: "torn", title: columns.torn, cell: (row) => <span title={sizeExact(row.size)}>{size(row.size)}</span> },
    { key: "left", title: columns.left, cell: ({ left }) => (left === undefined ? UNKNOWN : percent(left)) },
  ];
}

function at(units: bigint) {
  return <span title={priceExact(units)}>{price(units)}</span>;
}

function named(account: bigint, owner: string | undefined) {
  return (
    <span title={ownerOf(account as AccountId)} className="font-mono">
      {accountText(account)}
      {isOf(account, owner) && (
        <span className="ml-1 rounded bg-accent px-1 font-sans text-2xs text-accent-ink">{uiText.you}</span>
      )}
    </span>
  );
}
