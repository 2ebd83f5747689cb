// SPDX-License-Identifier: MIT
import type { UseQueryResult } from "@tanstack/react-query";
import { STANDING } from "../../data/lens";
import { chooseAccount, type MyAccount } from "../../chain/useMyAccount";
import { useHere } from "../../chain/useHere";
import { money, moneyExact, UNKNOWN } from "../../format";
import { portfolioText as text } from "../../text/portfolio";
import { Age, Button, Panel, Shown, Table, type Column } from "../../ui";
import { isUsed, type Numbered } from "./useAccounts";

/** All accounts of the owner, to choose from. */
export function AccountsPanel({ me, query }: { readonly me: MyAccount; readonly query: UseQueryResult<Numbered[]> }) {
  const { deployment } = useHere();
  const { columns } = text;
  const marketsOf = (group: number) =>
    group === 0
      ? UNKNOWN
      : deployment.markets
          .filter((market) => market.group === BigInt(group))
          .map(({ symbol }) => symbol)
          .join(", ");
  const list: Column<Numbered>[] = [
    {
      key: "number",
      title: columns.number,
      left: true,
      cell: ({ number }) => <span className="font-medium">#{number}</span>,
    },
    { key: "equity", title: columns.equity, cell: ({ health }) => exactly(health.equity) },
    { key: "cash", title: columns.cash, cell: ({ health }) => exactly(health.cash) },
    { key: "margin", title: columns.margin, cell: ({ health }) => exactly(health.initial, "up") },
    { key: "free", title: columns.free, cell: ({ health }) => exactly(health.withdrawable) },
    {
      key: "standing",
      title: columns.standing,
      left: true,
      cell: ({ health }) => text.standings[STANDING[health.standing]!],
    },
    { key: "group", title: columns.group, left: true, cell: ({ health }) => marketsOf(health.group) },
    {
      key: "actions",
      title: columns.actions,
      cell: ({ number }) =>
        number === me.number ? (
          <span className="text-soft">{text.inUse}</span>
        ) : (
          <Button small onClick={() => chooseAccount(number)}>
            {text.use}
          </Button>
        ),
    },
  ];
  return (
    <Panel title={text.accounts} flush aside={<Age at={query.dataUpdatedAt} staleAfter={20_000} of={text.accounts} />}>
      <Shown query={query}>
        {(accounts) => (
          <>
            <Table
              caption={text.accounts}
              columns={list}
              rows={accounts.filter((each) => isUsed(each) || each.number === me.number || each.number < 2)}
              keyOf={({ number }) => String(number)}
              marked={({ number }) => number === me.number}
            />
            <p className="border-t border-line px-3 py-2 text-xs text-soft">{text.accountsHelp}</p>
          </>
        )}
      </Shown>
    </Panel>
  );
}

function exactly(amount: bigint, rounding: "down" | "up" = "down") {
  return <span title={moneyExact(amount)}>{money(amount, rounding)}</span>;
}
