// SPDX-License-Identifier: MIT
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { tell, Said } from "../../chain/refusal";
import { useHere } from "../../chain/useHere";
import { useWallet } from "../../chain/useWallet";
import type { MyAccount } from "../../chain/useMyAccount";
import { laneOf } from "../../../../sdk/salt.js";
import { relayApi } from "../../data/relay/api";
import type { OrderState } from "../../data/relay/schemas";
import { useStream } from "../../data/useServices";
import { chainText } from "../../text/chain";
import { tradeText as text } from "../../text/trade";
import { freeLane, nextSequence, orderOf, type Draft, type Signing } from "./draft";
import { isPending, progressOf } from "./post";
import { beginPost, hearPost, movePost, usePosts } from "./posts";

const LIVE = new Set(["open", "waiting", "matched"]);

/** The account's orders at the relay: asked once, then kept by its stream. */
export function useMyOrders(account: bigint | undefined) {
  const { services } = useHere();
  const stream = useStream();
  const queries = useQueryClient();
  const key = ["relay", "orders", String(account)];
  const query = useQuery({
    queryKey: key,
    enabled: account !== undefined,
    refetchInterval: 10_000,
    queryFn: () => relayApi.orders(services.relay, account!),
  });
  useEffect(() => {
    if (account === undefined) return;
    return stream.onOrders(account, (state) => {
      hearPost({ kind: "heard", hash: state.hash, state: progressOf(state, magnitude(state)) });
      queries.setQueryData<OrderState[]>(
        ["relay", "orders", String(account)],
        (before) => before && [...before.filter(({ hash }) => hash !== state.hash), state],
      );
    });
  }, [account, queries, stream]);
  useEffect(() => {
    for (const state of query.data ?? []) {
      hearPost({ kind: "heard", hash: state.hash, state: progressOf(state, magnitude(state)) });
    }
  }, [query.data]);
  return { ...query, live: (query.data ?? []).filter(({ status }) => LIVE.has(status)) };
}

export function magnitude({ order }: OrderState): bigint {
  return order.size < 0n ? -order.size : order.size;
}

export interface Poster {
  readonly pending: boolean;
  /** Signs and posts; resolves to whether the relay took it. */
  readonly post: (
    title: string,
    draft: Draft,
    signing: Omit<Signing, "account" | "lane" | "sequence">,
  ) => Promise<boolean>;
  readonly cancel: (state: OrderState) => Promise<string | undefined>;
}

let lastSequence = 0n;

/** Signs orders and cancellations, one at a time. */
export function usePoster(me: MyAccount | undefined, live: readonly OrderState[]): Poster {
  const here = useHere();
  const queries = useQueryClient();
  const wallet = useWallet();
  const posts = usePosts();
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const refresh = useCallback(() => queries.invalidateQueries({ queryKey: ["relay", "orders"] }), [queries]);

  const post = useCallback<Poster["post"]>(
    async (title, draft, signing) => {
      if (running.current) return false;
      running.current = true;
      setBusy(true);
      const id = beginPost(title);
      try {
        const signer = await wallet();
        if (me === undefined) throw new Said({ kind: "unauthorised", sentence: chainText.unauthorised });
        const sequence = nextSequence(signing.now, lastSequence);
        const lane = freeLane(live.map(({ order }) => laneOf(order.salt)));
        const order = orderOf(draft, { ...signing, account: me.id, sequence, lane });
        if (order === undefined) throw new Said({ kind: "refused", sentence: text.incomplete });
        lastSequence = sequence;
        const { signedBody } = await import("./signing");
        const body = await signedBody(order, signer, here);
        movePost(id, { kind: "signed" });
        const posted = await relayApi.post(here.services.relay, body);
        const whole = order.size < 0n ? -order.size : order.size;
        const { hash, number, receipt } = posted;
        movePost(id, { kind: "accepted", hash, number, page: receipt?.page.page, state: progressOf(posted, whole) });
        void refresh();
        return true;
      } catch (failure) {
        movePost(id, { kind: "failed", told: tell(failure) });
        return false;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [here, live, me, refresh, wallet],
  );

  const cancel = useCallback<Poster["cancel"]>(
    async ({ hash }) => {
      try {
        const signer = await wallet();
        const { signCancel } = await import("./signing");
        const signature = await signCancel(hash, signer, here);
        await relayApi.cancel(here.services.relay, hash, signature);
        void refresh();
        return undefined;
      } catch (failure) {
        return tell(failure).sentence;
      }
    },
    [here, refresh, wallet],
  );

  return { pending: busy || posts.some((each) => isPending(each.post)), post, cancel };
}
