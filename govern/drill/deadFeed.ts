// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import { chainlinkConfig } from "../../deploy/deploy-novation.js";
import { groupOf, type MarketId } from "../../sdk/order.js";
import type { Address } from "../../sdk/range.js";
import { stillFeed } from "../fork/stillFeed.js";
import { ask, askIf } from "../look/ask.js";
import { span } from "../text/span.js";
import { ANYBODY, DrillImpossible, must, mustBe, mustNot, type Drill } from "./Drill.js";

const SOURCE = new Interface([
  "function feed() view returns (address)",
  "function heartbeat() view returns (uint256)",
  "function decimals() view returns (uint8)",
  "function latestRoundData() view returns (uint80, int256 answer, uint256 startedAt, uint256, uint80)",
]);
const SPARE: Address = "0x000000000000000000000000000000000005ba5e";
const DEAD_TIME = 3_600n;
const STALE = 1n;

/** A market's feed stops; another one, a tenth away from the last answer, takes its place. */
export async function deadFeedDrill(drill: Drill): Promise<void> {
  const { fork, situation } = drill;
  const open = situation.markets.filter(({ status, fresh }) => status === 1n && fresh);
  const found = await Promise.all(
    open.map(async (market) => {
      const feed = (await askIf(fork.rpc, SOURCE, market.source as Address, "feed"))?.[0] as Address | undefined;
      return feed === undefined ? undefined : { market, feed };
    }),
  );
  const first = found.find((each) => each !== undefined);
  if (first === undefined) throw new DrillImpossible("no open market reads a feed that answers");
  const { market, feed } = first;
  const id = market.market;
  const group = groupOf(id as MarketId);
  const symbol = situation.symbolOf(id);
  const [heartbeat] = (await ask(fork.rpc, SOURCE, market.source as Address, "heartbeat")) as [bigint];
  const [decimals] = (await ask(fork.rpc, SOURCE, feed, "decimals")) as [bigint];
  const [round, answer, startedAt] = (await ask(fork.rpc, SOURCE, feed, "latestRoundData")) as [bigint, bigint, bigint];

  await drill.step(`The feed of ${symbol} stops`, async () => {
    await fork.setCode(feed, stillFeed({ round, answer, startedAt, decimals, updatedAt: fork.now }));
    await drill.pass(heartbeat + 1n);
    mustBe("the state of the source", (await drill.market(id)).sourceStatus, STALE);
    return `stale ${span(heartbeat)} after its last answer: no new risk, no withdrawal with a position in it`;
  });
  let spare: Address;
  await drill.step("Another feed is found, a tenth below the last answer, and a source deployed on it", async () => {
    const other = { round, answer: (answer * 9n) / 10n, startedAt, decimals };
    await fork.setCode(SPARE, stillFeed(other));
    spare = await drill.deploy("ChainlinkPriceSource", [chainlinkConfig(SPARE, heartbeat)]);
    return spare;
  });
  const order = drill.order("GOVERNOR", "clearinghouse", "setPriceSource", [id, spare!]);
  await drill.step("The governor schedules the replacement at once", async () => {
    if (order.delay > 0n) must(await drill.schedule(order));
    return `can run after his delay of ${span(order.delay)}, if the source counts as dead by then`;
  });
  await drill.step("As long as nobody notes the death the replacement is refused, whatever the delay", () =>
    fork.undone(async () => {
      await drill.pass(order.delay);
      return mustNot(await drill.execute(order), "SourceNotDead");
    }),
  );
  await drill.step("Anybody notes it by a poke", async () => {
    must(await drill.call(ANYBODY, "poke", [group]));
    const { staleSince } = await drill.market(id);
    mustBe("since when it is noted", staleSince, fork.now);
    return `counts as dead ${span(DEAD_TIME)} later: a source that only pauses may come back`;
  });
  const noted = fork.now;
  await drill.step("Then it is made, at a price that a living source could not be replaced at", async () => {
    const soonest = [noted + DEAD_TIME, noted + order.delay].reduce((a, b) => (a > b ? a : b)) + 1n;
    if (soonest > fork.now) await drill.pass(soonest - fork.now);
    must(await drill.execute(order));
    const view = await drill.market(id);
    mustBe("the price", view.fresh, true);
    mustBe("the source", view.source.toLowerCase(), spare.toLowerCase());
    return `fresh again ${span(drill.elapsed)} after the last answer`;
  });
  await drill.step("What the market moved meanwhile is a jump: a poke locks the group", async () => {
    must(await drill.call(ANYBODY, "poke", [group]));
    mustBe("the phase of the group", await drill.phaseOf(group), 1n);
    return `locked for ${span((await drill.venue()).params.lockDelay)}: keepers absorb who defaulted`;
  });
  await drill.step("The lock ends, and the market goes on", async () => {
    await drill.pass((await drill.venue()).params.lockDelay + 1n);
    must(await drill.call(ANYBODY, "poke", [group]));
    mustBe("the phase of the group", await drill.phaseOf(group), 0n);
    return `${span(drill.elapsed)} after the last answer, as nobody was absorbed here`;
  });
}
