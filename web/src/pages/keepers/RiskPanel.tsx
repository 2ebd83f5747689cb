// SPDX-License-Identifier: MIT
import type { UseQueryResult } from "@tanstack/react-query";
import { abs } from "../../../../sdk/arithmetic.js";
import type { MarketParameters } from "../../../../sdk/parameters/market.js";
import * as calls from "../../../../sdk/viem/calls.js";
import type { AccountId, MarketId } from "../../../../sdk/order.js";
import { callOf } from "../../chain/callOf";
import { useHere } from "../../chain/useHere";
import { useMyAccount } from "../../chain/useMyAccount";
import { STANDING, type MarketView, type VenueView } from "../../data/lens";
import { marketParameters } from "../../data/parameters";
import { money, moneyExact, percent, size, span, UNKNOWN } from "../../format";
import { accountText } from "../../format/account";
import { notionalUp } from "../../format/notional";
import { keepersText as text } from "../../text/keepers";
import { Age, Banner, EmptyState, Panel, Shown, Table, type Column } from "../../ui";
import { Act } from "../../ui/Act";
import { TextField } from "../../ui/TextField";
import { vaultReward } from "./duties";
import type { RiskRow } from "./useDuties";

interface Offer {
  readonly market: { readonly id: bigint; readonly symbol: string };
  readonly view: MarketView;
}

export interface RiskPanelProps {
  readonly risk: UseQueryResult<bigint[]>;
  readonly healths: UseQueryResult<RiskRow[]>;
  readonly asked: bigint | undefined;
  readonly typed: string;
  readonly onTyped: (typed: string) => void;
  readonly offers: readonly Offer[] | undefined;
  readonly venue: VenueView | undefined;
  readonly now: bigint | undefined;
}

/** Who is near to liquidation, and what can be done about it. */
export function RiskPanel(props: RiskPanelProps) {
  const { risk, healths, asked, typed, onTyped, now } = props;
  const { riskColumns: columns } = text;
  const list: Column<RiskRow>[] = [
    {
      key: "account",
      title: columns.account,
      left: true,
      cell: ({ health }) => <span title={String(health.account)}>{accountText(health.account)}</span>,
    },
    {
      key: "standing",
      title: columns.standing,
      left: true,
      cell: ({ health }) => (
        <span
          className={health.standing >= 4 ? "font-medium text-bad" : health.standing === 3 ? "text-warn" : undefined}
        >
          {text.standings[STANDING[health.standing]!]}
        </span>
      ),
    },
    {
      key: "equity",
      title: columns.equity,
      cell: ({ health }) => <span title={moneyExact(health.equity)}>{money(health.equity)}</span>,
    },
    {
      key: "maintenance",
      title: columns.maintenance,
      cell: ({ health }) => <span title={moneyExact(health.maintenance)}>{money(health.maintenance, "up")}</span>,
      wide: true,
    },
    {
      key: "ratio",
      title: columns.ratio,
      hint: text.ratioHint,
      cell: ({ health }) =>
        health.maintenance === 0n ? UNKNOWN : percent((health.equity * 1_000_000n) / health.maintenance, 1),
    },
    {
      key: "call",
      title: columns.call,
      left: true,
      cell: ({ health: { calledAt } }) =>
        calledAt === 0 ? text.notCalled : now === undefined ? UNKNOWN : text.called(span(now - BigInt(calledAt))),
    },
    { key: "actions", title: columns.actions, cell: (row) => <RiskCalls row={row} {...props} /> },
  ];
  return (
    <Panel title={text.risk} flush aside={<Age at={healths.dataUpdatedAt} staleAfter={20_000} of={text.risk} />}>
      <div className="grid gap-2 border-b border-line px-3 py-2 md:grid-cols-[1fr_24rem]">
        <div className="grid content-start gap-2">
          <p className="text-xs text-soft">{text.riskHelp}</p>
          {risk.error !== null && <Banner kind="warn">{text.riskAway}</Banner>}
        </div>
        <TextField
          label={text.lookUp}
          value={typed}
          onChange={onTyped}
          help={text.lookUpHelp}
          problem={typed.trim() !== "" && asked === undefined ? text.lookUpProblem : undefined}
        />
      </div>
      {healths.data === undefined && (risk.error !== null || risk.data?.length === 0) && asked === undefined ? (
        <EmptyState>{text.noRisk}</EmptyState>
      ) : (
        <Shown query={healths}>
          {(rows) => (
            <Table
              caption={text.risk}
              columns={list}
              rows={rows}
              keyOf={({ health }) => String(health.account)}
              marked={({ health }) => health.account === asked}
              empty={<EmptyState>{text.noRisk}</EmptyState>}
            />
          )}
        </Shown>
      )}
    </Panel>
  );
}

/** Margin call, its end, and a takeover of each position by the vault. */
function RiskCalls({ row, offers, venue }: RiskPanelProps & { readonly row: RiskRow }) {
  const { deployment } = useHere();
  const me = useMyAccount();
  const { clearinghouse } = deployment;
  const { health, account } = row;
  const id = health.account as AccountId;
  const name = accountText(id);
  if (account === undefined) return UNKNOWN;
  const called = health.calledAt !== 0;
  return (
    <span className="inline-flex flex-wrap justify-end gap-1">
      {!called && (
        <Act
          of={`marginCall-${id}`}
          label={text.calls.marginCall}
          subject={name}
          sentence={text.sentences.marginCall(name)}
          call={() => callOf(calls.marginCall(clearinghouse, id))}
        />
      )}
      {called && health.standing < 3 && (
        <Act
          of={`clearCall-${id}`}
          label={text.calls.clearCall}
          subject={name}
          sentence={text.sentences.clearCall(name)}
          call={() => callOf(calls.clearCall(clearinghouse, id))}
        />
      )}
      {account.positions
        .filter((position) => position.size !== 0n)
        .map((position) => {
          const offer = offers?.find(({ market }) => market.id === BigInt(position.market));
          const symbol = offer?.market.symbol ?? `#${position.market}`;
          const amount = `${size(abs(position.size))} ${symbol}`;
          const reward =
            offer && venue
              ? vaultReward(health, parametersOf(offer.view), ratesOf(venue), position.size, position.mark)
              : undefined;
          return (
            <Act
              key={position.market}
              of={`liquidateToVault-${id}-${position.market}`}
              label={`${text.calls.liquidateToVault}: ${symbol}`}
              subject={name}
              sentence={text.sentences.liquidateToVault(name, amount)}
              lines={[
                { label: text.lines.size, value: amount },
                { label: text.lines.notional, value: money(notionalUp(position.size, position.mark)) },
              ]}
              reward={reward === undefined ? UNKNOWN : reward === 0n ? undefined : text.lines.atMost(money(reward))}
              closed={called ? undefined : text.closed.noCall}
              call={() =>
                callOf(calls.liquidateToVault(clearinghouse, id, BigInt(position.market) as MarketId, me!.number))
              }
            />
          );
        })}
    </span>
  );
}

function parametersOf({ params }: MarketView): MarketParameters {
  return Object.fromEntries(marketParameters(params).map(({ name, value }) => [name, value])) as never;
}

function ratesOf({ params }: VenueView) {
  return { keeperShare: BigInt(params.keeperShare), vaultDiscount: BigInt(params.vaultDiscount) };
}
