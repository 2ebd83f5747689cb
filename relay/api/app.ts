// SPDX-License-Identifier: MIT
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod/v4";
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Book } from "../book/Book.js";
import { Refusal } from "../book/refusals.js";
import type { SignedOrder } from "../order/Order.js";
import { signedToWire } from "../order/wire.js";
import type { MarketInfo } from "../check/OrderView.js";
import type { Desk } from "../run/Desk.js";
import type { Store } from "../store/Store.js";
import type { Limit } from "./limits.js";
import type { Trades } from "./Trades.js";
import { openApi } from "./openapi.js";
import { asyncApi } from "./asyncapi.js";
import { marketOf, marketSchema, type Names } from "../order/Names.js";
import {
  batchSchema,
  cancelBelowSchema,
  cancelSchema,
  cancelsSchema,
  hashSchema,
  packageSchema,
  signedOrderSchema,
} from "./schemas.js";
import { showDelta, showMarket, showOrder, showPosted } from "./show.js";

/** What a relay says of itself. */
export interface Info {
  readonly chainId: bigint;
  readonly clearinghouse: Address;
  /** The key that signs pages. */
  readonly relay: Address;
  /** The keys that submit: an order may name the first as its only matcher. */
  readonly submitters: readonly Address[];
  /** Where the relay's bond is. */
  readonly bond: Address | undefined;
}

export interface AppParts {
  readonly desk: Desk;
  readonly store: Store;
  readonly trades: Trades;
  readonly info: Info;
  /** Of a network address, and of a signer. */
  readonly perAddress: Limit;
  readonly perSigner: Limit;
  /** What is listed, as of the head. */
  readonly markets: () => readonly MarketInfo[];
  readonly names: Names;
  /** A request was refused, by the name of the refusal. */
  readonly onRefusal?: (reason: string) => void;
  /** What is wrong with the relay now; undefined: nothing. */
  readonly health: () => Record<string, unknown> & { readonly ok: boolean };
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
  readonly addressOf: (context: Context) => string;
}

const MAX_BODY = 256 * 1_024;
const MAX_DEPTH = 1_000;
const MAX_PAGES = 500;
const MAX_TRADES = 500;

/** The HTTP interface; `openapi.ts` describes it, and a test holds the two together. */
export function createApp(parts: AppParts): Hono {
  const { desk, store, trades, info, health, names } = parts;
  const { engine } = desk.exchange;
  const marketIn = (context: Context) => marketOf(read(marketSchema, context.req.param("market")), names);
  const app = new Hono();
  app.use("*", async (context, next) => {
    await next();
    context.header("access-control-allow-origin", "*");
    context.header("access-control-expose-headers", "retry-after");
    context.header("x-content-type-options", "nosniff");
  });
  app.options("*", (context) => {
    context.header("access-control-allow-methods", "GET, POST, OPTIONS");
    context.header("access-control-allow-headers", "content-type");
    context.header("access-control-max-age", "86400");
    return context.body(null, 204);
  });
  app.use("/v1/*", bodyLimit({ maxSize: MAX_BODY }));
  app.use("/v1/*", async (context, next) => {
    parts.perAddress.take(parts.addressOf(context));
    await next();
  });
  app.onError((failure, context) => {
    parts.onRefusal?.(failure instanceof Refusal ? failure.code : "Failed");
    return answer(context, failure);
  });
  app.notFound((context) => answer(context, new Refusal("NotFound", "There is nothing at this path.", 404)));

  app.post("/v1/orders", async (context) => {
    const signed = read(signedOrderSchema, await json(context)) as SignedOrder;
    parts.perSigner.take(signed.signer.toLowerCase());
    const { live, receipt } = await desk.post(signed);
    return context.json(showPosted(live, receipt), receipt === undefined ? 200 : 201);
  });
  app.post("/v1/orders/batch", async (context) => {
    const list = read(batchSchema, await json(context)) as SignedOrder[];
    parts.perAddress.take(parts.addressOf(context), list.length - 1);
    return context.json(await Promise.all(list.map((signed) => postOne(parts, signed))));
  });
  app.post("/v1/packages", async (context) => {
    const wish = read(packageSchema, await json(context)) as PackageWish;
    return context.json(await postPackage(parts, wish), 201);
  });
  app.get("/v1/orders/:hash", async (context) => {
    const hash = read(hashSchema, context.req.param("hash")) as Hex;
    return context.json(showOrder(desk.find(hash), names));
  });
  app.post("/v1/cancels", async (context) => {
    const { order, signature } = read(cancelSchema, await json(context)) as { order: Hex; signature: Hex };
    const { live, receipt } = await desk.cancel(order, signature);
    return context.json({ ...showOrder(live, names), receipt });
  });
  app.post("/v1/cancels/batch", async (context) => {
    const list = read(cancelsSchema, await json(context)) as { order: Hex; signature: Hex }[];
    parts.perAddress.take(parts.addressOf(context), list.length - 1);
    return context.json(await Promise.all(list.map((cancel) => cancelOne(parts, cancel))));
  });
  app.post("/v1/cancels/below", async (context) => {
    return context.json(await cancelBelow(parts, read(cancelBelowSchema, await json(context)) as CancelBelow));
  });
  app.get("/v1/accounts/:account/orders", (context) => {
    const account = read(z.string().regex(/^\d{1,58}$/), context.req.param("account"));
    const list = [...engine.ofAccount(BigInt(account))].sort((a, b) => a.number - b.number);
    return context.json(list.map((live) => showOrder(live, names)));
  });
  app.get("/v1/markets", (context) => context.json(parts.markets().map(showMarket)));
  app.get("/v1/markets/:market/book", (context) => {
    const market = marketIn(context);
    const depth = numberIn(context, "depth", 50, 1, MAX_DEPTH);
    return context.json(showDelta(engine.peek(market).snapshot(depth), names));
  });
  app.get("/v1/markets/:market/orders", (context) => {
    const market = marketIn(context);
    const depth = numberIn(context, "depth", 50, 1, MAX_DEPTH);
    const { bids, asks } = engine.peek(market);
    const side = ({ levels }: typeof bids) =>
      levels
        .flatMap(({ orders }) => orders)
        .slice(0, depth)
        .map((live) => ({ ...showOrder(live, names), signer: live.signed.signer, signature: live.signed.signature }));
    return context.json({ bids: side(bids), asks: side(asks) });
  });
  app.get("/v1/makers", (context) => {
    const depth = numberIn(context, "depth", 100, 1, MAX_DEPTH);
    return context.json(engine.markets.flatMap((market) => makersOf(engine.book(market), depth)));
  });
  app.get("/v1/markets/:market/trades", (context) => {
    const market = marketIn(context);
    return context.json(trades.latest(market, numberIn(context, "count", 50, 1, MAX_TRADES)));
  });
  app.get("/v1/journal", async (context) => {
    const from = numberIn(context, "from", 1, 1, Number.MAX_SAFE_INTEGER);
    const pages = await store.pages(from, numberIn(context, "count", 100, 1, MAX_PAGES));
    context.header("content-type", "application/x-ndjson");
    return context.body(pages.map((page) => `${page}\n`).join(""));
  });
  app.get("/v1/info", (context) =>
    context.json({
      ...info,
      chainId: Number(info.chainId),
      head: desk.exchange.journal.head,
      markets: engine.markets.map(Number),
    }),
  );
  app.get("/openapi.json", (context) => context.json(openApi()));
  app.get("/asyncapi.json", (context) => context.json(asyncApi()));
  app.get("/health", (context) => {
    const state = health();
    return context.json(state, state.ok ? 200 : 503);
  });
  app.get("/metrics", async (context) => {
    const { type, text } = await parts.metrics();
    context.header("content-type", type);
    return context.body(text);
  });
  return app;
}

