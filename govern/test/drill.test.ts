// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { AccountId } from "../../sdk/order.js";
import { DRILLS, playDrills, type Played } from "../drill/drills.js";
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
