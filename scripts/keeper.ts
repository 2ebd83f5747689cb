// SPDX-License-Identifier: MIT
import { pino } from "pino";
import { parseConfig } from "../keeper/config/Config.js";
import { createKeeper } from "../keeper/run/createKeeper.js";
import type { Keeper } from "../keeper/run/Keeper.js";
import type { SignedOrder } from "../keeper/plan/Snapshot.js";
import { SqliteStore } from "../keeper/store/SqliteStore.js";
import type { Address } from "../sdk/order.js";
import { NANO, type House } from "./house.js";
import { rpcOf } from "./rpc.js";
import { seeded } from "./scenario/random.js";

// What differs from the keeper's defaults on a chain that nobody else uses, and that mines a second at a time.
const CONFIG = {
  secondsAhead: 1,
  retryAfter: 1,
  mostPending: 1_000,
  mostGasAnHour: "1000000000000000000000",
  checkAccounts: 20,
};

/** The keeper of `keeper/` at work on a house whose blocks somebody else mines. */
export class HouseKeeper {
  /** What its simulations refused, by action and reason. */
  readonly refusals = new Map<string, number>();
  private trouble: string | undefined;

  private constructor(private keeper: Keeper | undefined) {}

  static async start(house: House): Promise<HouseKeeper> {
    const own = new HouseKeeper(undefined);
    const { clearinghouse, lens, vault } = house.deployed;
    const [chainId, ...addresses] = [
      house.domain.chainId as bigint,
      ...(await Promise.all([clearinghouse, lens, vault].map((each) => each.getAddress()))),
    ];
    const [at, lensAt, vaultAt] = addresses as [Address, Address, Address];
    own.keeper = await createKeeper({
      rpc: rpcOf(house.chain.provider),
      wallets: [house.keeper],
      deployment: { chainId, fromBlock: 0, clearinghouse: at, lens: lensAt, vault: vaultAt },
      config: parseConfig({ ...CONFIG, mostInventory: Math.round(house.keeperLimit * NANO) }, "npm start"),
      random: seeded(1), // which accounts it compares: the same in every run
      store: new SqliteStore(":memory:", at),
      log: pino({ level: "info" }, { write: (line) => own.hear(JSON.parse(line) as Heard) }),
      orders: async () => house.rooms.flatMap(({ offers }): SignedOrder[] => offers as SignedOrder[]),
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
