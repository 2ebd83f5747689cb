// SPDX-License-Identifier: MIT
import { useSyncExternalStore } from "react";
import { BEGUN, nextPost, type Post, type PostEvent } from "./post";

/** An order of this page with what it was signed for. */
export interface Posted {
  readonly id: number;
  /** "Buy 0.1 BTC, limit 60,000.00". */
  readonly title: string;
  readonly post: Post;
}

// Outside of components: a page that is left and entered again still tells what became of them.
let list: readonly Posted[] = [];
let count = 0;
const listeners = new Set<() => void>();
const KEPT = 20;

function put(next: readonly Posted[]): void {
  list = next;
  for (const listener of listeners) listener();
}

export function beginPost(title: string): number {
  const id = ++count;
  put([...list, { id, title, post: BEGUN }].slice(-KEPT));
  return id;
}

export function movePost(id: number, event: PostEvent): void {
  put(list.map((each) => (each.id === id ? { ...each, post: nextPost(each.post, event) } : each)));
}

/** The relay says how an order stands. */
export function hearPost(event: PostEvent & { readonly kind: "heard" }): void {
  const found = list.find(({ post }) => post.stage === "accepted" && post.hash === event.hash);
  if (found !== undefined) movePost(found.id, event);
}

export function forgetPost(id: number): void {
  put(list.filter((each) => each.id !== id));
}

export function usePosts(): readonly Posted[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => list,
  );
}
