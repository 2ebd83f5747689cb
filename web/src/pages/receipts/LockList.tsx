// SPDX-License-Identifier: MIT
import { Link } from "wouter";
import { useHere } from "../../chain/useHere";
import { useMyAccount } from "../../chain/useMyAccount";
import { count, iso, moment, money, moneyExact, UNKNOWN } from "../../format";
import { receiptsText as text } from "../../text/receipts";
import { Age, Banner, EmptyState, Panel, Shown, Table, type Column } from "../../ui";
import { useLocks, useTouched, type LockLine } from "./useLocks";

/** All locks, the owner's own first. */
export function LockList() {
  const { deployment } = useHere();
  const me = useMyAccount();
  const { query, away } = useLocks();
  const touched = useTouched(me?.owner).data;
  const marketsOf = (group: bigint) =>
    deployment.markets
      .filter((market) => market.group === group)
      .map(({ symbol }) => symbol)
      .join(", ");
  const { columns } = text;
  const list: Column<LockLine>[] = [
    {
      key: "lock",
      title: columns.lock,
      left: true,
      cell: ({ id, group, number }) => (
        <Link className="font-medium text-accent underline" to={`/receipts/${id}`}>
          {text.name(marketsOf(group), String(number))}
        </Link>
      ),
    },
    {
      key: "when",
      title: columns.when,
      left: true,
      cell: ({ lockedAt }) => <span title={iso(lockedAt)}>{moment(lockedAt)}</span>,
    },
    { key: "state", title: columns.state, left: true, cell: ({ state }) => text.states[state] ?? state },
    {
      key: "mine",
      title: columns.mine,
      cell: ({ id }) => {
        const mine = touched?.get(id);
        if (touched === undefined) return UNKNOWN;
        if (mine === undefined) return "";
        if (mine.absorbed) return <span className="text-bad">{text.absorbedYou}</span>;
        return <span title={moneyExact(mine.paid)}>{`${text.touched} ${money(mine.paid, "up")}`}</span>;
      },
    },
    { key: "absorbed", title: columns.absorbed, cell: ({ absorbed }) => count(absorbed) },
    { key: "deficit", title: columns.deficit, cell: ({ deficit }) => exactly(deficit) },
    { key: "vault", title: columns.vault, cell: ({ vaultPaid }) => exactly(vaultPaid), wide: true },
    { key: "winners", title: columns.winners, cell: ({ charged }) => exactly(charged), wide: true },
    { key: "shortfall", title: columns.shortfall, cell: ({ shortfall }) => exactly(shortfall), wide: true },
  ];
  const rank = ({ id }: LockLine) => (touched?.has(id) ? 0 : 1);
  return (
    <Panel title={text.list} flush aside={<Age at={query.dataUpdatedAt} staleAfter={30_000} of={text.listAge} />}>
      <p className="border-b border-line px-3 py-2 text-xs text-soft">{text.intro}</p>
      {away && query.data && (
        <div className="p-2">
          <Banner kind="info">{text.fromChain}</Banner>
        </div>
      )}
      <Shown query={query}>
        {(locks) => (
          <Table
            caption={text.list}
            columns={list}
            rows={[...locks].sort((a, b) => rank(a) - rank(b))}
            keyOf={({ id }) => id}
            marked={({ id }) => touched?.has(id) === true}
            empty={<EmptyState>{text.none}</EmptyState>}
          />
        )}
      </Shown>
    </Panel>
  );
}

function exactly(amount: bigint | undefined) {
  return <span title={moneyExact(amount)}>{money(amount, "up")}</span>;
}
