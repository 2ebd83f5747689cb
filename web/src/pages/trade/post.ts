// SPDX-License-Identifier: MIT
import type { Told } from "../../chain/refusal";
import type { OrderState } from "../../data/relay/schemas";

// What becomes of an order that is signed here. "Matched" is the relay's word; "filled" is said only of what the chain
// has: the relay tells of it once the fill is mined.

export type Post =
  | { readonly stage: "signing" }
  | { readonly stage: "posting" }
  | {
      readonly stage: "accepted";
      readonly hash: string;
      readonly number: number;
      readonly page: number | undefined;
      readonly state: Progress;
    }
  | { readonly stage: "declined" | "refused"; readonly told: Told };

/** Of an accepted order. Sizes are magnitudes, 1e-9 base. */
export interface Progress {
  readonly status: "open" | "waiting" | "matched" | "filled" | "dropped";
  readonly filled: bigint;
  readonly inFlight: bigint;
  readonly left: bigint;
  readonly dropped: bigint;
}

export type PostEvent =
  | { readonly kind: "signed" }
  | { readonly kind: "failed"; readonly told: Told }
  | {
      readonly kind: "accepted";
      readonly hash: string;
      readonly number: number;
      readonly page: number | undefined;
      readonly state: Progress;
    }
  | { readonly kind: "heard"; readonly hash: string; readonly state: Progress };

export const BEGUN: Post = { stage: "signing" };

export function nextPost(post: Post, event: PostEvent): Post {
  switch (event.kind) {
    case "signed":
      return post.stage === "signing" ? { stage: "posting" } : post;
    case "failed":
      if (post.stage !== "signing" && post.stage !== "posting") return post;
      return { stage: event.told.kind === "rejected" ? "declined" : "refused", told: event.told };
    case "accepted": {
      if (post.stage !== "posting") return post;
      const { hash, number, page, state } = event;
      return { stage: "accepted", hash, number, page, state };
    }
    case "heard":
      return post.stage === "accepted" && post.hash === event.hash ? { ...post, state: event.state } : post;
  }
}

/** May another order be signed meanwhile? Not while one waits for the wallet or the relay. */
export function isPending(post: Post | undefined): boolean {
  return post?.stage === "signing" || post?.stage === "posting";
}

/** How an order stands, of the relay's state and its whole size: what is not left, in flight or dropped is filled. */
export function progressOf(
  { status, left, inFlight, dropped }: Pick<OrderState, "status" | "left" | "inFlight" | "dropped">,
  whole: bigint,
): Progress {
  const rest = whole - left - inFlight - dropped;
  const filled = rest > 0n ? rest : 0n;
  const said = status === "done" ? "filled" : status;
  // Dropped with a part filled is told as dropped, with how much was filled beside it.
  return { status: said, filled, inFlight, left, dropped };
}
