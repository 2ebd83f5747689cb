// SPDX-License-Identifier: MIT
import { Lane } from "../../../chain/send/Lane.js";
import { Sender } from "../../../chain/send/Sender.js";
import { RpcFailed, RpcRefused } from "../../../sdk/client/chain/Rpc.js";
import { NodeUnreachable } from "../../config/errors.js";
import type { KeeperOptions } from "../../run/createKeeper.js";
import { createMetrics } from "../../run/metrics.js";
import { prove } from "../../run/prove.js";
import { ChainFollower } from "../../follow/ChainFollower.js";
import { OptionKeeper } from "./OptionKeeper.js";

export type OptionKeeperOptions = Omit<KeeperOptions, "orders" | "reports" | "random">;

/** A keeper for an option clearinghouse, after a look that it is there. Nodes that fail meanwhile are told by name. */
export async function createOptionKeeper(options: OptionKeeperOptions): Promise<OptionKeeper> {
  try {
    return await create(options);
  } catch (failure) {
    if (failure instanceof RpcFailed || failure instanceof RpcRefused) throw new NodeUnreachable(failure.message);
    throw failure;
  }
}

async function create(options: OptionKeeperOptions): Promise<OptionKeeper> {
  const { rpc, relay = rpc, wallets, deployment, config, store, log } = options;
  const { metrics = createMetrics(), dryRun = false } = options;
  await prove(rpc, deployment);
  const { clearinghouse, lens, vault, firstBlock: fromBlock, chainId, tokenDecimals } = deployment;
  const { reorgDepth, firstPage, largestPage } = config;
  const pages = { reorgDepth, firstPage, largestPage };
  const following = { clearinghouse, fromBlock, tokenDecimals, kind: "options", ...pages } as const;
  const follower = new ChainFollower(rpc, following, (block, head) => keeper.report.backfill(block, head));
  const lanes = wallets.map((wallet) => new Lane(wallet, rpc, relay, chainId));
  const sender = new Sender(rpc, store, lanes, config);
  const addresses = { clearinghouse, lens, vault };
  const parts = { rpc, store, follower, sender, addresses, config, metrics, log, dryRun, chainId, fromBlock };
  const keeper = new OptionKeeper(parts);
  await keeper.start();
  return keeper;
}