/** The best orders of each side that anybody may fill, in the form of a keeper's file of orders. */
function makersOf({ bids, asks }: Book, depth: number) {
  return [bids, asks].flatMap(({ levels }) =>
    levels
      .flatMap(({ orders }) => orders)
      .filter(({ signed }) => BigInt(signed.order.matcher) === 0n)
      .slice(0, depth)
      .map(({ signed }) => {
        const wire = signedToWire(signed);
        return { ...wire, order: { ...wire.order, use: Number(signed.order.use) } };
      }),
  );
}

/** Legs that trade together, and what they pay at most. */
export interface PackageWish {
  readonly legs: readonly SignedOrder[];
  readonly net?: bigint | undefined;
}

/** The legs in their order. */
export async function postPackage(
  { desk, perSigner }: Pick<AppParts, "desk" | "perSigner">,
  { legs, net }: PackageWish,
) {
  for (const { signer } of legs) perSigner.take(signer.toLowerCase());
  return (await desk.postRun(legs, net)).map(({ live, receipt }) => showPosted(live, receipt));
}

/** One cancellation of several. */
async function cancelOne({ desk, names, onRefusal }: AppParts, { order, signature }: { order: Hex; signature: Hex }) {
  return orRefusal(onRefusal, async () => {
    const { live, receipt } = await desk.cancel(order, signature);
    return { ...showOrder(live, names), receipt };
  });
}

export interface CancelBelow {
  readonly account: bigint;
  readonly below: bigint;
  readonly signature: Hex;
}

/** What was cancelled, each with its receipt. */
export async function cancelBelow(
  { desk, names }: Pick<AppParts, "desk" | "names">,
  { account, below, signature }: CancelBelow,
) {
  const cancelled = await desk.cancelBelow(account, below, signature);
  return cancelled.map(({ live, receipt }) => ({ ...showOrder(live, names), receipt }));
}

/** One order of several: what the others come to is no matter. */
export async function postOne(
  { desk, perSigner, onRefusal }: Pick<AppParts, "desk" | "perSigner" | "onRefusal">,
  signed: SignedOrder,
) {
  return orRefusal(onRefusal, async () => {
    perSigner.take(signed.signer.toLowerCase());
    const { live, receipt } = await desk.post(signed);
    return showPosted(live, receipt);
  });
}

/** What a question of several comes to: its answer, or its refusal. */
async function orRefusal<T>(onRefusal: AppParts["onRefusal"], run: () => Promise<T>) {
  try {
    return await run();
  } catch (failure) {
    if (!(failure instanceof Refusal)) throw failure;
    onRefusal?.(failure.code);
    return { error: failure.code, message: failure.message };
  }
}

function answer(context: Context, failure: Error): Response {
  const refusal =
    failure instanceof Refusal
      ? failure
      : new Refusal("Failed", "The relay could not do it. Nothing was accepted; try again.", 503);
  if (refusal.status === 429) context.header("retry-after", "1");
  return context.json({ error: refusal.code, message: refusal.message }, refusal.status);
}

async function json(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    throw new Refusal("NotJson", "The body is not JSON.", 400);
  }
}

/** A value of a schema; throws a Refusal that names the field. */
export function read<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue!.path.length === 0 ? "" : `${issue!.path.join(".")}: `;
  throw new Refusal("Malformed", `${where}${issue!.message}. The form is in /openapi.json.`, 400);
}

function numberIn(context: Context, name: string, usual: number, min: number, max: number): number {
  const given = context.req.query(name);
  const value = given === undefined ? usual : Number(given);
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new Refusal("Malformed", `${name} is ${given}: give a whole number from ${min} to ${max}.`, 400);
  }
  return value;
}
