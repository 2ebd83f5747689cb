// SPDX-License-Identifier: MIT
import { once } from "node:events";
import type { Server } from "node:http";
import { availableParallelism } from "node:os";
import { serve } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Wallet } from "ethers";
import type { Logger } from "pino";
import { StartError } from "../../chain/errors.js";
import { Puller } from "../../chain/reports/Puller.js";
import type { ReportSource } from "../../chain/reports/ReportSource.js";
import { ReportWatch } from "../../chain/reports/ReportWatch.js";
import { Reports } from "../../chain/reports/Reports.js";
import { Lane } from "../../chain/send/Lane.js";
import { Sender } from "../../chain/send/Sender.js";
import { LEASE } from "../../chain/store/PostgresStore.js";
import type { Store as JobStore } from "../../chain/store/Store.js";
import { Follower } from "../../sdk/client/Follower.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Address } from "../../sdk/order.js";
import type { Deployment } from "../../sdk/deployment.js";
import { createApp } from "../api/app.js";
import { Hub } from "../api/Hub.js";
import { Limit } from "../api/limits.js";
import { Trades } from "../api/Trades.js";
import { ChainGate } from "../check/ChainGate.js";
import type { Call } from "../../chain/send/Call.js";
import { MAX_FILLS, MAX_OPTION_FILLS, type Match } from "../book/Engine.js";
import { ChainView } from "../check/ChainView.js";
import type { OrderView, ViewOptions } from "../check/OrderView.js";
import { Eyes } from "../check/Eyes.js";
import { SignaturePool } from "../check/SignaturePool.js";
import { reasonName } from "../order/wire.js";
import type { Key } from "../order/signing.js";
import { LINEAR, optionRules, type BatchRules } from "../settle/batches.js";
import type { Books } from "../settle/encode.js";
import { Settler } from "../settle/Settler.js";
import type { Store } from "../store/Store.js";
import type { Config } from "./Config.js";
import { Desk } from "./Desk.js";
import { Exchange, type News } from "./Exchange.js";
import { createMetrics, type Metrics } from "./metrics.js";
import { LensReader } from "../series/LensReader.js";
import { OptionEyes } from "../series/OptionEyes.js";
import { OptionView } from "../series/OptionView.js";
import { refreshes } from "../series/refreshes.js";
import { Relay, type Watch } from "./Relay.js";

export interface RelayOptions {
  readonly rpc: Rpc;
  readonly deployment: Pick<
    Deployment,
    "chainId" | "clearinghouse" | "lens" | "firstBlock" | "tokenDecimals" | "bundle" | "options"
  >;
  readonly config: Config;
  /** Signs the journal. */
  readonly key: Key;
  /** Send settlements: the first for all that one key can carry. */
  readonly wallets: readonly Wallet[];
  readonly store: Store;
  readonly jobs: JobStore;
  readonly log: Logger;
  readonly host: string;
  readonly port: number;
  readonly bond?: Address | undefined;
  /** Where signed reports come from, for markets whose prices are pulled. */
  readonly reportSource?: ReportSource | undefined;
  /** The header that a proxy in front puts the reader's address into; undefined: there is no proxy. */
  readonly addressHeader?: string | undefined;
  /** The relay cannot go on: its database is gone. */
  readonly onEnd: (why: Error) => void;
}

export class PortUnusable extends StartError {
  constructor(port: number, why: string) {
    super(`The relay cannot serve on port ${port}: ${why}. Give another with --port N.`);
  }
}

export interface Running {
  readonly relay: Relay;
  readonly exchange: Exchange;
  readonly sender: Sender;
  readonly port: number;
  readonly metrics: Metrics;
  close(): Promise<void>;
}

/** Starts a relay: waits for its turn at the database, reads what it has promised, follows the chain, and serves. */
export async function createRelay(options: RelayOptions): Promise<Running> {
  const { rpc, deployment, config, key, wallets, store, jobs, log } = options;
  const { chainId, clearinghouse, firstBlock, tokenDecimals } = deployment;
  store.onLost(options.onEnd);
  await store.acquire();
  const lanes = wallets.map((wallet) => new Lane(wallet, rpc, rpc, chainId));
  const sender = new Sender(rpc, jobs, lanes, config);
  sender.onTrouble = (failure) => log.warn({ reason: (failure as Error).message }, "node took no transaction");
  await sender.load(2 * LEASE);
  // Keys of a shared store are held by signs of life, also while no block comes.
  const beats = setInterval(() => void sender.beat().catch(() => {}), LEASE / 4);

  const follower = new Follower(rpc, {
    clearinghouse,
    fromBlock: firstBlock,
    tokenDecimals,
    reorgDepth: config.reorgDepth,
    blocksAQuery: config.firstPage,
    maxBlocksAQuery: config.largestPage,
    tellHistory: false,
    kind: deployment.options === undefined ? "linear" : "options",
  });
  const submitters = lanes.map(({ address }) => address);
  const holder: { exchange?: Exchange } = {};
  const metrics = createMetrics();
  const sights = sightsOf(options, follower, metrics, lanes[0]!.address, {
    expirySlack: config.expirySlack,
    submitters,
    ordersOf: (account) => holder.exchange?.engine.ofAccount(account) ?? new Set(),
  });
  const { view, eyes } = sights;
  const { expirySlack, maxWaiting } = config;
  const exchange = await Exchange.open({
    store,
    view,
    key,
    chainId,
    clearinghouse,
    expirySlack,
    maxWaiting,
    maxFills: sights.maxFills,
  });
  holder.exchange = exchange;
  exchange.onFailure = options.onEnd;

  const books = {
    orderOf: (hash: `0x${string}`) => exchange.engine.orders.get(hash)!,
    hintOf: view.hintOf.bind(view),
  };
  const { bundle } = deployment;
  const batching = sights.batching(books);
  const prelude = sights.prelude?.(books);
  const settler = new Settler({
    exchange,
    sender,
    rpc,
    clearinghouse,
    bundle,
    books,
    log,
    rules: config,
    batching,
    prelude,
  });
  settler.recover();
  const relay = new Relay({ rpc, follower, view, exchange, sender, settler, eyes, config, metrics, log });
  await relay.look();

  const pool = new SignaturePool(
    chainId,
    clearinghouse,
    config.threads || Math.max(1, availableParallelism() - 1),
    config.maxQueue,
  );
  const desk = new Desk(exchange, new ChainGate(view, rpc, chainId, clearinghouse), pool, chainId, clearinghouse);
  const served = await serveAll(options, { desk, relay, metrics, pool, submitters, view });
  exchange.onNews = (news) => {
    count(news, metrics);
    served.hub.publish(news);
    if (news.matches.length > 0) relay.matched(news.matches);
  };
  exchange.onWritten = (seconds) => metrics.page.observe(seconds);
  const close = async () => {
    clearInterval(beats);
    served.hub.close();
    served.server.close();
    served.server.closeAllConnections();
    await relay.rest();
    await exchange.flush().catch(() => {});
    await pool.close();
  };
  return { relay, exchange, sender, port: served.port, metrics, close };
}

