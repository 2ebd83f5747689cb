// SPDX-License-Identifier: MIT
import type { Wallet } from "ethers";
import { pino } from "pino";
import { parseConfig } from "../../keeper/config/Config.js";
import { createKeeper } from "../../keeper/run/createKeeper.js";
import type { Keeper } from "../../keeper/run/Keeper.js";
import { SqliteStore } from "../../chain/store/SqliteStore.js";
import { rpcOf } from "../../sdk/client/chain/rpcOf.js";
import { seeded } from "../../tools/random.js";
import type { DeployedVenue } from "./deployVenue.js";
import type { SignedOrder } from "./orders.js";

// What differs from the keeper's defaults on a chain that nobody else uses, and that mines a second at a time.
const CONFIG = {
  secondsAhead: 1,
  retryAfter: 1,
  maxPending: 1_000,
  maxGasAnHour: "1000000000000000000000",
  checkAccounts: 20,
};

export interface Hire {
  wallet: Wallet;
  /** The most notional that it takes over, 1e-9 quote. */
  maxInventory: number;
  /** The orders that it may liquidate to. */
  orders: () => readonly SignedOrder[];
}

/** The keeper of `keeper/` at work on a venue whose blocks somebody else mines. */
export class VenueKeeper {
  /** What its simulations refused, by action and reason. */
  readonly refusals = new Map<string, number>();
  private trouble: string | undefined;

  private constructor(private keeper: Keeper | undefined) {}

  static async start({ chain, at, deployment }: DeployedVenue, { wallet, maxInventory, orders }: Hire) {
    const own = new VenueKeeper(undefined);
    own.keeper = await createKeeper({
      rpc: rpcOf(chain.provider),
      wallets: [wallet],
      deployment,
      config: parseConfig({ ...CONFIG, maxInventory }, "the keeper of a venue"),
      random: seeded(1), // which accounts it compares: the same in every run
      store: new SqliteStore(":memory:", at.clearinghouse),
      log: pino({ level: "info" }, { write: (line) => own.hear(JSON.parse(line) as Heard) }),
      orders: async () => orders(),
    });
    return own;
  }

  /** One look, and what it sends; whether anything waits for a block. */
  async look(): Promise<boolean> {
    await this.keeper!.wake();
    if (this.trouble) throw new Error(`the keeper is in trouble: ${this.trouble}`);
    return this.keeper!.report.status().pending > 0;
  }

  private hear({ level, msg, job, reason, err }: Heard): void {
    if (level >= 50) this.trouble ??= `${msg} ${err?.stack ?? ""}`;
    if (msg !== "the simulation refused") return;
    const name = `${job!.split(" ")[0]}: ${reason!.split(":")[0]}`;
    this.refusals.set(name, (this.refusals.get(name) ?? 0) + 1);
  }
}

/** A line of the keeper's log. */
interface Heard {
  level: number;
  msg: string;
  job?: string;
  reason?: string;
  err?: { stack: string };
}
