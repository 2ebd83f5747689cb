// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { DataStreamsApi } from "../../chain/reports/DataStreamsApi.js";
import { judge, markOf } from "../../chain/reports/judge.js";
import type { Held, PulledSource } from "../../chain/reports/PulledSource.js";
import { ReportRefused } from "../../chain/reports/ReportRefused.js";
import { Reports } from "../../chain/reports/Reports.js";
import { readReport, type StreamReport } from "../../chain/reports/StreamReport.js";
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { answerOf, encodeReport, feedOf, signReport, signed, type Said } from "../../sim/streams/committee.js";
import { StreamsServer, type Answered } from "../../sim/streams/StreamsServer.js";

const UNIT = 10n ** 18n;
const NOW = 1_800_000_000;
const FEED = feedOf(3) as Hex;
const CREDENTIALS = { key: "7f4d63ee-0f8c-4b1c-8d3b-6d6b9d0f2a11", secret: "a secret that no message may hold" };
const SOURCE: PulledSource = {
  source: `0x${"11".repeat(20)}` as Address,
  verifier: `0x${"22".repeat(20)}` as Address,
  feedId: FEED,
  decimals: 18,
  lotExponent: 0,
  heartbeat: 60,
  maxDelay: 10,
};
const HELD: Held = { mark: UNIT, observedAt: NOW - 30, pricedAt: NOW - 30, isOpen: true, hasFee: false, isPlain: true };

const said = (more: Partial<Said> = {}): Said => ({ feedId: FEED, observedAt: NOW, price: 5n * UNIT, ...more });

/** The name of the refusal. */
async function refusalOf(what: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof what === "function" ? what() : what);
  } catch (failure) {
    if (failure instanceof ReportRefused) return failure.refusal;
    throw failure;
  }
  return "none";
}

describe("signed reports", () => {
  it("are read in each schema, with observation and valid-from times", () => {
    for (const schema of [2, 3, 4, 8]) {
      const feedId = feedOf(schema) as Hex;
      const lastUpdate = BigInt(NOW - 2) * 1_000_000_000n + 999_999_999n;
      const { says } = readReport(signed(said({ feedId, lastUpdate, nativeFee: 7n })) as Hex, feedId);
      const expected: StreamReport = {
        feedId,
        validFrom: NOW,
        observedAt: NOW,
        expiresAt: NOW + 3_600,
        pricedAt: schema === 8 ? NOW - 2 : NOW,
        nativeFee: 7n,
        price: 5n * UNIT,
        isOpen: true,
      };
      expect(says).to.deep.equal(expected);
    }
  });

  it("of another feed or schema, or none at all, are refused by name", async () => {
    const other = FEED.replace("ab", "cd") as Hex;
    expect(await refusalOf(() => readReport(signed(said({ feedId: other })) as Hex, FEED))).equal("ReportOfOtherFeed");
    // A report of schema 3 decodes as one of schema 2, and one of 8 is as long as one of 3.
    const three = signReport(encodeReport(said({ feedId: feedOf(2) }), 3)) as Hex;
    expect(await refusalOf(() => readReport(three, feedOf(2) as Hex))).equal("ReportLength");
    expect(await refusalOf(() => readReport(signed(said()) as Hex, feedOf(8) as Hex))).equal("ReportOfOtherFeed");
    expect(await refusalOf(() => readReport(signed(said()) as Hex, feedOf(9) as Hex))).equal("ReportMalformed");
    for (const bytes of ["0x", "0x1234", signed(said()).slice(0, 300)] as Hex[]) {
      expect(await refusalOf(() => readReport(bytes, FEED)), bytes.slice(0, 10)).equal("ReportMalformed");
    }
  });

  it("are judged by times and price before anybody pays for them, to the second", async () => {
    const judged = (more: Partial<Said>, held = HELD, time = NOW) =>
      refusalOf(() => judge(readReport(signed(said(more)) as Hex, FEED).says, SOURCE, held, time));
    expect(await judged({})).equal("none");
    expect(await judged({}, { ...HELD, observedAt: NOW }), "a duplicate").equal("ReportNotNewer");
    expect(await judged({}, { ...HELD, observedAt: NOW + 1 }), "older than stored").equal("ReportNotNewer");
    expect(await judged({ observedAt: NOW + 15 })).equal("none");
    expect(await judged({ observedAt: NOW + 16 })).equal("ReportAhead");
    expect(await judged({ observedAt: NOW - 10 })).equal("none");
    expect(await judged({ observedAt: NOW - 11 })).equal("ReportTooOld");
    expect(await judged({ expiresAt: NOW - 1 })).equal("ReportExpired");
    for (const price of [0n, -5n * UNIT, 10n ** 6n - 1n, 10n ** 24n + 1n]) {
      expect(await judged({ price }), String(price)).equal("ReportPriceNone");
    }
    const eight = { ...SOURCE, feedId: feedOf(8) as Hex };
    const off = (more: Partial<Said>) => {
      const bytes = signed(said({ feedId: eight.feedId, ...more })) as Hex;
      return refusalOf(() => judge(readReport(bytes, eight.feedId).says, eight, HELD, NOW));
    };
    for (const status of [0, 1]) expect(await off({ status })).equal("ReportMarketClosed");
    expect(await off({ lastUpdate: BigInt(NOW - 61) * 1_000_000_000n })).equal("ReportTooOld");
    expect(await off({ lastUpdate: BigInt(NOW - 60) * 1_000_000_000n })).equal("none");
  });

  it("become marks as on the chain, rounded down", () => {
    expect(markOf(123_456_789n, { decimals: 8, lotExponent: 0 })).equal(1_234_567_890_000_000_000n);
    const fine = { decimals: 36, lotExponent: 9 };
    expect(markOf(1_234_567_891_234_567_891_234_567_891n, fine)).equal(1_234_567_891_234_567_891n);
  });
});

