// SPDX-License-Identifier: MIT
import type { DeployedMarket } from "../../../../sdk/deployment.js";
import { indexOf, type AccountId, type GroupId } from "../../../../sdk/order.js";
import * as calls from "../../../../sdk/viem/calls.js";
import { callOf } from "../../chain/callOf";
import { useHere } from "../../chain/useHere";
import {
  PHASE,
  useChain,
  useGroupView,
  readMarket,
  type AccountView,
  type GroupView,
  type MarketView,
} from "../../data/lens";
import { count, money, percent, price, priceExact, span, UNKNOWN } from "../../format";
import { accountText } from "../../format/account";
import { riskText as text } from "../../text/risk";
import { Age, Banner, Panel, Shown, Stat, Table, type Column } from "../../ui";
import { Act } from "../../ui/Act";
import { chargeOf, savedBy } from "./figures";

export interface LockPanelProps {
  readonly group: bigint;
  readonly account: AccountView | undefined;
  readonly now: bigint | undefined;
}

interface Row {
  readonly market: DeployedMarket;
  readonly view: MarketView;
}

/** Where a group stands on the way to a lock, or in one, with what it would cost the reader. */
export function LockPanel({ group, account, now }: LockPanelProps) {
  const { deployment } = useHere();
  const markets = deployment.markets.filter((market) => market.group === group);
  const query = useGroupView(group);
  const views = useChain(["marketsOf", String(group)], ({ client, here }) =>
    Promise.all(
      markets.map(async (market): Promise<Row> => ({ market, view: await readMarket(client, here, market.id) })),
    ),
  );
  return (
    <Panel
      title={`${text.phase}: ${markets.map(({ symbol }) => symbol).join(", ")}`}
      flush
      aside={<Age at={query.dataUpdatedAt} staleAfter={20_000} of={text.phase} />}
    >
      <Shown query={query}>
        {(view) => (
          <>
            <PhaseHead view={view} now={now} />
            {PHASE[view.phase] === "LOCKED" && account && account.health.relief > 0n && (
              <Relief view={view} account={account} now={now} />
            )}
            <Shown query={views}>
              {(rows) => (
                <Table
                  caption={text.phase}
                  columns={columnsOf(view, account)}
                  rows={rows}
                  keyOf={({ market }) => String(market.id)}
                />
              )}
            </Shown>
          </>
        )}
      </Shown>
    </Panel>
  );
}

function PhaseHead({ view, now }: { readonly view: GroupView; readonly now: bigint | undefined }) {
  const phase = PHASE[view.phase]!;
  const [until, anchors] = [BigInt(view.until), BigInt(view.anchorsDue)];
  return (
    <div className="grid gap-2 border-b border-line p-3">
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        <Stat
          label={text.phase}
          value={<span data-testid="phase">{text.phases[phase]}</span>}
          tone={phase === "NORMAL" ? undefined : "warn"}
        />
        {phase === "NORMAL" ? (
          <Stat
            label={text.anchorsDue}
            value={now === undefined ? UNKNOWN : span(anchors > now ? anchors - now : 0n)}
            title={text.anchorsHint}
          />
        ) : (
          <>
            <Stat
              label={text.countdown}
              value={now === undefined ? UNKNOWN : until > now ? span(until - now) : text.ended}
            />
            <Stat label={text.absorbed} value={count(view.absorbed)} />
            <Stat label={text.owed} value={money(view.deficit, "up")} note={`${text.reserve} ${money(view.reserve)}`} />
          </>
        )}
      </div>
      {phase === "NORMAL" && view.gapped ? (
        <Banner kind="warn">{text.gapped}</Banner>
      ) : (
        <p className="text-xs text-soft">{text.phaseHelp[phase]}</p>
      )}
    </div>
  );
}

/** The reader has winning and losing legs: registered he is charged on the difference. */
function Relief({ view, account, now }: { view: GroupView; account: AccountView; now: bigint | undefined }) {
  const { clearinghouse } = useHere().deployment;
  const { relief, charge, isNetted, account: id } = account.health;
  if (isNetted) return <Banner kind="info">{text.registered(money(relief))}</Banner>;
  const saves = savedBy(account.positions, view.jumps, charge, relief);
  const over = now !== undefined && BigInt(view.until) <= now;
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2 text-xs">
      <span className="flex-1">
        {text.mayRegister(money(relief))} {saves > 0n ? text.saves(money(saves)) : text.savesLater}
      </span>
      <Act
        of={`net-${view.group}`}
        label={text.register}
        subject={accountText(id)}
        sentence={text.registerSentence(money(relief))}
        closed={over ? text.ended : undefined}
        call={() => callOf(calls.net(clearinghouse, BigInt(view.group) as GroupId, [id as AccountId]))}
      />
    </div>
  );
}

function columnsOf(group: GroupView, account: AccountView | undefined): Column<Row>[] {
  const { lockColumns: columns, lockHints: hints } = text;
  const list: Column<Row>[] = [
    { key: "market", title: columns.market, left: true, cell: ({ market }) => <b>{market.symbol}</b> },
    { key: "anchor", title: columns.anchor, cell: ({ view }) => at(view.anchor) },
    { key: "mark", title: columns.mark, cell: ({ view }) => at(view.mark) },
    { key: "moved", title: columns.moved, hint: hints.moved, cell: ({ view }) => moved(view.moved, view.anchor) },
    { key: "threshold", title: columns.threshold, cell: ({ view }) => part(view.gapThreshold, view.anchor) },
  ];
  if (PHASE[group.phase] === "NORMAL") return list;
  const pending = ({ market }: Row) => group.pendingCharges[indexOf(market.id)] ?? 0n;
  const jump = ({ market }: Row) => group.jumps[indexOf(market.id)] ?? 0n;
  return [
    ...list,
    { key: "pending", title: columns.pending, hint: hints.pending, cell: (row) => price(pending(row), 4, "up") },
    {
      key: "mine",
      title: columns.mine,
      hint: hints.mine,
      cell: (row) => {
        const held = account?.positions.find(({ market }) => BigInt(market) === row.market.id)?.size ?? 0n;
        return <b>{account === undefined ? UNKNOWN : money(chargeOf(held, jump(row), pending(row)), "up")}</b>;
      },
    },
  ];
}

function at(units: bigint) {
  return <span title={priceExact(units)}>{price(units)}</span>;
}

const share = (units: bigint, of: bigint): string => (of <= 0n ? UNKNOWN : percent((units * 1_000_000n) / of));
const part = (units: bigint, of: bigint): string => `±${share(units, of)}`;
const moved = (units: bigint, of: bigint): string => `${units > 0n ? "+" : ""}${share(units, of)}`;
