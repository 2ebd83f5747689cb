// SPDX-License-Identifier: MIT
import { alarmsOf } from "../alarms/index.js";
import type { Picture } from "../look/Picture.js";
import type { Message } from "../tell/Message.js";
import type { Metrics } from "../tell/metrics.js";
import { Register, type Change } from "../tell/Register.js";
import type { Limits } from "./limits.js";

/** What is looked at by itself, in its own time. */
export interface ReaderSpec<Part extends keyof Picture = keyof Picture> {
  readonly part: Part;
  /** Seconds from the end of a look to the next. */
  readonly every: number;
  readonly look: () => Promise<Picture[Part]>;
}

export interface WatcherParts {
  readonly limits: Limits;
  readonly readers: readonly ReaderSpec[];
  readonly metrics: Metrics;
  readonly chainId: bigint;
  readonly clearinghouse: string;
  readonly tell: (message: Message) => void;
  /** Why the webhook fails, when it does: a reader like the others, to those that see the rest. */
  readonly webhook?: () => string | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const RUNBOOK = "docs/runbook.md";
/** A look may take so many times its pause and still count as seeing. */
const LATE = 3;

/** Looks by readers of their own, judges what each has seen, and tells what begins and ends. */
export class Watcher {
  private readonly register: Register;
  private readonly failures = new Map<string, string | undefined>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private readonly lookedAt = new Map<string, number>();
  private readonly now: () => number;
  private block: number | null = null;
  private stopped = false;

  constructor(private readonly parts: WatcherParts) {
    this.register = new Register(parts.limits);
    this.now = parts.now ?? Date.now;
    for (const { part } of parts.readers) this.failures.set(part, undefined);
  }

  /** Looks for ever. */
  start(): void {
    for (const reader of this.parts.readers) this.schedule(reader, 0);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    await Promise.all(this.running);
  }

  /** One look by every reader, one after the other; of some alone, if parts are named. */
  async lookOnce(...named: (keyof Picture)[]): Promise<void> {
    for (const reader of this.parts.readers) {
      if (named.length === 0 || named.includes(reader.part)) await this.look(reader);
    }
  }

  get standing(): Register["standing"] {
    return this.register.standing;
  }

  health(): { ok: boolean; block: number | null; blind: Record<string, string>; standing: Register["standing"] } {
    const blind: Record<string, string> = {};
    for (const { part, every } of this.parts.readers) {
      const [failure, at] = [this.failures.get(part), this.lookedAt.get(part)];
      if (failure !== undefined) blind[part] = failure;
      else if (at === undefined) blind[part] = "has not seen anything yet";
      else if (this.now() - at > (every * LATE + this.parts.limits.blindFor) * 1_000) {
        blind[part] = `has seen nothing since ${new Date(at).toISOString()}`;
      }
    }
    return { ok: Object.keys(blind).length === 0, block: this.block, blind, standing: this.standing };
  }

  private schedule(reader: ReaderSpec, pause: number): void {
    if (this.stopped) return;
    const begin = () => {
      const look = this.look(reader).finally(() => {
        this.running.delete(look);
        this.schedule(reader, reader.every * 1_000);
      });
      this.running.add(look);
    };
    this.timers.set(reader.part, setTimeout(begin, pause));
  }

  private async look({ part, look }: ReaderSpec): Promise<void> {
    const { metrics } = this.parts;
    const began = performance.now();
    let seen: Picture[keyof Picture] | undefined;
    try {
      seen = await look();
      this.failures.set(part, undefined);
      this.lookedAt.set(part, this.now());
      metrics.lookedAt.set({ reader: part }, this.now() / 1_000);
    } catch (failure) {
      this.failures.set(part, (failure as Error).message);
      metrics.failures.inc({ reader: part });
    }
    if (seen !== undefined) this.judge(part, seen);
    metrics.look.observe({ reader: part }, (performance.now() - began) / 1_000);
    const readers = [...this.failures].map(([name, failure]) => ({ name, failure }));
    const webhook = this.parts.webhook;
    this.judge("readers", webhook ? [...readers, { name: "webhook", failure: webhook() }] : readers);
  }

  private judge<Part extends keyof Picture>(part: Part, seen: Picture[Part]): void {
    if (part === "venue") this.see(seen as Picture["venue"]);
    for (const alarm of alarmsOf(part)) {
      for (const change of this.register.see(alarm as never, seen, this.now())) this.tell(change);
    }
  }

  private see({ header, accounts }: Picture["venue"]): void {
    this.block = header.number;
    this.parts.metrics.block.set(header.number);
    this.parts.metrics.accounts.set(accounts);
  }

  private tell({ event, standing: { alarm, subject, says, since } }: Change): void {
    const { metrics, chainId, clearinghouse, tell } = this.parts;
    const { name, severity } = alarm;
    const labels = { name, subject, severity };
    if (event === "raised") metrics.alarm.set(labels, 1);
    else metrics.alarm.remove(labels);
    metrics.told.inc({ event });
    const [began, at] = [new Date(since).toISOString(), new Date(this.now()).toISOString()];
    const runbook = `${RUNBOOK}#${name.toLowerCase()}`;
    const id = `${name}/${subject}/${began}`;
    const where = { chainId: Number(chainId), clearinghouse, block: this.block };
    tell({ event, alarm: name, subject, severity, says, since: began, at, ...where, runbook, id });
  }
}
