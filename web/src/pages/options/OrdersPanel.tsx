// SPDX-License-Identifier: MIT
import { Suspense, lazy } from "react";
import type { DeployedOptionGroup } from "../../../../sdk/deployment.js";
import type { MyAccount } from "../../chain/useMyAccount";
import type { OptionGroupView } from "../../data/options/lens";
import { useRelayHealth } from "../../data/useServices";
import { optionsText as text } from "../../text/options";
import { EmptyState, Tabs } from "../../ui";
import { usePosts } from "../trade/posts";
import { useMyOrders, usePoster } from "../trade/useOrders";

const OrdersTable = lazy(() => import("../trade/OrdersTable"));
const PostsTable = lazy(() => import("../trade/PostsTable"));
const ChainFill = lazy(() => import("./ChainFill"));

export interface OrdersPanelProps {
  readonly group: DeployedOptionGroup;
  readonly state: OptionGroupView;
  readonly me: MyAccount | undefined;
  readonly nameOf: (series: bigint) => string;
}

/** My resting orders and quotes, with their cancellation, and what became of what was signed here. */
export function OrdersPanel({ group, me, nameOf, state }: OrdersPanelProps) {
  const orders = useMyOrders(me?.id);
  const poster = usePoster(me, orders.live);
  const relay = useRelayHealth();
  const posts = usePosts();
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
