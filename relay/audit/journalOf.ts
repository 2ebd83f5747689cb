// SPDX-License-Identifier: MIT
import type { FullPage } from "../journal/page.js";
import type { SignedCancel } from "../order/cancel.js";
import type { SignedOrder } from "../order/Order.js";
import { pageFromWire, signedFromWire } from "../order/wire.js";

/** A journal with what it shows beside its statements. */
export interface JournalFile {
  readonly pages: readonly FullPage[];
  readonly orders: readonly SignedOrder[];
  readonly cancels: readonly SignedCancel[];
}

interface Line {
  readonly orders: unknown[];
  readonly cancels?: SignedCancel[];
}

/** Downloads a relay's whole journal. */
export async function journalOf(url: string): Promise<JournalFile> {
  let all = "";
  for (let from = 1; ;) {
    const answer = await fetch(`${url}/v1/journal?from=${from}&count=500`);
    if (!answer.ok) throw new Error(`The relay at ${url} gives no journal: it answered ${answer.status}.`);
    const part = await answer.text();
    if (part === "") return readJournal(all);
    all += part;
    from += part.trimEnd().split("\n").length;
  }
}

/** Pages one a line, as /v1/journal gives them. */
export function readJournal(content: string): JournalFile {
  const lines = linesOf(content) as Line[];
  return {
    pages: lines.map(pageFromWire),
    orders: lines.flatMap(({ orders }) => orders.map(signedFromWire)),
    cancels: lines.flatMap(({ cancels }) => cancels ?? []),
  };
}

export function linesOf(content: string): unknown[] {
  return content.split("\n").flatMap((line): unknown[] => (line === "" ? [] : [JSON.parse(line)]));
}
