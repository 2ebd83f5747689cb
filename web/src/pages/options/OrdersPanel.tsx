// SPDX-License-Identifier: MIT
import { Suspense, lazy } from "react";
import type { DeployedOptionGroup } from "../../../../sdk/deployment.js";
import type { MyAccount } from "../../chain/useMyAccount";
import { useFills } from "../../data/indexer/useFills";
import type { OptionGroupView } from "../../data/options/lens";
import { useRelayHealth } from "../../data/useServices";
import { optionsText as text } from "../../text/options";
import { tradeText } from "../../text/trade";
import { EmptyState, Shown, Tabs } from "../../ui";
import { usePosts } from "../trade/posts";
import { useMyOrders, usePoster } from "../trade/useOrders";

const FillsTable = lazy(() => import("../trade/FillsTable"));
const OrdersTable = lazy(() => import("../trade/OrdersTable"));
const PostsTable = lazy(() => import("../trade/PostsTable"));
const ChainFill = lazy(() => import("./ChainFill"));

export interface OrdersPanelProps {
  readonly group: DeployedOptionGroup;
  readonly state: OptionGroupView;
  readonly me: MyAccount | undefined;
  readonly nameOf: (series: bigint) => string;
}

/** My resting orders and quotes, with their cancellation, what became of what was signed here, and what was filled. */
export function OrdersPanel({ group, me, nameOf, state }: OrdersPanelProps) {
  const orders = useMyOrders(me?.id);
  const poster = usePoster(me, orders.live);
  const relay = useRelayHealth();
  const posts = usePosts();
  const fills = useFills(me?.id, 0);
  const series = orders.live.map(({ order }) => BigInt(order.market));
  const markets = series.map((id) => ({ id, symbol: nameOf(id) }));
  return (
    <section aria-label={text.orders} className="min-w-0 rounded-md border border-line bg-panel">
      <Tabs
        label={text.orders}
        tabs={[
          {
            value: "orders",
            label: `${text.orders} (${orders.live.length})`,
            content: (
              <Suspense fallback={null}>
                {orders.error ? (
                  <EmptyState>{text.relayAway}</EmptyState>
                ) : (
                  <OrdersTable
                    orders={orders.live}
                    markets={markets}
                    poster={poster}
                    relayThere={relay.data !== undefined}
                  />
                )}
              </Suspense>
            ),
          },
          {
            value: "posts",
            label: `${text.sent} (${posts.length})`,
            content: (
              <Suspense fallback={null}>
                <PostsTable />
              </Suspense>
            ),
          },
          {
            value: "fills",
            label: tradeText.fills,
            content: (
              <Suspense fallback={null}>
                {me === undefined ? (
                  <EmptyState>{text.connect}</EmptyState>
                ) : (
                  <Shown query={fills}>{(rows) => <FillsTable fills={rows} account={me.id} markets={markets} />}</Shown>
                )}
              </Suspense>
            ),
          },
          {
            value: "chain",
            label: text.withoutRelay,
            content: (
              <Suspense fallback={null}>
                <ChainFill me={me} group={group} nameOf={nameOf} state={state} />
              </Suspense>
            ),
          },
        ]}
      />
    </section>
  );
}
