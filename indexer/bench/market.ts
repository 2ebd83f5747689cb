// SPDX-License-Identifier: MIT
import { join } from "node:path";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { localParameters } from "../../deploy/parameters.js";
import { Chain } from "../../sim/venue/Chain.js";
import { deployVenue } from "../../sim/venue/deployVenue.js";
import { LocalVenue, type Entry } from "../../sim/venue/LocalVenue.js";
import { member, type Member } from "../../sim/venue/orders.js";
import { toAnswer, toPrice } from "../../sim/venue/units.js";
import { seeded } from "../../tools/random.js";

const ROOT = join(import.meta.dirname, "../..");
const START = 1_900_000_000;
const FILLS = 60; // of a match: below EIP-7825's limit
const MATCHES = 8; // a block
const MARK = 4_000;

export interface Busy {
  venue: LocalVenue;
  url: string;
  /** Logs of the venue's contracts so far, about. */
  events: number;
  /** Fills and how many have traded. */
  fills: number;
  accounts: number;
}

export const maker = (index: number): Member => member(`novation indexer bench ${index}`);

/**
 * A venue on a real node in which `makers` accounts trade with one counterparty until there are about so many events:
 * both directions in turn, so that positions open, grow, shrink and close, at marks of a random walk.
 */
export async function busyVenue(events: number, makers: number, say: (text: string) => void): Promise<Busy> {
  const chain = await Chain.start(START);
  const artifact = builtArtifacts(join(ROOT, "artifacts"), "npm run bench -- indexer");
  const { btcMarket } = localParameters();
  const max = 1n << 62n;
  const listing = {
    symbol: "ETH",
    answer: toAnswer(MARK),
    heartbeat: 86_400,
    params: { ...btcMarket, softCap: max, hardCap: max },
  };
  const venue = new LocalVenue(await deployVenue(chain, { artifact, groups: [[listing]] }));
  await venue.fund(0n);
  const random = seeded(1);
  const people = Array.from({ length: makers }, (_, index) => maker(index));
  const largest = member("novation indexer bench largest");
  await venue.deposit([...people.map(({ account }) => [account, 100_000] as const), [largest.account, 1e9]]);
  const market = venue.listed("ETH", MARK);
  let [made, fills, turn] = [makers, 0, 0];
  while (made < events) {
    await venue.setMark(market, market.mark * (1 + (random() - 0.5) * 0.004));
    const requests = Array.from({ length: MATCHES }, () => {
      const side = turn++ % 2 === 0 ? 1n : -1n;
      const entries = Array.from({ length: FILLS }, (_, index): Entry => {
        const maker = people[(turn * FILLS + index) % makers]!;
        const size = side * BigInt(1 + Math.floor(random() * 3)) * 100_000_000n;
        return { member: maker, size, limit: toPrice(market.mark * (1 + (random() - 0.5) * 0.002)) };
      });
      return venue.match(market, entries, { taker: largest });
    });
    const receipts = await venue.must(requests);
    made += receipts.reduce((sum, { logs }) => sum + logs.length, 0);
    fills += MATCHES * FILLS;
    if (turn % (MATCHES * 10) === 0) say(`${made} events`);
  }
  const { url } = (chain.provider as unknown as { _getConnection(): { url: string } })._getConnection();
  return { venue, url, events: made, fills, accounts: makers + 1 };
}
