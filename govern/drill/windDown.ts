// SPDX-License-Identifier: MIT
import { MAX_PAUSE, WIND_DOWN_NOTICE } from "../plan/markets.js";
import { priceText } from "../text/amounts.js";
import { span } from "../text/span.js";
import { DrillImpossible, must, mustBe, mustNot, type Drill } from "./Drill.js";

/** A market ends: two days of notice, then its live mark is final. */
export async function windDownDrill(drill: Drill): Promise<void> {
  const { fork, situation } = drill;
  const market = situation.markets.findLast(({ status, fresh }) => status === 1n && fresh);
  if (market === undefined) throw new DrillImpossible("no market is open with a fresh price");
  const id = market.market;
  const symbol = situation.symbolOf(id);
  const pause = drill.order("GUARDIAN", "clearinghouse", "pause", [id, 1, MAX_PAUSE]);
  const settle = drill.order("GOVERNOR", "clearinghouse", "settleMarket", [id]);
  if (settle.delay >= MAX_PAUSE) {
    throw new DrillImpossible(`the governor's delay of ${span(settle.delay)} is longer than a pause`);
  }
  await drill.step(`The guardian pauses new risk of ${symbol} for a week`, async () => {
    await drill.run(pause);
    mustBe("the level of the pause", (await drill.market(id)).pauseLevel, 1n);
    return "positions may be closed, none opened; funding stands still";
  });
  const paused = fork.now;
  await drill.step("The governor schedules its end", async () => {
    if (settle.delay > 0n) must(await drill.schedule(settle));
    return `can run after ${span(settle.delay)}, and two days of notice`;
  });
  await drill.step("Before the two days are over its end is refused", async () => {
    if (settle.delay >= WIND_DOWN_NOTICE) return `the governor's delay of ${span(settle.delay)} is longer`;
    await drill.pass(paused + WIND_DOWN_NOTICE - 60n - fork.now);
    return mustNot(await drill.execute(settle), "NotWoundDown");
  });
  await drill.step("Then it is settled at its live mark", async () => {
    const { mark } = await drill.market(id);
    const soonest = paused + (settle.delay > WIND_DOWN_NOTICE ? settle.delay : WIND_DOWN_NOTICE) + 2n;
    if (soonest > fork.now) await drill.pass(soonest - fork.now);
    must(await drill.execute(settle));
    const view = await drill.market(id);
    mustBe("the state of the market", view.status, 2n);
    mustBe("its price", view.mark, mark);
    return `final price ${priceText(mark)}, ${span(fork.now - paused)} after the pause`;
  });
  await drill.step("Nothing changes it any more", async () => {
    const params = { ...market.params };
    const risk = drill.order("RISK", "clearinghouse", "setMarketParams", [id, params]);
    if (risk.delay > 0n) must(await drill.schedule(risk));
    await drill.pass(risk.delay);
    return mustNot(await drill.execute(risk), "MarketAlreadySettled");
  });
}
