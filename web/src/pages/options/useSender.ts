// SPDX-License-Identifier: MIT
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { NOBODY, type MarketId } from "../../../../sdk/order.js";
import { addressOf } from "../../../../sdk/range.js";
import { laneOf } from "../../../../sdk/salt.js";
import { tell } from "../../chain/refusal";
import { useHere } from "../../chain/useHere";
import type { MyAccount } from "../../chain/useMyAccount";
import { useWallet } from "../../chain/useWallet";
import { relayApi } from "../../data/relay/api";
import type { OrderState, Posted } from "../../data/relay/schemas";
import { optionsText as text } from "../../text/options";
import { freeLane, nextSequence, orderOf, type Draft } from "../trade/draft";
import { progressOf } from "../trade/post";
import { beginPost, movePost } from "../trade/posts";

/** An order that is to be signed, with what it is called. */
export interface Wanted {
  readonly title: string;
  readonly series: bigint;
  readonly draft: Draft;
  /** When its series expires, which no order outlives; undefined: never. */
  readonly ends: bigint | undefined;
}

export interface Sending {
  readonly now: bigint;
  /** Seconds. */
  readonly validFor: bigint;
  /** Ppm. */
  readonly maxFee: bigint;
  /** The orders trade together, or none of them does. */
  readonly together: boolean;
}

export interface Sender {
  readonly pending: boolean;
  /** Signs and posts orders; resolves to why not all were taken. */
  readonly send: (wanted: readonly Wanted[], sending: Sending) => Promise<string | undefined>;
}

let lastSequence = 0n;

/** Signs the orders of a spread or of a quote one after the other, each in a lane of its own, and posts them. */
export function useSender(me: MyAccount | undefined, live: readonly OrderState[]): Sender {
  const here = useHere();
  const queries = useQueryClient();
  const wallet = useWallet();
  const running = useRef(false);
  const [pending, setPending] = useState(false);
  const send = useCallback<Sender["send"]>(
    async (wanted, { now, validFor, maxFee, together }) => {
      if (running.current || me === undefined) return text.closed.pending;
      running.current = true;
      setPending(true);
      const { relay } = here.services;
      const lanes = live.map(({ order }) => laneOf(order.salt));
      const begun: number[] = [];
      let accepted = 0;
      const accept = ({ hash, number, receipt, ...state }: Posted) => {
        const progress = progressOf(state, wanted[accepted]!.draft.size);
        movePost(begun[accepted]!, { kind: "accepted", hash, number, page: receipt?.page.page, state: progress });
        ++accepted;
      };
      try {
        // Legs that trade together name who settles them: nobody else fills one of them alone.
        const matcher = together ? addressOf((await relayApi.info(relay)).submitters[0]!, "matcher") : NOBODY;
        const signer = await wallet();
        const { signedBody } = await import("../trade/signing");
        const bodies: unknown[] = [];
        for (const { title, series, draft, ends } of wanted) {
          const id = beginPost(title);
          begun.push(id);
          const [sequence, lane] = [nextSequence(now, lastSequence), freeLane(lanes)];
          lanes.push(lane);
          lastSequence = sequence;
          const left = ends === undefined ? validFor : ends - now;
          const lives = left < validFor ? left : validFor;
          const signing = { account: me.id, market: series as MarketId, mark: 0n, now, validFor: lives, maxFee };
          const plain = orderOf(draft, { ...signing, sequence, lane })!;
          const body = await signedBody(together ? { ...plain, matcher } : plain, signer, here);
          movePost(id, { kind: "signed" });
          if (together) bodies.push(body);
          else accept(await relayApi.post(relay, body));
        }
        if (together) for (const posted of await relayApi.pack(relay, bodies)) accept(posted);
        return undefined;
      } catch (failure) {
        const told = tell(failure);
        for (const id of begun.slice(accepted)) movePost(id, { kind: "failed", told });
        return accepted === 0 ? told.sentence : text.sentSome(accepted, wanted.length, told.sentence);
      } finally {
        running.current = false;
        setPending(false);
        void queries.invalidateQueries({ queryKey: ["relay", "orders"] });
      }
    },
    [here, live, me, queries, wallet],
  );
  return { pending, send };
}
