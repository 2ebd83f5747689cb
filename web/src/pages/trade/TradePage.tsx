// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import { Suspense, lazy, useCallback, useState } from "react";
import { useAccount } from "wagmi";
import { useParams } from "wouter";
import { abs } from "../../../../sdk/arithmetic.js";
import { useChainNow, useHead } from "../../chain/head";
import { marketOfSymbol } from "../../chain/services";
import { useHere } from "../../chain/useHere";
import { useMyAccount } from "../../chain/useMyAccount";
import { useAdmitted } from "../../data/access";
import { indexerApi } from "../../data/indexer/api";
import { useFills } from "../../data/indexer/useFills";
import { PHASE, useAccountView, useGroupView, useMarketView } from "../../data/lens";
import { useRelayHealth } from "../../data/useServices";
import { exact } from "../../format";
import { tradeText as text } from "../../text/trade";
import { Tabs } from "../../ui";
import { AccessBanner } from "./AccessBanner";
import { AccountPanel } from "./AccountPanel";
import { BookPanel } from "./BookPanel";
import { ChartPanel } from "./ChartPanel";
import { MarginCall } from "./MarginCall";
import { MarketBar } from "./MarketBar";
import { PositionsTable, type Row } from "./PositionsTable";
import { TapePanel } from "./TapePanel";
import { LiveTicket, NEW_FORM, pricedForm } from "./Ticket";
import { termsOf, type Situation } from "./checks";
import { useMyOrders, usePoster } from "./useOrders";

// Loaded when its tab is opened: most visitors look at the market first.
const DirectFill = lazy(() => import("./DirectFill"));
const FillsTable = lazy(() => import("./FillsTable"));
const OrdersTable = lazy(() => import("./OrdersTable"));
const PostsTable = lazy(() => import("./PostsTable"));

/** A settled market's status in the lens. */
const SETTLED = 2;

export default function TradePage() {
  const { symbol } = useParams<{ symbol?: string }>();
  const here = useHere();
  const { deployment, services } = here;
  const market = marketOfSymbol(here, symbol) ?? deployment.markets[0]!;
  const me = useMyAccount();
  const { chainId } = useAccount();
  const head = useHead();
  const now = useChainNow();
  const view = useMarketView(market.id);
  const group = useGroupView(market.group);
  const account = useAccountView(me?.id);
  const relay = useRelayHealth();
  const orders = useMyOrders(me?.id);
  const poster = usePoster(me, orders.live);
  const [form, setForm] = useState(NEW_FORM);
  const [tab, setTab] = useState("positions");
  const fills = useFills(me?.id);
  const lifecycles = useQuery({
    queryKey: ["indexer", "lifecycles", String(me?.id)],
    enabled: me !== undefined,
    refetchInterval: 4_000,
    queryFn: () => indexerApi.lifecycles(services.indexer, me!.id),
  });

  const barred = useAdmitted(me?.owner).data === false;
  const position = account.data?.positions.find((each) => BigInt(each.market) === market.id);
  const rows: Row[] = (account.data?.positions ?? []).map((each) => ({
    position: each,
    market: deployment.markets.find(({ id }) => id === BigInt(each.market)),
    lifecycle: lifecycles.data?.find((life) => life.market === BigInt(each.market) && life.closedBy === null),
  }));
  const own = rows.find((row) => row.position === position);
  const situation: Omit<Situation, "book"> = {
    connected: me !== undefined,
    rightChain: BigInt(chainId ?? 0) === deployment.chainId,
    chainThere: !head.error && head.data !== undefined,
    relayThere: !relay.error && relay.data !== undefined,
    market: view.data &&
      group.data && {
        fresh: view.data.fresh,
        settled: view.data.status === SETTLED,
        phase: PHASE[group.data.phase]!,
        lockedUntil: BigInt(group.data.until),
        pauseLevel: view.data.pauseLevel,
        priceBand: BigInt(view.data.params.priceBand),
        terms: termsOf(view.data),
      },
    barred,
    equity: account.data?.health.equity,
    held: position?.size ?? 0n,
  };
  // The same from render to render: rows of the book that did not change are not drawn again.
  const onPrice = useCallback((price: bigint) => setForm((before) => pricedForm(before, price)), []);
  const close = ({ position: held }: Row) =>
    setForm({ ...NEW_FORM, buys: held.size < 0n, size: exact(abs(held.size), 9), reduceOnly: true });

  return (
    <div className="grid gap-1.5">
      {account.data && <MarginCall account={account.data} now={now} />}
      {me && <AccessBanner owner={me.owner} positions={rows.length} />}
      <h1 className="sr-only">{`${text.market} ${market.symbol}`}</h1>
      <MarketBar market={market} />
      <div className="grid grid-cols-1 gap-1.5 lg:grid-cols-[minmax(0,1fr)_17rem_19rem] lg:grid-rows-[26rem_auto]">
        <div className="h-96 lg:h-auto">
          <ChartPanel
            market={market}
            view={view.data}
            position={position}
            entry={own?.lifecycle?.entry}
            fills={(fills.data ?? []).filter((fill) => fill.market === market.id)}
            account={me?.id}
          />
        </div>
        <div className="order-3 h-[26rem] lg:order-none lg:h-auto">
          <BookPanel market={market} onPrice={onPrice} />
        </div>
        <div className="order-2 grid content-start gap-1.5 lg:order-none lg:row-span-2">
          <LiveTicket
            market={market}
            view={view.data}
            account={account.data}
            position={position}
            situation={situation}
            now={now}
            poster={poster}
            form={form}
            onForm={setForm}
          />
          {!situation.relayThere && me && view.data && account.data && now !== undefined && (
            <Suspense>
              <DirectFill
                me={me}
                market={market}
                view={view.data}
                account={account.data}
                position={position}
                now={now}
              />
            </Suspense>
          )}
          <AccountPanel account={account.data} connected={me !== undefined} at={account.dataUpdatedAt} />
        </div>
        <section
          aria-label={text.positions}
          className="order-4 min-h-64 overflow-hidden rounded-md border border-line bg-panel lg:order-none"
        >
          <Suspense>
            <Tabs
              label={text.positions}
              value={tab}
              onChange={setTab}
              tabs={[
                {
                  value: "positions",
                  label: `${text.positions} (${rows.length})`,
                  content: <PositionsTable rows={rows} onClose={close} />,
                },
                {
                  value: "orders",
                  label: `${text.orders} (${orders.live.length})`,
                  content: (
                    <OrdersTable
                      orders={orders.live}
                      markets={deployment.markets}
                      poster={poster}
                      relayThere={situation.relayThere}
                    />
                  ),
                },
                { value: "posts", label: text.posts, content: <PostsTable /> },
                {
                  value: "fills",
                  label: text.fills,
                  content: <FillsTable fills={fills.data ?? []} account={me?.id} markets={deployment.markets} />,
                },
              ]}
            />
          </Suspense>
        </section>
        <div className="order-5 h-72 lg:order-none lg:h-auto">
          <TapePanel market={market} />
        </div>
      </div>
    </div>
  );
}
