// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Hex } from "../../sdk/orderHash.js";
import { codesOf, contractsOf } from "../check/codes.js";
import { driftOf, type Drift } from "../check/drift.js";
import { stateText } from "../check/stateText.js";
import { waitingOf } from "../list/waiting.js";
import { MANAGER } from "../look/logs.js";
import { CLEARINGHOUSE } from "../look/roles.js";
import { readSituation } from "../look/Situation.js";
import { parseWish } from "../wish/WishFile.js";
import { Town } from "./Town.js";

describe("a check", () => {
  let town: Town;
  let state: string;
  before(async () => {
    town = await Town.open({ leverages: [10, 5] });
    const situation = await readSituation(town.rpc, town.deployment);
    state = stateText(situation, await codesOf(town.rpc, contractsOf(situation)));
  });
  after(() => town?.stop());

  const drift = async (text = state): Promise<Drift[]> => {
    const situation = await readSituation(town.rpc, town.deployment);
    return driftOf(town.rpc, parseWish(text, "state.yaml"), situation, new Map());
  };
  const told = async () => (await drift()).map(({ kind, scope, name }) => `${kind}: ${scope}, ${name}`);
  const undone = async (play: () => Promise<void>) => {
    const { chain } = town.venue;
    const moment = await chain.snapshot();
    try {
      await play();
    } finally {
      await chain.restore(moment);
    }
  };
  const call = (from: string, on: "clearinghouse" | "authority", name: string, args: unknown[]) => {
    const abi = on === "clearinghouse" ? CLEARINGHOUSE : MANAGER;
    const data = abi.encodeFunctionData(name, args);
    const to = town.deployment.authority as string;
    const send = (kind: string, more: unknown[]) => ({
      ...{ from, to },
      data: MANAGER.encodeFunctionData(kind, [town.deployment[on], data, ...more]) as Hex,
    });
    return { data: data as Hex, schedule: send("schedule", [0]), execute: send("execute", []) };
  };
  const govern = async (from: string, on: "clearinghouse" | "authority", name: string, args: unknown[]) => {
    const { schedule, execute } = call(from, on, name, args);
    await town.send([schedule]);
    await town.send([execute], town.venue.now + 3_601);
  };

  it("of the state as it was written finds nothing", async () => {
    assert.deepEqual(await drift(), []);
    assert.match(state, /lockDelay: "2 min"/);
    assert.match(state, /clearinghouse: "0x[0-9a-f]{64}"/);
  });

  it("finds a parameter that was changed, with both values", async () => {
    await undone(async () => {
      const { venue } = await readSituation(town.rpc, town.deployment);
      await govern(town.keys.RISK, "clearinghouse", "setVenueParams", [{ ...venue.params, refund: 1n }]);
      const [found, ...others] = await drift();
      assert.deepEqual(others, []);
      assert.deepEqual(found, {
        ...{ kind: "parameter", scope: "the venue", name: "refund" },
        ...{ wished: "5 quote", found: "0.000000001 quote" },
      });
    });
  });

  it("finds a member, a delay, a function of a role and a role that nobody named", async () => {
    const { GOVERNOR, RISK, stranger } = town.keys;
    const selector = CLEARINGHOUSE.getFunction("setVaultBudget")!.selector;
    await undone(async () => {
      await govern(GOVERNOR, "authority", "grantRole", [2n, stranger, 0]);
      await govern(GOVERNOR, "authority", "grantRole", [2n, RISK, 600]);
      await govern(GOVERNOR, "authority", "grantRole", [77n, stranger, 0]);
      await govern(GOVERNOR, "authority", "setTargetFunctionRole", [town.deployment.clearinghouse, [selector], 3n]);
      assert.deepEqual(await told(), [
        `role: role RISK, ${RISK}`,
        "role: role RISK, functions",
        `role: role RISK, ${stranger}`,
        "role: role role-77, members and functions",
      ]);
    });
  });

  it("finds a guardian that was taken away from a role", async () => {
    await undone(async () => {
      await govern(town.keys.GOVERNOR, "authority", "setRoleGuardian", [1n, 0n]);
      const [found, ...others] = await drift();
      assert.deepEqual(others, []);
      assert.deepEqual([found!.scope, found!.name, found!.wished], ["role GOVERNOR", "guardian", "GUARDIAN"]);
    });
  });

  it("finds other code behind an address", async () => {
    await undone(async () => {
      await town.venue.chain.provider.send("anvil_setCode", [town.deployment.lens, "0x6001"]);
      // The lens itself cannot be asked any more: look at the code alone.
      const codes = await codesOf(town.rpc, new Map([["lens", town.deployment.lens]]));
      const written = parseWish(state, "s").wish.code!;
      assert.notEqual(codes.get("lens"), written.lens);
    });
    const wrong = state.replace(/(vault: )"0x[0-9a-f]{64}"/, `$1"0x${"11".repeat(32)}"`);
    const [found, ...others] = await drift(wrong);
    assert.deepEqual([found!.kind, found!.scope, others.length], ["code", "vault", 0]);
  });

  it("finds a target that was closed, and a pause that was wished away", async () => {
    await undone(async () => {
      const { clearinghouse } = town.deployment;
      await town.send([call(town.keys.GUARDIAN, "clearinghouse", "pause", [0, 3, 3_600]).execute]);
      const open = `${state}`.replace("venue:\n", 'venue:\n  paused: "no"\n');
      assert.deepEqual(
        (await drift(open)).map(({ scope, name }) => `${scope}: ${name}`),
        ["the venue: pause"],
      );
      await govern(town.keys.GOVERNOR, "authority", "setTargetClosed", [clearinghouse, true]);
      assert.deepEqual(await told(), ["target: target clearinghouse, closed"]);
    });
  });

  it("beside it, a list tells what waits in people's units, who scheduled it, and until when", async () => {
    await undone(async () => {
      const { markets } = await readSituation(town.rpc, town.deployment);
      const params = { ...markets[0]!.params, takerFee: 500n };
      const { schedule } = call(town.keys.RISK, "clearinghouse", "setMarketParams", [4, params]);
      await town.send([schedule]);
      const grant = call(town.keys.GOVERNOR, "authority", "grantRole", [3n, town.keys.stranger, 0]);
      await town.send([grant.schedule]);
      const [first, second] = waitingOf(await readSituation(town.rpc, town.deployment));
      assert.deepEqual(
        [first!.what.name, first!.role!.label, first!.state, first!.notice, first!.pending.caller],
        ["setMarketParams", "RISK", "waits", 60n, town.keys.RISK],
      );
      assert.deepEqual(first!.what.changes, [
        { scope: "BTC", name: "takerFee", before: "0.04%", after: "0.05%", bounds: "from 0% to 0.5%" },
      ]);
      assert.equal(first!.expiresAt - first!.pending.readyAt, 604_800n);
      assert.deepEqual([second!.what.name, second!.role!.label], ["grantRole", "ADMIN"]);
      assert.match(second!.what.changes[0]!.after, /member, delay 0 s/);
      const later = town.venue.now + 700_000;
      await town.venue.mine([], later);
      assert.deepEqual(
        waitingOf(await readSituation(town.rpc, town.deployment)).map(({ state: is }) => is),
        ["expired", "expired"],
      );
    });
  });
});
