// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Interface, type InterfaceAbi } from "ethers";
import { accessManagerAbi } from "../../sdk/abis/accessManager.js";
import { Play, type Watching } from "./Play.js";

const ROOT = join(import.meta.dirname, "../..");
const MANAGER = new Interface(accessManagerAbi as unknown as InterfaceAbi);
const RISK = 2n;

describe("alarms of governance, by the real AccessManager and the commands of govern", () => {
  let play: Play;
  let watching: Watching;
  before(async () => {
    play = await Play.open();
    const state = join(play.folder, "venue.yaml");
    const args = ["--out", state, "--rpc", play.url, "--deployment", play.file];
    execFileSync(process.execPath, ["--import", "tsx", join(ROOT, "govern/commands/state.ts"), ...args], { cwd: ROOT });
    watching = play.watching({ states: [state] });
  });
  after(() => play?.stop());

  const look = (seconds: number) => watching.look(seconds, "governance");
  /** A call of the AccessManager by the governor about itself: scheduled, executed. */
  const call = (name: string, args: unknown[], kind: "schedule" | "execute") => {
    const { authority } = play.deployment;
    const data = MANAGER.encodeFunctionData(name, args);
    const wrapped = MANAGER.encodeFunctionData(kind, [authority, data, ...(kind === "schedule" ? [0] : [])]);
    return { from: play.keys.governor, to: authority, data: wrapped };
  };

  it("CallScheduled, GovernanceDrift: the governor admits somebody, and dismisses him", async () => {
    assert.deepEqual(await look(0), []);
    const grant = [RISK, play.keys.stranger, 0];
    await play.venue.must([call("grantRole", grant, "schedule")]);
    const [raised, ...others] = await look(1);
    assert.match(raised!, /^RAISED CallScheduled \[operation 0x[0-9a-f]{16}, nonce 1\]$/);
    assert.deepEqual(others, []);
    assert.match(watching.says("CallScheduled"), /^grantRole by ADMIN 0x\w{40} can run from 20/);
    assert.ok(watching.says("CallScheduled").includes(play.keys.stranger));

    await play.venue.must([call("grantRole", grant, "execute")], play.venue.now + 3_601);
    const subject = `role: role RISK, ${play.keys.stranger}`;
    assert.deepEqual(await look(1), [`RAISED GovernanceDrift [${subject}]`]);
    assert.match(watching.says("GovernanceDrift"), /the file says .*, the chain .*member/);
    const revoke = [RISK, play.keys.stranger];
    await play.venue.must([call("revokeRole", revoke, "schedule")]);
    await look(6);
    await play.venue.must([call("revokeRole", revoke, "execute")], play.venue.now + 3_601);
    await look(1);
    const cleared = await look(6);
    assert.ok(cleared.includes(`CLEARED GovernanceDrift [${subject}]`), cleared.join());
    assert.deepEqual(await watching.standing(), []);
  });

  it("WatchBlind: a file of the wished state that cannot be read is told, with why", async () => {
    const blind = play.watching({ states: [join(play.folder, "nowhere.yaml")] });
    await blind.look(0, "governance");
    assert.deepEqual(await blind.look(60, "governance"), ["RAISED WatchBlind [governance]"]);
    assert.match(blind.says("WatchBlind"), /nowhere\.yaml cannot be read/);
  });
});
