// SPDX-License-Identifier: MIT
import { useMemo, useState } from "react";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import {
  count,
  iso,
  moment,
  money,
  moneyExact,
  price,
  priceExact,
  signedMoney,
  size,
  sizeExact,
  UNKNOWN,
} from "../../format";
import { portfolioText as text } from "../../text/portfolio";
import { Age, Button, EmptyState, Panel, Shown, Table, toneOf, type Column } from "../../ui";
import { Select } from "../../ui/Select";
import { TextField } from "../../ui/TextField";
import { csvOf, FAMILIES, filtered, type Family, type Line, type Lines } from "./history";

const SHOWN = 50;

export interface HistoryPanelProps {
  readonly me: MyAccount;
  readonly query: {
    readonly data: Lines | undefined;
    readonly error: unknown;
    readonly dataUpdatedAt: number;
    readonly refetch: () => unknown;
  };
}

/** Everything that changed the account: by the indexer, with filters, and as a file. */
export function HistoryPanel({ me, query }: HistoryPanelProps) {
  const { services, deployment } = useHere();
  const [family, setFamily] = useState<Family | "">("");
  const [market, setMarket] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [rows, setRows] = useState(SHOWN);
  const hasMarkets = deployment.markets.length > 0;
  const found = useMemo(
    () =>
      filtered(query.data?.lines ?? [], {
        family: family === "" ? undefined : family,
        ...(market !== "" && (hasMarkets ? { market: BigInt(market) } : { series: market })),
        from,
        to,
      }),
    [query.data, family, market, hasMarkets, from, to],
  );
  const choices = hasMarkets
    ? deployment.markets.map(({ id, symbol }) => ({ value: String(id), label: symbol }))
    : [...new Set((query.data?.lines ?? []).flatMap(({ series }) => series ?? []))]
        .sort()
        .map((name) => ({ value: name, label: name }));
  const symbolOf = ({ market: id, series }: Line) =>
    series ?? (id === null ? "" : (deployment.markets.find((each) => each.id === id)?.symbol ?? `#${id}`));
  return (
    <Panel title={text.history} aside={<Age at={query.dataUpdatedAt} staleAfter={30_000} of={text.history} />} flush>
      <div className="flex flex-wrap items-end gap-2 border-b border-line px-3 py-2">
        <div className="w-36">
          <Select
            label={text.filterKind}
            value={family}
            options={[
              { value: "", label: text.any },
              ...(Object.keys(FAMILIES) as Family[]).map((value) => ({ value, label: text.groupsOfKinds[value] })),
            ]}
            onChange={(value) => setFamily(value as Family | "")}
          />
        </div>
        <div className={hasMarkets ? "w-24" : "w-48"}>
          <Select
            label={text.filterMarket}
            value={market}
            options={[{ value: "", label: text.any }, ...choices]}
            onChange={setMarket}
          />
        </div>
        <TextField label={text.filterFrom} type="date" value={from} onChange={setFrom} />
        <TextField label={text.filterTo} type="date" value={to} onChange={setTo} />
        <div className="ml-auto flex flex-wrap gap-2">
          <Button
            disabled={found.length === 0}
            onClick={() => save(csvOf(found), `novation-${me.owner}-${me.number}.csv`)}
          >
            {text.csvShown}
          </Button>
          <a
            className="inline-flex min-h-9 items-center rounded px-2 text-xs text-accent underline"
            href={`${services.indexer}/v1/accounts/${me.id}/history?format=csv&limit=10000`}
            target="_blank"
            rel="noreferrer noopener"
          >
            {text.csvAll}
          </a>
        </div>
      </div>
      <Shown query={query}>
        {({ lines, cut }) => (
          <>
            <Table
              caption={text.history}
              columns={columnsOf(symbolOf)}
              rows={found.slice(0, rows)}
              keyOf={({ key }) => key}
              empty={<EmptyState>{lines.length === 0 ? text.noHistory : text.noMatch}</EmptyState>}
            />
            {found.length > 0 && (
              <div className="flex flex-wrap items-center justify-between gap-2 border-t border-line px-3 py-2 text-xs text-soft">
                <span>
                  {text.rows(count(Math.min(rows, found.length)), count(found.length))}
                  {cut && ` · ${text.cut}`}
                </span>
                {rows < found.length && (
                  <Button small onClick={() => setRows(rows + 4 * SHOWN)}>
                    {text.more}
                  </Button>
                )}
              </div>
            )}
          </>
        )}
      </Shown>
    </Panel>
  );
}

const TONE = { long: "text-long", short: "text-short" } as const;

function columnsOf(symbolOf: (line: Line) => string): Column<Line>[] {
  const { historyColumns: columns } = text;
  return [
    { key: "time", title: columns.time, left: true, cell: ({ time }) => <span title={iso(time)}>{moment(time)}</span> },
    { key: "kind", title: columns.kind, left: true, cell: ({ kind }) => text.kinds[kind] ?? kind },
    { key: "market", title: columns.market, left: true, cell: symbolOf },
    { key: "size", title: columns.size, cell: ({ size: units }) => amount(units, signedSize, sizeExact) },
    { key: "price", title: columns.price, cell: ({ price: units }) => amount(units, price, priceExact), wide: true },
    { key: "fee", title: columns.fee, cell: ({ fee }) => amount(fee, owed, moneyExact) },
    { key: "funding", title: columns.funding, cell: ({ funding }) => amount(funding, owed, moneyExact), wide: true },
    { key: "charge", title: columns.charge, cell: ({ charge }) => amount(charge, owed, moneyExact), wide: true },
    {
      key: "change",
      title: columns.change,
      cell: ({ change }) => {
        const tone = change === null ? undefined : toneOf(change);
        return <span className={tone && TONE[tone]}>{amount(change, signedMoney, moneyExact)}</span>;
      },
    },
    { key: "cash", title: columns.cash, cell: ({ cash }) => amount(cash, money, moneyExact) },
  ];
}

const owed = (units: bigint): string => money(units, "up");
const signedSize = (units: bigint): string => `${units > 0n ? "+" : ""}${size(units)}`;

/** What a line does not have is empty; a dash is for what is not known. */
function amount(units: bigint | null, show: (units: bigint) => string, full: (units: bigint) => string) {
  return units === null ? "" : <span title={full(units)}>{show(units) || UNKNOWN}</span>;
}

function save(content: string, name: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: "text/csv;charset=utf-8" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
