// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { clearinghouseEventsAbi } from "../../sdk/abis/clearinghouseEvents.js";
import { apply } from "../../sdk/state/apply.js";
import { createVenue, type Venue as Rebuilt } from "../../sdk/state/Venue.js";
import type { StorageLens } from "../../types/ethers-contracts/index.js";
import { EVERYTHING, castOfEverything, type Cast } from "../stories/everything.js";
import type { Venue } from "../stories/venue.js";
import { historyOf } from "./history.js";
import { differences, factsOf, storedFacts } from "./rebuilt.js";

/**
 * Not told by random histories: keys, cancels, parameters, pauses, other vaults and sources, a market's end; a token of
 * 6 decimals.
 */
describe("INV-12: what can happen to a venue can be rebuilt from its events, step by step", function () {
  this.timeout(0);
  let cast: Cast;
  let venue: Venue;
  let lens: StorageLens;
  let rebuilt: Rebuilt;
  let compared = 0;
  const seen = new Set<string>();
  let next = 0;

  before(async () => {
    cast = await castOfEverything();
    venue = cast.venue;
    lens = (await venue.ethers.deployContract("StorageLens")) as unknown as StorageLens;
    rebuilt = createVenue({ tokenDecimals: 6 });
  });

  afterEach(async () => {
    const history = await historyOf(ask, venue.target);
    for (; next < history.length; ++next) {
      apply(rebuilt, history[next]!.event, history[next]!.at);
      seen.add(history[next]!.event.kind);
    }
    const block = await venue.ethers.provider.getBlockNumber();
    const facts = factsOf(rebuilt);
    compared += facts.size;
    const stored = await storedFacts(ask, lens, venue.target, rebuilt, [], block);
    expect(differences(facts, stored)).to.deep.equal([]);
  });

  after(() => {
    if (process.env.NOVATION_DIFFERENTIAL_VERBOSE) console.log(next, "events,", compared, "facts compared");
  });

  const ask = (method: string, params: unknown[]) => venue.ethers.provider.send(method, params);

  for (const [name, chapter] of Object.entries(EVERYTHING)) it(name, () => chapter(cast));

  it("and that is every event that the interface has", () => {
    const all = clearinghouseEventsAbi.map(({ name }) => name);
    expect(all.filter((name) => !seen.has(name))).to.deep.equal([]);
  });
});
