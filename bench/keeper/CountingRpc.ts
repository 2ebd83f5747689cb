// SPDX-License-Identifier: MIT
import { OPTION_LENS } from "../../keeper/options/look/lens.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";

const NAMES = new Map<string, string>();
OPTION_LENS.forEachFunction(({ selector, name }) => void NAMES.set(selector, name));

/** Questions of one kind. `ms`: the sum of what each took, also of those that are asked at once. */
export interface Asked {
  count: number;
  ms: number;
}

/** Counts what a node is asked, by method, and by function of the option lens. */
export class CountingRpc implements Rpc {
  readonly asked = new Map<string, Asked>();
  /** When transactions were sent, by the clock of `performance`. */
  readonly sent: number[] = [];
  /** Milliseconds in which at least one question waited for its answer. */
  waited = 0;
  private waiting = 0;
  private since = 0;

  constructor(private readonly node: Rpc) {}

  async send(method: string, params: readonly unknown[]): Promise<unknown> {
    if (method === "eth_sendRawTransaction") this.sent.push(performance.now());
    const began = performance.now();
    if (this.waiting++ === 0) this.since = began;
    try {
      return await this.node.send(method, params);
    } finally {
      const now = performance.now();
      if (--this.waiting === 0) this.waited += now - this.since;
      const name = nameOf(method, params);
      const asked = this.asked.get(name) ?? { count: 0, ms: 0 };
      this.asked.set(name, { count: asked.count + 1, ms: asked.ms + now - began });
    }
  }

  turn(): void {
    this.node.turn?.();
  }

  /** What was asked since the last call. */
  taken(): { asked: Record<string, Asked>; waited: number; sent: readonly number[] } {
    const taken = { asked: Object.fromEntries(this.asked), waited: this.waited, sent: [...this.sent] };
    this.asked.clear();
    [this.waited, this.sent.length] = [0, 0];
    return taken;
  }
}

function nameOf(method: string, [first]: readonly unknown[]): string {
  if (method !== "eth_call") return method;
  const { data } = first as { data: string };
  return NAMES.get(data.slice(0, 10)) ?? method;
}
