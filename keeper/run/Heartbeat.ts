// SPDX-License-Identifier: MIT
import type { Logger } from "pino";
import type { Sender } from "../../chain/send/Sender.js";

/** Tells the other keepers that this one lives, also while a look takes long. */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;
  private beating = false;

  /** `interval`: milliseconds; undefined: there are no others. */
  constructor(
    private readonly interval: number | undefined,
    private readonly sender: Sender,
    private readonly log: Logger,
  ) {}

  start(): void {
    if (this.interval === undefined) return;
    this.timer = setInterval(() => void this.beat(), this.interval);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async beat(): Promise<void> {
    if (this.beating) return;
    this.beating = true;
    try {
      await this.sender.beat();
    } catch (failure) {
      this.log.error({ reason: (failure as Error).message }, "no sign of life could be given: the database");
    }
    this.beating = false;
  }
}
