// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Interface } from "ethers";
import { deploymentText } from "../../sdk/deployment.js";
import type { Hex } from "../../sdk/orderHash.js";
import { nestedIn } from "../list/nested.js";
import { readOutside } from "../list/outside.js";
import { NotAGovernor } from "../list/proposals.js";
import { NotATimelock } from "../list/timelocked.js";
import { MANAGER } from "../look/logs.js";
import { CLEARINGHOUSE } from "../look/roles.js";
import { readSituation } from "../look/Situation.js";
import { TestDao, VOTE } from "./executors.js";
import { Town } from "./Town.js";

const ROOT = join(import.meta.dirname, "../..");
const DAO = new Interface([
  "function propose(address[] targets, uint256[] values, bytes[] calldatas, string description) returns (uint256)",
  "function queue(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) returns (uint256)",
  "function execute(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) returns (uint256)",
  "function cancel(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) returns (uint256)",
  "function hashProposal(address[], uint256[], bytes[], bytes32) pure returns (uint256)",
]);
const TIMELOCK = new Interface([
  "function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)",
  "function cancel(bytes32 id)",
  "function hashOperation(address, uint256, bytes, bytes32, bytes32) pure returns (bytes32)",
]);
const NONE = `0x${"0".repeat(64)}`;

describe("what waits outside of the AccessManager, by OpenZeppelin's own contracts", () => {
  const folder = mkdtempSync(join(tmpdir(), "govern-outside-"));
  const file = join(folder, "deployment.json");
  let town: Town;
  let dao: TestDao;
  let other: TestDao;
  before(async () => {
    town = await Town.open({
      before: async (_, [deployer]) => {
        [dao, other] = [await TestDao.deploy(deployer!), await TestDao.deploy(deployer!)];
        return { GOVERNOR: dao.timelock };
      },
    });
    writeFileSync(file, deploymentText(town.deployment));
  });
  after(() => {
    town?.stop();
    rmSync(folder, { recursive: true });
  });

  const outside = async (governors: `0x${string}`[] = [], timelocks: `0x${string}`[] = []) => {
    const situation = await readSituation(town.rpc, town.deployment);
    return readOutside(town.rpc, situation, { governors, timelocks });
  };
  /** The Governor's proposal of scheduling a new treasury. */
  const vote = (description: string) => {
    const { authority, clearinghouse } = town.deployment;
    const inner = CLEARINGHOUSE.encodeFunctionData("setTreasury", [town.keys.stranger]);
    const calls = [[authority], [0], [MANAGER.encodeFunctionData("schedule", [clearinghouse, inner, 0])]];
    const send = (name: string, last: string, time: number) => {
      const data = DAO.encodeFunctionData(name, [...calls, last]) as Hex;
      return town.send([{ from: town.venue.operator, to: dao.address, data }], time);
    };
    return { calls, send };
  };
  const run = (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
    const env = { ...process.env, NOVATION_RPC: town.url, NOVATION_DEPLOYMENT: file };
    const command = ["--import", "tsx", join(ROOT, "govern/commands/list.ts"), ...args];
    return new Promise((resolve) => {
      execFile(process.execPath, command, { cwd: ROOT, env }, (failure, out, err) => {
        resolve({ code: failure === null ? 0 : Number(failure.code), out, err });
      });
    });
  };

  it("a proposal from its vote to its execution, found by the role of its timelock", async () => {
    const { keccakText } = await import("../../sdk/keccak.js");
    const description = "# A new treasury\nFor good reasons.";
    const hash = keccakText(description);
    const { calls, send } = vote(description);
    assert.deepEqual(await outside(), { proposals: [], operations: [], headless: [] });
    await send("propose", description, town.venue.now + 1);
    const [proposal, ...others] = (await outside()).proposals;
    assert.equal(others.length, 0);
    const id = BigInt(
      (await town.rpc.send("eth_call", [
        { to: dao.address, data: DAO.encodeFunctionData("hashProposal", [...calls, hash]) },
        "latest",
      ])) as string,
    );
    assert.deepEqual(
      [proposal!.id, proposal!.state, proposal!.governorName, proposal!.eta, proposal!.clock],
      [id, "pending", "Dao", 0n, "timestamp"],
    );
    const situation = await readSituation(town.rpc, town.deployment);
    const [what] = nestedIn(proposal!.calls[0]!.target, proposal!.calls[0]!.data, situation);
    assert.deepEqual([what!.by, what!.name, what!.changes[0]!.after], ["schedule", "setTreasury", town.keys.stranger]);

    const ballot = dao.vote(String(id));
    await town.send(
      [{ from: town.venue.operator, to: dao.address, data: ballot }],
      town.venue.now + Number(VOTE.delay) + 1,
    );
    assert.equal((await outside()).proposals[0]!.state, "active");
    await town.venue.mine([], town.venue.now + Number(VOTE.period) + 1);
    assert.equal((await outside()).proposals[0]!.state, "succeeded");
    await send("queue", hash, town.venue.now + 1);
    const queued = await outside();
    assert.equal(queued.proposals[0]!.state, "queued");
    assert.equal(queued.proposals[0]!.eta, BigInt(town.venue.now) + VOTE.timelock);
    assert.deepEqual(
      queued.operations.map(({ proposal: of, isReady, readyAt }) => [of, isReady, readyAt]),
      [[id, false, queued.proposals[0]!.eta]],
    );
    const { out } = await run();
    assert.match(out, /Proposal of Dao 0x\w{40}: queued\n {2}A new treasury, by 0x/);
    assert.match(out, /schedule of setTreasury\n {2}the venue, treasury: 0x\w+ → 0x/);
    assert.match(out, /Operation of the timelock 0x\w{40}: waits\n {2}queued by proposal \d+/);

    await town.venue.mine([], town.venue.now + Number(VOTE.timelock));
    assert.equal((await outside()).operations[0]!.isReady, true);
    await send("execute", hash, town.venue.now + 1);
    assert.deepEqual(await outside(), { proposals: [], operations: [], headless: [] });
    const json = JSON.parse((await run("--json")).out) as { operations: { name: string }[]; proposals: unknown[] };
    assert.deepEqual([json.operations.map(({ name }) => name), json.proposals], [["setTreasury"], []]);
  });

  it("a proposal that its proposer cancels, and one that nobody votes for, are gone", async () => {
    const { keccakText } = await import("../../sdk/keccak.js");
    const first = vote("One that is cancelled");
    await first.send("propose", "One that is cancelled", town.venue.now + 1);
    assert.equal((await outside()).proposals.length, 1);
    await first.send("cancel", keccakText("One that is cancelled"), town.venue.now + 1);
    assert.deepEqual((await outside()).proposals, []);
    const second = vote("One that is defeated");
    await second.send("propose", "One that is defeated", town.venue.now + 1);
    await town.venue.mine([], town.venue.now + Number(VOTE.delay + VOTE.period) + 2);
    assert.deepEqual((await outside()).proposals, []);
  });

  it("an operation of a timelock that is named, scheduled, cancelled and scheduled again", async () => {
    const { chain } = town.venue;
    const { clearinghouse } = town.deployment;
    const data = CLEARINGHOUSE.encodeFunctionData("createGroup", []);
    const args = [clearinghouse, 0, data, NONE, NONE];
    // The Governor is the only proposer of its timelock.
    await chain.provider.send("anvil_impersonateAccount", [other.address]);
    await chain.provider.send("anvil_setBalance", [other.address, "0x8ac7230489e80000"]);
    const send = (name: string, given: unknown[]) =>
      town.send([{ from: other.address, to: other.timelock, data: TIMELOCK.encodeFunctionData(name, given) as Hex }]);
    await send("schedule", [...args, VOTE.timelock]);
    assert.deepEqual((await outside()).operations, [], "nobody has named it, and it has no role");
    const told = await outside([], [other.timelock]);
    const [operation] = told.operations;
    assert.deepEqual(
      [operation!.proposal, operation!.isReady, operation!.calls.length, operation!.readyAt],
      [undefined, false, 1, BigInt(town.venue.now) + VOTE.timelock],
    );
    const { out } = await run("--timelock", other.timelock);
    assert.match(out, /Operation of the timelock 0x\w{40}: waits\n {2}createGroup\n/);
    await send("cancel", [operation!.id]);
    assert.deepEqual((await outside([], [other.timelock])).operations, []);
    await send("schedule", [...args, VOTE.timelock]);
    const again = (await outside([], [other.timelock])).operations;
    assert.deepEqual(
      again.map(({ id, calls }) => [id, calls.length]),
      [[operation!.id, 1]],
    );
  });

  it("a timelock with a role whose Governor cannot be found is said, unless it is named", async () => {
    const situation = await readSituation(town.rpc, town.deployment);
    // A provider that looks through no more than some blocks at once.
    const narrow = {
      send: (method: string, params: readonly unknown[]) => {
        const { fromBlock } = (params[0] ?? {}) as { fromBlock?: string };
        if (method === "eth_getLogs" && fromBlock === "0x0") return Promise.reject(new Error("the range is too large"));
        return town.rpc.send(method, params);
      },
    };
    const none = { governors: [], timelocks: [] };
    assert.deepEqual((await readOutside(narrow, situation, none)).headless, [dao.timelock]);
    const named = { governors: [dao.address], timelocks: [] };
    assert.deepEqual((await readOutside(narrow, situation, named)).headless, []);
    assert.deepEqual((await outside()).headless, []);
  });

  it("what is no Governor or no timelock is refused by name", async () => {
    const { clearinghouse, token } = town.deployment;
    await assert.rejects(outside([clearinghouse]), NotAGovernor);
    await assert.rejects(outside([], [token]), NotATimelock);
    const { code, err } = await run("--governor", token);
    assert.deepEqual([code, /NotAGovernor/.test(err)], [1, true]);
    assert.equal((await run("--governor", "0x1")).code, 2);
  });
});