/** How a relay sees the chain, by the kind of its markets. */
interface Sights {
  readonly view: OrderView;
  readonly eyes: Watch;
  readonly maxFills: number;
  batching(books: Books): BatchRules;
  prelude?(books: Books): (batch: readonly Match[]) => Call | undefined;
}

function sightsOf(
  { rpc, deployment, config, reportSource, log }: RelayOptions,
  { venue }: Follower,
  metrics: Metrics,
  sender: Address,
  rules: ViewOptions,
): Sights {
  const { clearinghouse, lens, options } = deployment;
  if (options === undefined) {
    const view = new ChainView(venue, rules);
    const reports = reportSource && new Reports(reportSource, config.maxReportFee);
    const puller = reports && new Puller(rpc, reports, sender);
    const watch = new ReportWatch(metrics, log);
    const eyes = new Eyes(rpc, venue, view, { clearinghouse, lens }, puller, config, watch);
    return { view, eyes, maxFills: MAX_FILLS, batching: () => LINEAR };
  }
  const reader = new LensReader(rpc, clearinghouse, options.lens);
  const symbols = new Map(options.groups.map(({ group, symbol }) => [group as bigint, symbol]));
  const view = new OptionView(venue, { ...rules, reader, symbols, tick: config.optionTick });
  const batching = ({ orderOf }: Books) => optionRules((order) => view.sideGas(orderOf(order).signed.order.account));
  const prelude = (books: Books) => refreshes(view, clearinghouse, books);
  return { view, eyes: new OptionEyes(venue, view, reader), maxFills: MAX_OPTION_FILLS, batching, prelude };
}

interface Served {
  readonly desk: Desk;
  readonly relay: Relay;
  readonly metrics: Metrics;
  readonly pool: SignaturePool;
  readonly submitters: readonly Address[];
  readonly view: OrderView;
}

async function serveAll(options: RelayOptions, { desk, relay, metrics, pool, submitters, view }: Served) {
  const { config, deployment, key, store, host, addressHeader } = options;
  const { chainId, clearinghouse } = deployment;
  const perAddress = new Limit("address", { perSecond: config.addressRate, burst: config.addressBurst });
  const perSigner = new Limit("signer", { perSecond: config.signerRate, burst: config.signerBurst });
  const trades = new Trades();
  const hub = new Hub({
    desk,
    perAddress,
    perSigner,
    names: view,
    maxBuffered: config.maxBuffered,
    maxClients: config.maxClients,
    onRefusal: (reason) => metrics.refused.inc({ reason }),
    onTrade: (trade) => trades.add(trade),
    ...(addressHeader && {
      addressOf: ({ headers, socket }) => String(headers[addressHeader] ?? socket.remoteAddress ?? ""),
    }),
  });
  const app = createApp({
    desk,
    store,
    trades,
    info: { chainId, clearinghouse, relay: key.address, submitters, bond: options.bond },
    perAddress,
    perSigner,
    markets: () => view.markets(),
    names: view,
    onRefusal: (reason) => metrics.refused.inc({ reason }),
    health: () => relay.health(),
    metrics: async () => {
      metrics.clients.set(hub.size);
      metrics.cutOff.set(hub.cutOff);
      metrics.checking.set(pool.waiting);
      metrics.writing.set(desk.exchange.waiting);
      return { type: metrics.registry.contentType, text: await metrics.registry.metrics() };
    },
    addressOf: (context) =>
      (addressHeader && context.req.header(addressHeader)) || getConnInfo(context).remote.address || "",
  });
  const server = serve({ fetch: app.fetch, port: options.port, hostname: host }) as Server;
  hub.attach(server);
  try {
    if (!server.listening) await once(server, "listening");
  } catch (failure) {
    throw new PortUnusable(options.port, (failure as Error).message);
  }
  const address = server.address();
  return { hub, server, port: typeof address === "object" && address !== null ? address.port : options.port };
}

function count({ page, matches }: News, metrics: Metrics): void {
  metrics.matches.inc(matches.length);
  for (const { fills } of matches) metrics.fills.inc(fills.length);
  for (const statement of page?.statements ?? []) {
    if (statement.kind === "accepted") metrics.accepted.inc();
    if (statement.kind === "dropped") metrics.dropped.inc({ reason: reasonName(statement.reason) });
  }
}
