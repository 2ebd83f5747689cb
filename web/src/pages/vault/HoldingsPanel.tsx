// SPDX-License-Identifier: MIT
import type { UseQueryResult } from "@tanstack/react-query";
import { notionalUp } from "../../format/notional";
import { useHere } from "../../chain/useHere";
import type { VenueView } from "../../data/lens";
import { money, moneyExact, size, UNKNOWN } from "../../format";
import { vaultText as text } from "../../text/vault";
import { Age, Panel, Shown, Table, type Column } from "../../ui";
import type { Holding } from "./useVault";

export interface HoldingsPanelProps {
  readonly query: UseQueryResult<Holding[]>;
  readonly venue: VenueView | undefined;
}

/** The pot, each group's inventory, and what of it may still be spent. */
export function HoldingsPanel({ query, venue }: HoldingsPanelProps) {
  const { deployment } = useHere();
  const symbolOf = (id: number) => deployment.markets.find((each) => each.id === BigInt(id))?.symbol ?? `#${id}`;
  const { holdsColumns: columns } = text;
  const list: Column<Holding>[] = [
    {
      key: "group",
      title: columns.group,
      left: true,
      cell: ({ group }) => (
        <span className="font-medium">
          {deployment.markets
            .filter((market) => market.group === group)
            .map(({ symbol }) => symbol)
            .join(", ")}
        </span>
      ),
    },
    { key: "budget", title: columns.budget, cell: ({ view }) => exactly(view.vaultBudget) },
    {
      key: "left",
      title: columns.left,
      cell: ({ view }) => <Left left={view.budgetLeft} of={view.vaultBudget} />,
    },
    { key: "reserve", title: columns.reserve, cell: ({ view }) => exactly(view.reserve) },
    {
      key: "inventory",
      title: columns.inventory,
      cell: ({ inventory }) =>
        inventory.positions.length === 0 ? (
          <span className="text-soft">{text.nothing}</span>
        ) : (
          inventory.positions.map((position) => (
            <span key={position.market} className="block">
              {size(position.size)} {symbolOf(position.market)}
            </span>
          ))
        ),
    },
    {
      key: "notional",
      title: columns.notional,
      cell: ({ inventory }) =>
        exactly(inventory.positions.reduce((sum, each) => sum + notionalUp(each.size, each.mark), 0n)),
    },
    { key: "equity", title: columns.equity, cell: ({ inventory }) => exactly(inventory.health.equity) },
  ];
  return (
    <Panel title={text.holds} flush aside={<Age at={query.dataUpdatedAt} staleAfter={20_000} of={text.holds} />}>
      <div className="flex flex-wrap gap-x-6 gap-y-1 border-b border-line px-3 py-2 text-xs">
        <span>
          <span className="text-soft">{text.pot}: </span>
          <span title={moneyExact(venue?.vaultCash)}>{money(venue?.vaultCash)}</span>
        </span>
        <span>
          <span className="text-soft">{text.assets}: </span>
          <span title={moneyExact(venue?.vaultEquity)}>{money(venue?.vaultEquity)}</span>
        </span>
        {venue && !venue.vaultCertain && <span className="text-warn">{text.uncertain}</span>}
      </div>
      <Shown query={query}>
        {(holdings) => (
          <Table caption={text.holds} columns={list} rows={holdings} keyOf={({ group }) => String(group)} />
        )}
      </Shown>
      <p className="border-t border-line px-3 py-2 text-xs text-soft">{text.holdsHelp}</p>
    </Panel>
  );
}

function exactly(amount: bigint | undefined) {
  return <span title={moneyExact(amount)}>{money(amount)}</span>;
}

/** What is left of a budget, with a bar: how full the day's purse is. */
function Left({ left, of }: { readonly left: bigint; readonly of: bigint }) {
  if (of === 0n) return <span className="text-soft">{UNKNOWN}</span>;
  const part = Number((left * 100n) / of);
  return (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden="true" className="h-1.5 w-14 overflow-hidden rounded bg-raised">
        <span className="block h-full bg-accent" style={{ width: `${part}%` }} />
      </span>
      {exactly(left)}
    </span>
  );
}
