// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { AccountId } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { DRILLS, playDrills, type Played } from "../drill/drills.js";
import { MANAGER } from "../look/logs.js";
import { readSituation } from "../look/Situation.js";
import { followVenue } from "../simulate/simulate.js";
import { Town, artifact } from "./Town.js";

describe("the drills", () => {
  let town: Town;
  let accounts: AccountId[];
  before(async () => {
    town = await Town.open({ leverages: [10, 5, 2] });
    const situation = await readSituation(town.rpc, town.deployment);
    accounts = [...(await followVenue(town.rpc, situation)).venue.accounts.keys()];
  });
  after(() => town?.stop());

  const play = async (name: string): Promise<Played> => {
    const situation = await readSituation(town.rpc, town.deployment);
    const [played] = await playDrills([name], { url: town.url, situation, accounts, artifact });
    assert.equal(played!.failure, undefined, played!.failure?.message);
    return played!;
  };

  const STEPS: Record<string, number> = { pause: 7, feed: 8, winddown: 5, vault: 5, compromised: 10 };
  for (const [name, { says }] of Object.entries(DRILLS)) {
    it(`${name}: ${says}`, async () => {
      const { steps } = await play(name);
      assert.equal(steps.length, STEPS[name], steps.map(({ title }) => title).join("\n"));
    });
  }

  it("compromised, as deployed: the guardian cancels the thief's call, and the treasury stays where it was", async () => {
    const { steps } = await play("compromised");
    const found = (title: RegExp) => steps.find((step) => title.test(step.title))!.found;
    assert.match(found(/^The guardian cancels/), /^cancelled \d+ s after the schedule, by one call without a delay/);
    assert.match(found(/^After the delay/), /the treasury is where it was/);
  });

  it("compromised, of a venue whose roles have no guardian: he is refused, and shown how to change that", async () => {
    const { chain } = town.venue;
    const moment = await chain.snapshot();
    try {
      const { authority } = town.deployment;
      const data = MANAGER.encodeFunctionData("setRoleGuardian", [1n, 0n]);
      const send = (name: string, more: unknown[]) => ({
        ...{ from: town.keys.GOVERNOR, to: authority as string },
        data: MANAGER.encodeFunctionData(name, [authority, data, ...more]) as Hex,
      });
      await town.send([send("schedule", [0])]);
      await town.send([send("execute", [])], town.venue.now + 3_601);
      const { steps } = await play("compromised");
      const seen = steps.map(({ title, found }) => `${title}: ${found}`).join("\n");
      assert.match(seen, /The guardian tries to cancel: refused/);
      assert.match(seen, /As guardian of the governor's role he cancels what is the governor's: cancelled at once/);
      assert.match(seen, /After the delay all of it is done/);
    } finally {
      await chain.restore(moment);
    }
  });

  it("tell which step went otherwise, and what it had to be", async () => {
    const situation = await readSituation(town.rpc, town.deployment);
    const { authority } = situation;
    // A situation that is not the chain's: somebody who has no role.
    const roles = authority.roles.map((role) =>
      role.label === "GUARDIAN"
        ? { ...role, members: role.members.map((each) => ({ ...each, address: town.keys.stranger })) }
        : role,
    );
    const wrong = { ...situation, authority: { ...authority, roles } };
    const [played] = await playDrills(["pause"], { url: town.url, situation: wrong, accounts, artifact });
    assert.equal(played!.failure?.kind, "failed");
    assert.match(played!.failure!.message, /AccessManagerUnauthorizedCall/);
  });

  it("say what cannot be played here", async () => {
    const situation = await readSituation(town.rpc, town.deployment);
    const [played] = await playDrills(["vault"], { url: town.url, situation, accounts: [], artifact });
    assert.deepEqual(played!.failure, { kind: "impossible", message: "no account has money to withdraw" });
  });
});
