// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { liquidationMark } from "../../sdk/margin/liquidationMark.js";
import { quoteOf, seenAt } from "../../sdk/margin/quote.js";
import type { GroupId, MarketId } from "../../sdk/order.js";
import { accountOf } from "../../sdk/order.js";
import { queueHint } from "../../sdk/queue/hint.js";
import { OutOfRange } from "../../sdk/range.js";
import { ReferenceClearinghouse } from "../../sdk/reference/ReferenceClearinghouse.js";
import { apply, revertTo } from "../../sdk/state/apply.js";
import { fundingAt } from "../../sdk/state/funding.js";
import { createVenue, type Venue, type Market } from "../../sdk/state/Venue.js";
import { accountIn, groupIn } from "../../sdk/state/lookup.js";
import { MissedEvent } from "../../sdk/state/MissedEvent.js";
import { remainingOf } from "../../sdk/state/trading.js";
import { price, size } from "../../sdk/units.js";

const OWNER = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed" as const;
const NOW = 1_700_000_000n;

describe("numbers given to the SDK's functions", () => {
  let venue: Venue;
  let market: Market;

  beforeEach(() => {
    venue = createVenue({ tokenDecimals: 6 });
    const at = { block: 1, logIndex: 0, timestamp: NOW };
    apply(venue, { kind: "GroupCreated", group: 1n as GroupId }, at);
    const created = { market: 4n as MarketId, mark: price(10n ** 18n), source: OWNER, prorata: false };
    apply(venue, { kind: "MarketCreated", ...created, params: { staleShock: 0n } } as never, { ...at, logIndex: 1 });
    market = groupIn(venue, 1n as GroupId).markets[0]!;
  });

  const refused = (call: () => unknown, what: string): void => {
    expect(call, what).to.throw(OutOfRange);
  };

  it("times are seconds: milliseconds, numbers and negative ones are refused", () => {
    expect(fundingAt(market, NOW)).to.equal(0n);
    for (const now of [NOW * 1_000n, -1n, Number(NOW), undefined]) {
      refused(() => fundingAt(market, now as bigint), `fundingAt ${now}`);
      refused(() => quoteOf(market, seenAt(1n), now as bigint), `quoteOf ${now}`);
      const at = { block: 2, logIndex: 0, timestamp: now as bigint };
      refused(() => apply(venue, { kind: "GroupCreated", group: 2n as GroupId }, at), `apply ${now}`);
      refused(() => new ReferenceClearinghouse(now as bigint, venue.parameters, OWNER, OWNER), `reference ${now}`);
    }
    expect(venue.last, "nothing was begun").to.deep.equal({ block: 1, logIndex: 1 });
    expect(venue.groups.size).to.equal(1);
  });

  it("marks are prices that a market can have", () => {
    for (const mark of [-1n, 10n ** 24n + 1n, 60_000, undefined]) {
      refused(() => quoteOf(market, seenAt(mark as never), NOW), `quoteOf ${mark}`);
      const quote = quoteOf(market, seenAt(10n ** 18n), NOW);
      refused(() => queueHint(market, undefined, size(1n), mark as never, quote), `queueHint ${mark}`);
      refused(() => queueHint(market, undefined, (2n ** 127n) as never, price(1n), quote), "queueHint size");
    }
  });

  it("places and blocks are whole numbers from 0", () => {
    const account = accountIn(venue, accountOf(OWNER, 0));
    for (const bad of [-1, 0.5, NaN, 1n, "0", undefined]) {
      refused(() => liquidationMark(venue, account, bad as number, [], NOW), `liquidationMark ${String(bad)}`);
      if (bad !== -1) refused(() => revertTo(venue, bad as number), `revertTo ${String(bad)}`);
      const event = { kind: "GroupCreated", group: 2n as GroupId } as const;
      for (const at of [
        { block: bad, logIndex: 0 },
        { block: 9, logIndex: bad },
      ]) {
        refused(() => apply(venue, event, { ...at, timestamp: NOW } as never), `apply ${String(bad)}`);
      }
      if (bad !== undefined) refused(() => createVenue({ tokenDecimals: 6, reorgDepth: bad as number }), "reorgDepth");
      if (bad !== 1n) refused(() => createVenue({ tokenDecimals: bad as number }), `tokenDecimals ${String(bad)}`);
    }
    refused(() => revertTo(venue, -2), "revertTo -2");
    refused(() => createVenue({ tokenDecimals: 256 }), "tokenDecimals 256");
  });

  it("a size of an order is a magnitude, a salt has 64 bits", () => {
    const account = accountIn(venue, accountOf(OWNER, 0));
    expect(remainingOf(account, 1n << 16n, size(5n))).to.equal(5n);
    refused(() => remainingOf(account, 1n << 16n, size(-5n)), "a sell's size with its sign");
    for (const salt of [-1n, 2n ** 64n, 1]) refused(() => remainingOf(account, salt as bigint, size(5n)), `${salt}`);
  });

  it("ids of accounts and groups fit theirs, and an unknown group is told apart from a wrong id", () => {
    for (const id of [-1n, 2n ** 192n, 1]) refused(() => accountIn(venue, id as never), `account ${id}`);
    for (const id of [-1n, 2n ** 30n, 1]) refused(() => groupIn(venue, id as never), `group ${id}`);
    expect(() => groupIn(venue, 7n as GroupId)).to.throw(MissedEvent);
    const reference = new ReferenceClearinghouse(NOW, venue.parameters, OWNER, OWNER);
    for (const id of [-1n, 2n ** 192n, 1]) refused(() => reference.deposit(NOW, id as never, 1n as never), `${id}`);
    refused(() => new ReferenceClearinghouse(NOW, venue.parameters, "0x1", OWNER), "vault");
    refused(() => reference.poke(NOW * 1_000n, 1), "milliseconds");
  });
});
