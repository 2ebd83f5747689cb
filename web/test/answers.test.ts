// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { chainNow } from "../src/chain/head";
import { Said, tell } from "../src/chain/refusal";
import { NotConfigured, parseServices } from "../src/chain/services";
import { Absurd, Away } from "../src/data/ask";
import { indexerApi } from "../src/data/indexer/api";
import { relayApi } from "../src/data/relay/api";
import { errorTable } from "../../sdk/errors";

const real = globalThis.fetch;
afterEach(() => void (globalThis.fetch = real));

function answers(body: unknown, status = 200): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  globalThis.fetch = async () => new Response(text, { status });
}

const candle = { start: 1_800_000_000, count: 3, base: "5", quote: "6" };
const prices = { open: `${10n ** 18n}`, high: `${10n ** 18n}`, low: `${10n ** 18n}`, close: `${10n ** 18n}` };

describe("an answer of a service", () => {
  it("of an account's fills has the latest ones, however many there were", async () => {
    const asked: string[] = [];
    globalThis.fetch = async (url) => {
      asked.push(String(url));
      return new Response("[]");
    };
    assert.deepEqual(await indexerApi.fillsOf("http://x", 7n), []);
    // The whole history comes oldest first, a page at a time.
    assert.deepEqual(asked, ["http://x/v1/accounts/7/fills?limit=200"]);
  });

  it("is read when it is right", async () => {
    answers([{ ...candle, ...prices }]);
    const [read] = await indexerApi.candles("http://x", 4n, "mark", 60);
    assert.equal(read!.close, 10n ** 18n);
  });

  it("is an error when a number cannot be, and nothing of it is shown", async () => {
    for (const close of [
      "-1",
      "1.5",
      "0",
      "1e40",
      `${10n ** 25n}`,
      5,
      null,
      "<img src=x onerror=alert(1)>",
      "9".repeat(400),
    ]) {
      answers([{ ...candle, ...prices, close }]);
      await assert.rejects(indexerApi.candles("http://x", 4n, "mark", 60), Absurd, String(close));
    }
  });

  it("is an error when it is not even JSON, or a page of HTML", async () => {
    for (const body of ["", "<html></html>", "{", "[1,"]) {
      answers(body);
      await assert.rejects(relayApi.info("http://x"), Absurd);
    }
  });

  it("says that a service is away when it does not answer, or fails", async () => {
    answers({ error: "behind" }, 503);
    await assert.rejects(indexerApi.trades("http://x", 4n), Away);
    globalThis.fetch = async () => {
      throw new TypeError("fetch failed");
    };
    await assert.rejects(indexerApi.trades("http://x", 4n), Away);
  });

  it("is told in the relay's words when it refuses, cut to a length, and never as markup", async () => {
    answers({ error: "InsufficientMargin", message: "Deposit, or trade less." }, 422);
    await assert.rejects(relayApi.post("http://x", {}), (failure: Said) => {
      assert.deepEqual(failure.told, {
        kind: "refused",
        sentence: "Deposit, or trade less.",
        name: "InsufficientMargin",
      });
      return true;
    });
    answers({ error: "x", message: "y".repeat(10_000) }, 422);
    await assert.rejects(relayApi.post("http://x", {}), Absurd);
  });
});

describe("services.json", () => {
  it("may be missing: then all is below the page's own address", () => {
    const services = parseServices("", "https://venue.example/app/index.html");
    assert.equal(services.rpc, "https://venue.example/app/rpc");
    assert.equal(services.relay, "https://venue.example/app/relay");
    assert.equal(services.explorer, undefined);
    assert.equal(services.faucet, undefined, "money is for nothing only where it is said");
  });

  it("names a faucet of play money beside the page", () => {
    const services = parseServices('{"faucet":"./faucet"}', "http://127.0.0.1:8550/");
    assert.equal(services.faucet, "http://127.0.0.1:8550/faucet");
  });

  it("names other hosts, and is refused with the field that is wrong", () => {
    const given = JSON.stringify({ rpc: "https://node.example/key/", chainName: "Sepolia" });
    assert.equal(parseServices(given, "https://venue.example/").rpc, "https://node.example/key");
    for (const bad of ['{"relay":"javascript:alert(1)"}', '{"rpc":5}', "nonsense"]) {
      assert.throws(() => parseServices(bad, "https://venue.example/"), NotConfigured);
    }
  });
});

describe("what goes wrong", () => {
  it("is a sentence for each of the wallet's codes, however deep a library hides it", () => {
    const deep = (code: number) => Object.assign(new Error("x"), { cause: Object.assign(new Error("y"), { code }) });
    assert.equal(tell(deep(4001)).kind, "rejected");
    assert.equal(tell(deep(4100)).kind, "unauthorised");
    assert.equal(tell(deep(4900)).kind, "wrongChain");
    assert.equal(tell({ code: 4902, message: "x" }).kind, "wrongChain");
  });

  it("is the SDK's sentence for a refusal of the contracts", () => {
    const selector = [...errorTable()].find(([, { name }]) => name === "ZeroAmount")![0];
    const told = tell(Object.assign(new Error("execution reverted"), { cause: { data: selector } }));
    assert.deepEqual([told.kind, told.name], ["refused", "ZeroAmount"]);
    assert.match(told.sentence, /Give a larger one\.$/);
  });

  it("says so when nothing is known, with what a program said", () => {
    assert.deepEqual(tell(new Error("boom")).detail, "boom");
    assert.equal(tell(new TypeError("Failed to fetch")).kind, "unreachable");
  });
});

describe("the chain's clock", () => {
  it("goes on from the head, for at most a minute, and never back", () => {
    const head = { time: 1_000n, seenAt: 50_000 };
    assert.equal(chainNow(head, 52_500), 1_002n);
    assert.equal(chainNow(head, 40_000), 1_000n);
    assert.equal(chainNow(head, 9_999_999), 1_060n);
  });
});
