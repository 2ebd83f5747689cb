// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Ajv2020 as Ajv } from "ajv/dist/2020.js";
import { asyncApi } from "../api/asyncapi.js";
import { openApi } from "../api/openapi.js";
import { Refusal } from "../book/refusals.js";
import { USE } from "../order/Order.js";
import { cancelBelowDigest, cancelDigest } from "../order/cancel.js";
import { signedToWire } from "../order/wire.js";
import { Place, signedBy, traderOf } from "./Place.js";
import { CHAIN, CLEARINGHOUSE, MARKET, UNIT, hashOf } from "./people.js";

type Answers = Record<string, { content?: Record<string, { schema: object }> }>;
type Paths = Record<string, Record<string, { responses: Answers }>>;

const ajv = new Ajv({ strict: false });

/** A schema says no to what it does not describe: `additionalProperties` is false in all of ours. */
function faultOf(schema: object, value: unknown): string | undefined {
  return ajv.validate(schema, value) ? undefined : ajv.errorsText();
}

describe("the relay's documents are true", () => {
  let place: Place;
  const market = {
    market: MARKET,
    group: 1n,
    mark: 100n * UNIT,
    trades: true,
    makerFee: 200n,
    takerFee: 500n,
    series: undefined,
  };
  const markets = [
    { ...market, initialMargin: 50_000n, priceBand: 50_000n, minNotional: 10n },
    { ...market, market: 8n, mark: undefined, trades: false, initialMargin: 1n, priceBand: 1n, minNotional: 1n },
  ];
  const series = { name: "ETH-25DEC26-4000-C", type: "call", expiry: 1_798_185_600n, strike: 4_000n * UNIT } as const;
  const option = {
    ...markets[0]!,
    market: 270n,
    initialMargin: undefined,
    series: { ...series, forward: 4_010n * UNIT },
  };
  const names = {
    nameOf: (id: bigint) => (id === MARKET ? "ETH-PERPETUAL" : undefined),
    marketNamed: (name: string) => {
      if (name !== "ETH-PERPETUAL") throw new Refusal("SeriesUnknown", `${name} is not listed.`, 404);
      return MARKET;
    },
  };
  beforeEach(async () => (place = await Place.open({ markets: [...markets, option], names })));
  afterEach(() => place.close());
  const [ann, bob, eve] = [traderOf(1), traderOf(2), traderOf(3)];
  const cancelOf = (order: `0x${string}`, key = ann) => ({
    order,
    signature: key.sign(cancelDigest(order, CHAIN, CLEARINGHOUSE)),
  });

  it("OpenAPI: every path, with its answers and its refusals", async () => {
    const paths = openApi().paths as unknown as Paths;
    const asked = new Set<string>();
    /** The answer of a path, held against what the document says of its status. */
    const check = async (status: number, method: "get" | "post", path: string, real = path, body?: unknown) => {
      const answer = await (method === "get" ? place.get(real) : place.post(real, body));
      expect(answer.status, `${path}: ${JSON.stringify(answer.body)}`).to.equal(status);
      const described = paths[path]?.[method]?.responses[status];
      expect(described, `${method} ${path} may answer ${status}`).to.not.equal(undefined);
      const schema = described!.content?.["application/json"]?.schema;
      if (schema !== undefined) expect(faultOf(schema, answer.body), `${path} ${status}`).to.equal(undefined);
      asked.add(`${method} ${path}`);
      return answer.body as never;
    };
    const [rests, second, taker] = [signedBy(ann, -5, 100), signedBy(bob, -1, 101), signedBy(eve, 2, 100)];
    await check(201, "post", "/v1/orders", undefined, signedToWire(rests));
    await check(200, "post", "/v1/orders", undefined, signedToWire(rests));
    await check(422, "post", "/v1/orders", undefined, { ...signedToWire(second), signer: ann.address });
    await check(400, "post", "/v1/orders", undefined, {});
    const wires = [signedToWire(second), signedToWire(taker), { ...signedToWire(taker), signer: ann.address }];
    const batch: object[] = await check(200, "post", "/v1/orders/batch", undefined, wires);
    expect(batch.map((each) => Object.keys(each)[0])).to.deep.equal(["hash", "hash", "error"]);
    await check(200, "get", "/v1/orders/{hash}", `/v1/orders/${hashOf(rests)}`);
    await check(404, "get", "/v1/orders/{hash}", `/v1/orders/0x${"00".repeat(32)}`);
    await check(403, "post", "/v1/cancels", undefined, cancelOf(hashOf(rests), bob));
    const gone: { reason: string; receipt: object } = await check(
      200,
      "post",
      "/v1/cancels",
      undefined,
      cancelOf(hashOf(rests)),
    );
    const { schema } = paths["/v1/cancels"]!["post"]!.responses["200"]!.content!["application/json"]!;
    expect(faultOf(schema, { ...gone, more: 1 }), "a field that is not described").to.not.equal(undefined);
    expect([gone.reason, typeof gone.receipt]).to.deep.equal(["CANCELLED", "object"]);
    const all = { account: String(BigInt(bob.address) << 32n), below: String(2n ** 40n) };
    const digest = cancelBelowDigest(BigInt(all.account), BigInt(all.below), CHAIN, CLEARINGHOUSE);
    await check(403, "post", "/v1/cancels/below", undefined, { ...all, signature: ann.sign(digest) });
    const kept = signedBy(bob, -1, 130, { salt: ((2n ** 41n) << 16n) | 0xfffn });
    await place.order(kept);
    const below: { order: { salt: string } }[] = await check(200, "post", "/v1/cancels/below", undefined, {
      ...all,
      signature: bob.sign(digest),
    });
    expect(below.length).to.be.greaterThan(0);
    expect(place.exchange.engine.orders.get(hashOf(kept))!.left > 0n, "of a later sequence").to.equal(true);
    await check(404, "post", "/v1/cancels", undefined, cancelOf(`0x${"00".repeat(32)}`));
    await check(200, "get", "/v1/accounts/{account}/orders", `/v1/accounts/${BigInt(ann.address) << 32n}/orders`);
    const listed: { mark: string | null }[] = await check(200, "get", "/v1/markets");
    expect(listed.map(({ mark }) => mark)).to.deep.equal([String(100n * UNIT), null, String(100n * UNIT)]);
    const legs = [
      signedBy(eve, 1, 75, { use: USE.TAKER, market: 2n * MARKET }),
      signedBy(eve, 2, 101, { use: USE.TAKER }),
    ].map(signedToWire);
    await check(422, "post", "/v1/packages", undefined, { legs });
    await check(400, "post", "/v1/packages", undefined, { legs: legs.slice(1) });
    await place.order(signedBy(bob, -1, 75, { market: 2n * MARKET }));
    await place.order(signedBy(bob, -2, 101));
    await check(201, "post", "/v1/packages", undefined, { legs, net: "1000000000000" });
    const rest = signedBy(bob, -1, 120);
    await place.order(rest);
    const cancels = [cancelOf(hashOf(rest), bob), cancelOf(hashOf(rest), eve)];
    const each: object[] = await check(200, "post", "/v1/cancels/batch", undefined, cancels);
    expect(each.map((one) => "error" in one)).to.deep.equal([false, true]);
    for (const path of ["book", "orders", "trades"]) {
      const found: { length?: number } = await check(
        200,
        "get",
        `/v1/markets/{market}/${path}`,
        `/v1/markets/${MARKET}/${path}`,
      );
      if (path === "trades") expect(found.length).to.equal(2);
    }
    const named: { market: number; name: string } = await check(
      200,
      "get",
      "/v1/markets/{market}/book",
      "/v1/markets/ETH-PERPETUAL/book",
    );
    expect([named.market, named.name]).to.deep.equal([Number(MARKET), "ETH-PERPETUAL"]);
    await check(404, "get", "/v1/markets/{market}/book", "/v1/markets/ETH-25DEC26/book");
    await check(400, "get", "/v1/markets/{market}/book", "/v1/markets/ETH/book");
    const makers: unknown[] = await check(200, "get", "/v1/makers");
    expect(makers.length).to.be.greaterThan(0);
    for (const path of ["/v1/journal", "/v1/info", "/openapi.json", "/asyncapi.json", "/health", "/metrics"]) {
      await check(200, "get", path);
    }
    const described = Object.entries(paths).flatMap(([path, of]) =>
      Object.keys(of).map((method) => `${method} ${path}`),
    );
    expect([...asked].sort()).to.deep.equal(described.sort());
  });

  it("AsyncAPI: every message of the stream, and every request", async () => {
    const { messages } = asyncApi().channels.stream as unknown as { messages: Record<string, { payload: object }> };
    const stream = await place.stream();
    const ask = async (request: Record<string, unknown>) => {
      expect(faultOf(messages["request"]!.payload, { id: 0, ...request }), JSON.stringify(request)).to.equal(undefined);
      return stream.ask(request);
    };
    const account = BigInt(ann.address) << 32n;
    for (const channel of ["book:ETH-PERPETUAL", `trades:${MARKET}`, `account:${account}`, "journal"]) {
      await ask({ op: "subscribe", channel });
    }
    const order = signedBy(ann, -5, 100);
    await ask({ op: "post", order: signedToWire(order) });
    await ask({ op: "post", order: signedToWire(signedBy(bob, 2, 100)) });
    await ask({ op: "post", order: signedToWire(signedBy(ann, -5, 70, { market: 2n * MARKET })) });
    const legs = [
      signedBy(bob, 1, 100, { use: USE.TAKER }),
      signedBy(bob, 1, 70, { use: USE.TAKER, market: 2n * MARKET }),
    ];
    const answer: { legs: unknown[] } = await ask({ op: "package", legs: legs.map(signedToWire) });
    expect(answer.legs.length).to.equal(2);
    await ask({ op: "cancel", ...cancelOf(hashOf(order)) });
    await ask({ op: "cancel", ...cancelOf(hashOf(order), bob) });
    const below = cancelBelowDigest(account, 2n ** 40n, CHAIN, CLEARINGHOUSE);
    await ask({ op: "cancelBelow", account: String(account), below: String(2n ** 40n), signature: ann.sign(below) });
    await ask({ op: "unsubscribe", channel: "journal" });
    stream.socket.send("{");
    await stream.find(({ type, id }) => type === "answer" && id === null);
    const types = new Set(stream.messages.map(({ type }) => type));
    for (const message of stream.messages) {
      const { payload } = messages[message.type]!;
      expect(faultOf(payload, message), JSON.stringify(message)).to.equal(undefined);
    }
    expect([...types, "request"].sort()).to.deep.equal(Object.keys(messages).sort());
    stream.socket.terminate();
  });

  it("a page of another origin may use it", async () => {
    const headers = { origin: "https://trade.example", "access-control-request-method": "POST" };
    const asked = await fetch(`${place.url}/v1/orders`, {
      method: "OPTIONS",
      headers: { ...headers, "access-control-request-headers": "content-type" },
    });
    const of = (name: string) => asked.headers.get(`access-control-${name}`);
    expect([asked.status, of("allow-origin")]).to.deep.equal([204, "*"]);
    expect(of("allow-methods")).to.include("POST");
    expect(of("allow-headers")).to.include("content-type");
    const refused = await fetch(`${place.url}/v1/orders`, { method: "POST", body: "{", headers });
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).to.deep.equal([400, "*"]);
  });
});
