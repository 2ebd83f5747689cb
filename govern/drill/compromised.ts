// SPDX-License-Identifier: MIT
import type { Address } from "../../sdk/range.js";
import { waitingOf } from "../list/waiting.js";
import { ADMIN_ROLE, roleNamed } from "../look/roles.js";
import { moneyText } from "../text/amounts.js";
import { span } from "../text/span.js";
import { ANYBODY, DrillImpossible, must, mustBe, mustNot, type Drill, type Order } from "./Drill.js";

const THIEF = "0x000000000000000000000000000000000bad0bad";

/** Somebody has the governor's key. His delay is all that the others have: what they can do in it, and what not. */
export async function compromisedDrill(drill: Drill): Promise<void> {
  const { fork, situation } = drill;
  const { deployment, authority } = situation;
  const treasury = drill.order("GOVERNOR", "clearinghouse", "setTreasury", [THIEF]);
  const grab = drill.order("ADMIN", "authority", "grantRole", [ADMIN_ROLE, THIEF, 0]);
  const evil: readonly Order[] = [treasury, grab];
  const guardianRole = roleNamed(authority, "GUARDIAN");
  const guardian = guardianRole?.members[0]?.address;
  if (guardianRole === undefined || guardian === undefined) throw new DrillImpossible("nobody has the role GUARDIAN");
  const shortest = evil.reduce((least, { delay }) => (delay < least ? delay : least), treasury.delay);
  if (shortest === 0n)
    throw new DrillImpossible("the governor has no delay: whoever has his key has the venue at once");

  await drill.step("Without a schedule nothing of it is done", async () => {
    for (const order of evil) mustNot(await drill.execute(order), "AccessManagerNotScheduled");
    return "refused: AccessManagerNotScheduled";
  });
  await drill.step("Whoever has the key schedules: the treasury for himself, and himself as admin", async () => {
    for (const order of evil) must(await drill.schedule(order));
    return "two events OperationScheduled, which anybody can see";
  });
  const seen = fork.now;
  await drill.step("Watchers see it: `govern -- list`", async () => {
    const waiting = waitingOf(await drill.now()).filter(({ pending }) => pending.scheduledAt >= seen - 2n);
    mustBe("calls that wait", waiting.length, evil.length);
    const what = waiting.map(({ what: { name }, notice }) => `${name}, ${span(notice)} before it can run`);
    return what.join("; ");
  });
  await drill.step("Seconds before the delay is over nothing of it is done", () =>
    fork.undone(async () => {
      await drill.pass(seen + shortest - 4n - fork.now);
      for (const order of evil.filter(({ delay }) => delay === shortest)) {
        mustNot(await drill.execute(order), "AccessManagerNotReady");
      }
      return `refused: AccessManagerNotReady, ${span(shortest)} long`;
    }),
  );
  const isGuarded = treasury.role.guardian === guardianRole.id;
  if (isGuarded) {
    await drill.step("The guardian cancels what was scheduled as governor", async () => {
      must(await drill.cancel(guardian, treasury));
      mustNot(await drill.execute(treasury), "AccessManagerNotScheduled");
      return `cancelled ${span(fork.now - seen)} after the schedule, by one call without a delay`;
    });
    await drill.step("Scheduled again, it is cancelled again, as often as he wants", async () => {
      must(await drill.schedule(treasury));
      must(await drill.cancel(guardian, treasury));
      return "cancelled: the delay begins anew with each schedule";
    });
  } else await unguarded(drill, guardian, guardianRole.id, treasury, grab);
  await drill.step("Nobody but an admin cancels what an admin does on the AccessManager itself", () =>
    fork.undone(async () => {
      mustNot(await drill.cancel(guardian, grab), "AccessManagerUnauthorizedCancel");
      return "the role ADMIN has no guardian: give it to another key than GOVERNOR, with a longer delay, or a second admin";
    }),
  );
  await drill.step("Traders leave before the delay is over", async () => {
    const { mined, text } = await drill.withdraw();
    must(mined);
    const { outflowLeft } = await drill.venue();
    return `${text}; all together up to ${moneyText(outflowLeft)} in this window of a day`;
  });
  await drill.step("A source that lies is refused even then", async () => {
    const market = situation.markets.find(({ status, fresh }) => status === 1n && fresh);
    if (market === undefined) return "no market is open with a fresh price: left out";
    const lie = drill.order("GOVERNOR", "clearinghouse", "setPriceSource", [market.market, deployment.vault]);
    return fork.undone(async () => {
      must(await drill.schedule(lie));
      await drill.pass(lie.delay);
      return mustNot(await drill.execute(lie), "PriceNotFresh");
    });
  });
  const rest = isGuarded ? [grab] : evil;
  const title = isGuarded
    ? "After the delay what is left is done: the roles are gone, and with them the guardian"
    : "After the delay all of it is done: the roles and the treasury's part of fees are gone";
  await drill.step(title, async () => {
    const longest = rest.reduce((most, { delay }) => (delay > most ? delay : most), 0n);
    await drill.pass(seen + longest - fork.now);
    for (const order of rest) must(await drill.execute(order));
    const { venue, authority: then } = await drill.now();
    mustBe("the treasury is the thief's", venue.treasury.toLowerCase() === THIEF, !isGuarded);
    const admins = then.roles.find(({ id }) => id === ADMIN_ROLE)!.members.map(({ address }) => address.toLowerCase());
    mustBe("the thief is admin", admins.includes(THIEF), true);
    const kept = isGuarded ? "the treasury is where it was; " : "";
    return `${span(fork.now - seen)} after the schedule; ${kept}balances are where they were, as no role can move them`;
  });
}

/** Until the guardian is the guardian of the governor's role, he cancels nothing. */
async function unguarded(drill: Drill, guardian: Address, role: bigint, treasury: Order, grab: Order): Promise<void> {
  const { fork } = drill;
  await drill.step("The guardian tries to cancel", async () => {
    mustNot(await drill.cancel(guardian, treasury), "AccessManagerUnauthorizedCancel");
    return "refused: he is not the guardian of the governor's role. Until that is changed, only an admin can cancel";
  });
  await drill.step("As guardian of the governor's role he cancels what is the governor's", () =>
    fork.undone(async () => {
      await drill.run(drill.order("ADMIN", "authority", "setRoleGuardian", [treasury.role.id, role]));
      const again = drill.order("GOVERNOR", "clearinghouse", "setTreasury", [ANYBODY]);
      must(await drill.schedule(again));
      must(await drill.cancel(guardian, again));
      mustNot(await drill.execute(again), "AccessManagerNotScheduled");
      return `cancelled at once; it took the admin's ${span(grab.delay)} once to make him so`;
    }),
  );
}
