// SPDX-License-Identifier: MIT
import type { Wallet } from "ethers";
import type { Logger } from "pino";
import { RpcFailed, RpcRefused, type Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Deployment } from "../../sdk/deployment.js";
import { Puller } from "../../chain/reports/Puller.js";
import type { ReportSource } from "../../chain/reports/ReportSource.js";
import { ReportWatch } from "../../chain/reports/ReportWatch.js";
import { Reports } from "../../chain/reports/Reports.js";
import { Lane } from "../../chain/send/Lane.js";
import { Sender } from "../../chain/send/Sender.js";
import { Carrier } from "../act/Carrier.js";
import type { Config } from "../config/Config.js";
import { NodeUnreachable } from "../config/errors.js";
import { ChainFollower } from "../follow/ChainFollower.js";
import { Pull } from "../look/Pull.js";
import type { SignedOrder } from "../plan/Snapshot.js";
import type { Store } from "../../chain/store/Store.js";
import { Keeper } from "./Keeper.js";
import { createMetrics, type Metrics } from "./metrics.js";
import { prove } from "./prove.js";

/** What a keeper needs to know of a venue. */
export type KeptVenue = Pick<
  Deployment,
  "chainId" | "genesisHash" | "firstBlock" | "clearinghouse" | "lens" | "vault" | "tokenDecimals" | "bundle"
>;

export interface KeeperOptions {
  readonly rpc: Rpc;
  /** Where transactions are sent. Default: the same node. */
  readonly relay?: Rpc | undefined;
  readonly wallets: readonly Wallet[];
  readonly deployment: KeptVenue;
  readonly config: Config;
  readonly store: Store;
  readonly log: Logger;
  readonly dryRun?: boolean;
  readonly metrics?: Metrics;
  readonly orders?: () => Promise<readonly SignedOrder[]>;
  /** Where signed reports come from, for markets whose prices are pulled. */
  readonly reports?: ReportSource | undefined;
  readonly random?: () => number;
}

/** A keeper for a venue, after a look that the venue is there. Nodes that fail meanwhile are told by name. */
export async function createKeeper(options: KeeperOptions): Promise<Keeper> {
  try {
    return await create(options);
  } catch (failure) {
    if (failure instanceof RpcFailed || failure instanceof RpcRefused) throw new NodeUnreachable(failure.message);
    throw failure;
  }
}

async function create(options: KeeperOptions): Promise<Keeper> {
  const { rpc, relay = rpc, wallets, deployment, config, store, log } = options;
  const { metrics = createMetrics(), dryRun = false, random = Math.random } = options;
  await prove(rpc, deployment);
  const { clearinghouse, lens, vault, firstBlock: fromBlock, chainId, tokenDecimals } = deployment;
  const { reorgDepth, firstPage, largestPage } = config;
  const following = { clearinghouse, fromBlock, tokenDecimals, reorgDepth, firstPage, largestPage };
  const follower = new ChainFollower(rpc, following, (block, head) => keeper.report.backfill(block, head));
  const lanes = wallets.map((wallet) => new Lane(wallet, rpc, relay, chainId));
  const sender = new Sender(rpc, store, lanes, config);
  const addresses = { clearinghouse, lens, vault };
  const puller =
    options.reports && new Puller(rpc, new Reports(options.reports, config.maxReportFee), lanes[0]!.address);
  const pull = puller && new Pull(rpc, puller, config, new ReportWatch(metrics, log));
  const carrier = new Carrier(sender, deployment.bundle);
  const base = { rpc, store, follower, sender, addresses, pull, carrier, config, metrics, log };
  const parts = { ...base, dryRun, random, chainId, fromBlock };
  const keeper = new Keeper({ ...parts, orders: options.orders ?? (async () => []) });
  await keeper.start();
  return keeper;
}
