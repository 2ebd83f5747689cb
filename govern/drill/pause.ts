// SPDX-License-Identifier: MIT
import { span } from "../text/span.js";
import { must, mustBe, mustNot, type Drill } from "./Drill.js";

const REDUCE_ONLY = 3n;
const HOUR = 3_600n;
const WEEK = 604_800n;

/** The guardian stops everything for an hour, and the pause ends by itself, or by the governor. */
export async function pauseDrill(drill: Drill): Promise<void> {
  const { fork } = drill;
  const pause = drill.order("GUARDIAN", "clearinghouse", "pause", [0, REDUCE_ONLY, HOUR]);
  const unpause = drill.order("GOVERNOR", "clearinghouse", "unpause", [0]);
  await drill.findMoney();
  const [market] = drill.situation.markets;

  await drill.step(
    "The guardian stops everything for an hour: no new risk, no liquidation, no withdrawal",
    async () => {
      await drill.run(pause);
      const venue = await drill.venue();
      mustBe("the level of the pause", venue.pauseLevel, REDUCE_ONLY);
      mustBe("its end", venue.pausedUntil, fork.now + HOUR);
      return `in force ${pause.delay === 0n ? "at once" : `after ${span(pause.delay)}`}, for ${span(HOUR)}`;
    },
  );
  const { pausedUntil } = await drill.venue();
  await drill.step("A withdrawal is refused meanwhile", async () =>
    mustNot((await drill.withdraw()).mined, "PausedAt"),
  );
  await drill.step("Liquidations wait for the end, and then for the grace", async () => {
    const { liquidationsFrom } = await drill.market(market!.market);
    const { params } = await drill.venue();
    mustBe("liquidations are possible from", liquidationsFrom, pausedUntil + params.unpauseGrace);
    return `${span(params.unpauseGrace)} after the end, as traders need time to pay in`;
  });
  await drill.step("The guardian cannot go on: a second such pause is refused", async () => {
    if (pause.delay === 0n) return `${mustNot(await drill.execute(pause), "PauseTooSoon")}, for a week after the end`;
    must(await drill.schedule(pause));
    return fork.undone(async () => {
      await drill.pass(pause.delay);
      return `${mustNot(await drill.execute(pause), "PauseTooSoon")}, for a week after the end`;
    });
  });
  await fork.undone(() =>
    drill.step("The governor may end it early, when his delay is shorter than what is left", async () => {
      if (unpause.delay > 0n) must(await drill.schedule(unpause));
      await drill.pass(unpause.delay);
      must(await drill.execute(unpause));
      const left = pausedUntil - fork.now;
      mustBe("the level of the pause", (await drill.venue()).pauseLevel, 0n);
      return left > 0n
        ? `${span(left)} early`
        : `his delay of ${span(unpause.delay)} was longer: it had ended by itself`;
    }),
  );
  await drill.step("The pause ends by itself", async () => {
    if (pausedUntil > fork.now) await drill.pass(pausedUntil - fork.now);
    mustBe("the level of the pause", (await drill.venue()).pauseLevel, 0n);
    const { mined, text } = await drill.withdraw();
    must(mined);
    return `a withdrawal goes through: ${text}`;
  });
  await drill.step("A week later the guardian could stop everything again, not before", async () => {
    await drill.pass(pausedUntil + WEEK - fork.now - 10n - pause.delay);
    if (pause.delay > 0n) must(await drill.schedule(pause));
    await drill.pass(pause.delay);
    const early = mustNot(await drill.execute(pause), "PauseTooSoon");
    await drill.pass(10n);
    must(await drill.execute(pause));
    return `${early} ten seconds before`;
  });
}
