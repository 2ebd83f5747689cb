// SPDX-License-Identifier: MIT
import { useState } from "react";
import * as calls from "../../../../sdk/viem/calls.js";
import type { AccountId } from "../../../../sdk/order.js";
import { sequenceOf } from "../../../../sdk/salt.js";
import { callOf } from "../../chain/callOf";
import { useHere } from "../../chain/useHere";
import { useWrite } from "../../chain/useWrite";
import type { OrderState } from "../../data/relay/schemas";
import { moment, price, size } from "../../format";
import { tradeText as text } from "../../text/trade";
import { Button, Confirm, EmptyState, Table, type Column } from "../../ui";
import { magnitude, type Poster } from "./useOrders";

interface Props {
  readonly orders: readonly OrderState[];
  readonly markets: readonly { readonly id: bigint; readonly symbol: string }[];
  readonly poster: Poster;
  readonly relayThere: boolean;
}

/** Open orders. The relay drops one for a signature; the chain voids it for every relay. */
export default function OrdersTable({ orders, markets, poster, relayThere }: Props) {
  const [asked, setAsked] = useState<{ state: OrderState; onChain: boolean }>();
  const symbolOf = ({ order }: OrderState) =>
    markets.find(({ id }) => Number(id) === order.market)?.symbol ?? `#${order.market}`;
  const nameOf = (state: OrderState) => {
    const { order } = state;
    const verb = order.size > 0n ? text.verbs.buy : text.verbs.sell;
    return `${verb} ${size(state.left > 0n ? state.left : magnitude(state))} ${symbolOf(state)} at ${price(order.limit)}`;
  };
  const { columns } = text;
  const list: Column<OrderState>[] = [
    {
      key: "market",
      title: columns.market,
      left: true,
      cell: (state) => (
        <span className="font-medium">
          {symbolOf(state)}{" "}
          <span className={state.order.size > 0n ? "text-long" : "text-short"}>
            {state.order.size > 0n ? text.verbs.buy : text.verbs.sell}
          </span>
        </span>
      ),
    },
    { key: "kind", title: columns.kind, left: true, cell: ({ order }) => text.uses[order.use] },
    { key: "limit", title: columns.limit, cell: ({ order }) => price(order.limit) },
    {
      key: "trigger",
      title: columns.trigger,
      wide: true,
      cell: ({ order }) => (order.trigger === 0n ? "" : `${order.triggerAbove ? "≥" : "≤"} ${price(order.trigger)}`),
    },
    { key: "left", title: columns.left, cell: ({ left }) => size(left) },
    {
      key: "inFlight",
      title: columns.inFlight,
      hint: text.hints.inFlight,
      wide: true,
      cell: ({ inFlight }) => size(inFlight),
    },
    {
      key: "filled",
      title: columns.filled,
      cell: (state) => size(magnitude(state) - state.left - state.inFlight - state.dropped),
    },
    { key: "expires", title: columns.expires, wide: true, cell: ({ order }) => moment(order.expiry) },
    {
      key: "status",
      title: columns.status,
      left: true,
      cell: ({ status }) => text.statuses[status === "done" ? "filled" : status],
    },
    {
      key: "actions",
      title: columns.actions,
      cell: (state) => (
        <Button small onClick={() => setAsked({ state, onChain: !relayThere })}>
          {relayThere ? text.cancel : text.cancelOnChain}
        </Button>
      ),
    },
  ];
  return (
    <>
      <Table
        caption={text.orders}
        columns={list}
        rows={orders}
        keyOf={({ hash }) => hash}
        empty={<EmptyState>{text.noOrders}</EmptyState>}
      />
      {asked && !asked.onChain && (
        <CancelHere
          state={asked.state}
          what={nameOf(asked.state)}
          poster={poster}
          onClose={() => setAsked(undefined)}
          onChain={() => setAsked({ ...asked, onChain: true })}
        />
      )}
      {asked?.onChain && (
        <CancelOnChain state={asked.state} what={nameOf(asked.state)} onClose={() => setAsked(undefined)} />
      )}
    </>
  );
}

interface CancelProps {
  readonly state: OrderState;
  readonly what: string;
  readonly onClose: () => void;
}

function CancelHere({
  state,
  what,
  poster,
  onClose,
  onChain,
}: CancelProps & { readonly poster: Poster; readonly onChain: () => void }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const cancel = async () => {
    setBusy(true);
    setProblem(undefined);
    const failed = await poster.cancel(state);
    setBusy(false);
    if (failed === undefined) onClose();
    else setProblem(failed);
  };
  return (
    <Confirm
      open
      title={text.cancelTitle}
      sentence={text.cancelSentence(what)}
      lines={[{ label: text.columns.order, value: <code className="break-all">{state.hash.slice(0, 18)}…</code> }]}
      action={text.cancel}
      busy={busy}
      problem={problem}
      onConfirm={() => void cancel()}
      onClose={onClose}
    >
      <div className="mt-3">
        <Button kind="quiet" small onClick={onChain}>
          {text.cancelOnChain}
        </Button>
      </div>
    </Confirm>
  );
}

function CancelOnChain({ state, what, onClose }: CancelProps) {
  const { deployment } = useHere();
  const write = useWrite(`cancel ${state.hash}`);
  const send = async () => {
    const { account, salt } = state.order;
    const call = callOf(calls.cancelOrder(deployment.clearinghouse, salt, account as AccountId));
    const ended = await write.send(`${text.cancelTitle}: ${what}`, call);
    if (ended?.stage === "mined") onClose();
  };
  const problem = "told" in write.state ? write.state.told.sentence : undefined;
  return (
    <Confirm
      open
      title={text.cancelTitle}
      sentence={text.cancelChainSentence(what)}
      lines={[{ label: "cancelOrder", value: String(sequenceOf(state.order.salt)) }]}
      action={text.cancelOnChain}
      busy={write.busy}
      problem={problem}
      onConfirm={() => void send()}
      onClose={onClose}
    />
  );
}