describe("the Data Streams API", () => {
  let served: (feedId: string) => Answered | undefined;
  let server: StreamsServer;
  const api = (credentials = CREDENTIALS, now?: () => number) => new DataStreamsApi(server.url, credentials, 500, now);

  before(async () => {
    server = await StreamsServer.open({ credentials: CREDENTIALS, latest: (feedId) => served(feedId) });
  });
  after(() => server.close());
  beforeEach(() => {
    served = (feedId) => answerOf(said({ feedId }));
  });

  it("is asked with a signature over method, path, body, key and time", async () => {
    const { bytes, says } = await api().latest(FEED);
    expect([bytes, says.price]).to.deep.equal([signed(said()), 5n * UNIT]);
    for (const credentials of [
      { ...CREDENTIALS, secret: "another" },
      { ...CREDENTIALS, key: "another" },
    ]) {
      expect(await refusalOf(api(credentials).latest(FEED))).equal("ReportUnavailable");
    }
    expect(await refusalOf(api(CREDENTIALS, () => Date.now() - 6_000).latest(FEED))).equal("ReportUnavailable");
  });

  it("is believed in nothing: what its answer says must be what is signed", async () => {
    served = () => ({ ...answerOf(said()), observationsTimestamp: NOW + 1 });
    expect(await refusalOf(api().latest(FEED))).equal("ReportContradicts");
    served = () => ({ ...answerOf(said()), feedID: feedOf(4) });
    expect(await refusalOf(api().latest(FEED))).equal("ReportOfOtherFeed");
    served = () => ({ ...answerOf(said()), fullReport: "0x12g4" });
    expect(await refusalOf(api().latest(FEED))).equal("ReportMalformed");
    served = () => undefined;
    expect(await refusalOf(api().latest(FEED))).equal("ReportUnavailable");
  });

  it("tells no key in any message, also not when a server redirects, answers too much, or is not there", async () => {
    const bad: Server = createServer((request, response) => {
      const [, path = ""] = /\/(\w+)\/api/.exec(request.url ?? "") ?? [];
      if (path === "away") response.writeHead(302, { location: "http://127.0.0.1:9/" }).end();
      else if (path === "much") response.end("x".repeat(200_000));
      else if (path === "text") response.end("<html>");
      else if (path === "late") setTimeout(() => response.end("{}"), 5_000).unref();
    }).listen(0, "127.0.0.1");
    await once(bad, "listening");
    const base = `http://127.0.0.1:${(bad.address() as AddressInfo).port}`;
    const expected = { away: "ReportUnavailable", much: "ReportUnavailable", text: "ReportMalformed" };
    for (const [path, refusal] of Object.entries({ ...expected, late: "ReportUnavailable" })) {
      const failure = await new DataStreamsApi(`${base}/${path}`, CREDENTIALS, 300)
        .latest(FEED)
        .catch((thrown: unknown) => thrown as ReportRefused);
      expect((failure as ReportRefused).refusal, path).equal(refusal);
      for (const word of Object.values(CREDENTIALS)) expect((failure as Error).message).not.to.include(word);
    }
    bad.closeAllConnections();
    bad.close();
    expect(await refusalOf(new DataStreamsApi(base, CREDENTIALS, 300).latest(FEED))).equal("ReportUnavailable");
  });
});

describe("reports to bring", () => {
  it("carry a fee only where one is asked, with room for the surcharge, and none above the limit", async () => {
    const reports = new Reports(
      { latest: async () => readReport(signed(said({ nativeFee: 50n })) as Hex, FEED) },
      100n,
    );
    expect((await reports.bring(SOURCE, HELD, NOW)).fee).equal(0n);
    expect((await reports.bring(SOURCE, { ...HELD, hasFee: true }, NOW)).fee).equal(100n);
    const dear = new Reports({ latest: async () => readReport(signed(said({ nativeFee: 51n })) as Hex, FEED) }, 100n);
    expect(await refusalOf(dear.bring(SOURCE, { ...HELD, hasFee: true }, NOW))).equal("ReportFeeTooHigh");
  });

  it("wait for a dead server once, and go on when it is back", async () => {
    let answers: (() => void)[] = [];
    let dead = true;
    const reports = new Reports(
      {
        latest: () =>
          dead
            ? new Promise((_, reject) =>
                answers.push(() => reject(new ReportRefused("ReportUnavailable", "no answer in time"))),
              )
            : Promise.resolve(readReport(signed(said()) as Hex, FEED)),
      },
      0n,
    );
    const first = reports.bring(SOURCE, HELD, NOW);
    answers.splice(0).forEach((end) => end());
    expect(await refusalOf(first)).equal("ReportUnavailable");
    // The second is not waited for, though nobody has answered.
    expect(await refusalOf(reports.bring(SOURCE, HELD, NOW))).equal("ReportUnavailable");
    dead = false;
    answers.splice(0).forEach((end) => end());
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await refusalOf(reports.bring(SOURCE, HELD, NOW))).equal("ReportUnavailable");
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect((await reports.bring(SOURCE, HELD, NOW)).report.says.observedAt).equal(NOW);
    answers = [];
  });
});
