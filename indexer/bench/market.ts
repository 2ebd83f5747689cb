// SPDX-License-Identifier: MIT
import { join } from "node:path";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { localParameters } from "../../deploy/parameters.js";
import { Chain } from "../../sim/venue/Chain.js";
import { deployVenue } from "../../sim/venue/deployVenue.js";
import { LocalVenue } from "../../sim/venue/LocalVenue.js";
import { member, type Member } from "../../sim/venue/orders.js";
import { fromAnswer, toAnswer } from "../../sim/venue/units.js";
import { packBatch } from "../../sdk/packing/batch.js";
import { seeded } from "../../tools/random.js";
import { Quotes } from "./Quotes";

const ROOT = join(import.meta.dirname, "../..");
const START = 1_900_000_000;
const FILLS = 60; // of a match: below EIP-7825's limit
const MATCHES = 12; // a block
const BLOCK = 12; // seconds
const TAKERS = 40;
const FINALITY = 40; // blocks: more than Ponder waits on a chain that it does not know
const MARK = 4_000;

export interface Busy {
  venue: LocalVenue;
  url: string;
  /** Logs of the venue's contracts, about. */
  events: number;
  /** Fills and how many have traded. */
  fills: number;
  accounts: number;
}

export const maker = (index: number): Member => member(`novation indexer bench ${index}`);

/**
 * A venue on a real node in which `makers` accounts trade with some takers until there are about so many events: both
 * directions in turn, so that positions open, grow, shrink and close, at marks of a random walk.
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
  const takers = Array.from({ length: TAKERS }, (_, index) => member(`novation indexer bench taker ${index}`));
  await venue.deposit([
    ...people.map(({ account }) => [account, 100_000] as const),
    ...takers.map(({ account }) => [account, 1e8] as const),
  ]);
  const market = venue.listed("ETH", MARK);
  const quotes = new Quotes(venue, market.id, random);
  let [made, fills, turn] = [makers, 0, 0];
  for (let block = 0; made < events; ++block) {
    const answer = toAnswer(market.mark * (1 + (random() - 0.5) * 0.0004));
    market.mark = fromAnswer(answer);
    const requests = Array.from({ length: MATCHES }, () => {
      const side = turn++ % 2 === 0 ? 1n : -1n;
      const sizes = Array.from({ length: FILLS }, () => side * BigInt(1 + Math.floor(random() * 3)) * 100_000_000n);
      const taken = sizes.reduce((sum, size) => sum - size, 0n);
      const matched = sizes.map((size, index) =>
        quotes.fill(people[(turn * FILLS + index) % makers]!, size, market.mark),
      );
      const taker = quotes.taker(takers[turn % TAKERS]!, taken, market.mark);
      const batch = packBatch({ strict: true, matches: [{ taker, fills: matched }] });
      return venue.call(venue.deployed.clearinghouse, "settle", [batch]);
    });
    const hashes = await chain.mineUnseen(
      [venue.call(market.feed, "setAnswer", [answer]), ...requests],
      venue.now + BLOCK,
    );
    // One of each block is looked at: a match is refused whole.
    const seen = await chain.receiptOf(hashes[1 + (block % MATCHES)]!);
    if (!seen.ok) throw new Error(`a match was refused: ${await venue.reasonOf(seen)}`);
    made += 1 + MATCHES * seen.logs.length;
    fills += MATCHES * FILLS;
    if (block % 50 === 49) say(`${made} events, ${quotes.signed} signatures`);
  }
  // So that all of it is final: Ponder fetches that in batches, and what is not block by block.
  await chain.provider.send("anvil_mine", [`0x${FINALITY.toString(16)}`]);
  const { url } = (chain.provider as unknown as { _getConnection(): { url: string } })._getConnection();
  return { venue, url, events: made, fills, accounts: makers + TAKERS };
}
