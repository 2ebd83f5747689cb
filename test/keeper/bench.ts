// SPDX-License-Identifier: MIT
import { Wallet, toQuantity } from "ethers";
import { pino } from "pino";
import { parseConfig } from "../../keeper/config/Config.js";
import { createKeeper, type KeeperOptions } from "../../keeper/run/createKeeper.js";
import type { Keeper } from "../../keeper/run/Keeper.js";
import { createMetrics, type Metrics } from "../../keeper/run/metrics.js";
import { SqliteStore } from "../../chain/store/SqliteStore.js";
import { RpcRefused, type Rpc } from "../../sdk/client/chain/Rpc.js";
import { headerAt } from "../../sdk/client/chain/blocks.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/order.js";
import type { DeployOptions } from "../../deploy/deploy-novation.js";
import { QUOTE, openVenue, type Venue, type Person } from "../stories/venue.js";

type Send = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** The node of a venue, whose answers a test may change: `fault` gets the question and how to ask it. */
export class TestRpc implements Rpc {
  fault: (method: string, params: readonly unknown[], send: Send) => Promise<unknown> = (method, params, send) =>
    send(method, params);
  /** Raw transactions that were given to the node. */
  readonly sent: string[] = [];
  asked = 0;

  constructor(private readonly provider: { send(method: string, params: unknown[]): Promise<unknown> }) {}

  send(method: string, params: readonly unknown[]): Promise<unknown> {
    ++this.asked;
    if (method === "eth_sendRawTransaction") this.sent.push(params[0] as string);
    return this.fault(method, params, (name, list) => this.ask(name, list));
  }

  private async ask(method: string, params: readonly unknown[]): Promise<unknown> {
    try {
      return await this.provider.send(method, [...params]);
    } catch (failure) {
      const { code, message, data } = failure as { code?: number; message: string; data?: unknown };
      throw new RpcRefused(method, Number(code ?? -32_000), message, data);
    }
  }
}

export interface Bench {
  readonly venue: Venue;
  readonly rpc: TestRpc;
  readonly wallet: Wallet;
  readonly keeper: Keeper;
  readonly metrics: Metrics;
  readonly store: SqliteStore;
  readonly traders: Person[];
  /** Another keeper on the same node and database. */
  readonly again: (more?: Partial<KeeperOptions>) => Promise<Keeper>;
}

/**
 * A venue with three long and three short traders at 20x to 8x, and a keeper with a key of its own and nothing but gas
 * money.
 */
export async function openBench(
  config: Record<string, unknown> = {},
  options: Partial<DeployOptions> = {},
): Promise<Bench> {
  const venue = await openVenue({ vaultBudget: 100n * QUOTE, ...options });
  const traders = venue.crowd.slice(0, 6);
  for (const [i, trader] of traders.entries()) await venue.fund(trader, i < 3 ? 3_000n + 1_000n * BigInt(i) : 40_000n);
  for (let i = 0; i < 3; ++i) {
    await venue.trade(traders[i]!, traders[i + 3]!, QUOTE / 2n, 100_000n * 10n ** 18n);
  }
  await venue.roll();

  const wallet = new Wallet(Wallet.createRandom().privateKey);
  await venue.ethers.provider.send("hardhat_setBalance", [wallet.address, toQuantity(10n ** 21n)]);
  const rpc = new TestRpc(venue.ethers.provider);
  const store = new SqliteStore(":memory:", "bench");
  const metrics = createMetrics();
  const deployment = {
    chainId: venue.chainId,
    genesisHash: (await headerAt(rpc, 0))!.hash as Hex,
    firstBlock: 0,
    tokenDecimals: 6,
    clearinghouse: venue.target,
    lens: (await venue.lens.getAddress()) as Address,
    vault: (await venue.vault.getAddress()) as Address,
  };
  const again = (more: Partial<KeeperOptions> = {}): Promise<Keeper> =>
    createKeeper({
      rpc,
      wallets: [wallet],
      deployment,
      store,
      metrics,
      log: pino({ level: "silent" }),
      config: parseConfig({ checkEvery: 1, ...config }, "test"),
      ...more,
    });
  return { venue, rpc, wallet, keeper: await again(), metrics, store, traders, again };
}

/** Within a describe: one bench for all its tests, each of which finds it as it was opened. */
export function benchForEach(config: Record<string, unknown>, use: (bench: Bench) => void): void {
  let bench: Bench;
  let restore: () => Promise<void>;
  before(async () => {
    bench = await openBench(config);
    use(bench);
    restore = await bench.venue.mark();
  });
  afterEach(async () => {
    bench.rpc.fault = (method, params, send) => send(method, params);
    bench.rpc.sent.length = 0;
    await bench.venue.ethers.provider.send("evm_setAutomine", [true]);
    await restore();
    restore = await bench.venue.mark();
  });
}
