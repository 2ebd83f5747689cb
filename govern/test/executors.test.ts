// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Hex } from "../../sdk/orderHash.js";
import { ExpiresBeforeItCanRun } from "../errors.js";
import { NotTheGovernor, readExecutor } from "../look/executors.js";
import { readSituation } from "../look/Situation.js";
import { multicallOf } from "../plan/steps.js";
import type { Proposal } from "../report/proposalPage.js";
import { simulate } from "../simulate/simulate.js";
import { parseWish } from "../wish/WishFile.js";
import type { GovernorProposal } from "../write/governor.js";
import type { SafeBatch } from "../write/safe.js";
import { filesOf } from "../write/writeProposal.js";
import { Town } from "./Town.js";
import { TestDao, TestSafe, VOTE } from "./executors.js";

describe("a proposal is made by", () => {
  let town: Town;
  let safe: TestSafe;
  let dao: TestDao;
  before(async () => {
    town = await Town.open({
      leverages: [10],
      before: async (_, [deployer]) => {
        [safe, dao] = [await TestSafe.deploy(deployer!), await TestDao.deploy(deployer!)];
        return { RISK: safe.address, GOVERNOR: dao.timelock };
      },
    });
  });
  after(() => town?.stop());

  const proposed = async (wish: string): Promise<Proposal> => {
    const file = parseWish(`title: Test\n${wish}`, "w.yaml");
    const situation = await readSituation(town.rpc, town.deployment);
    const simulation = await simulate({ file, situation, rpc: town.rpc, url: town.url });
    const callers = [...new Set(simulation.operations.map(({ caller }) => caller))];
    const executors = await Promise.all(callers.map((each) => readExecutor(town.rpc, each, 0)));
    return { wish: file.wish, simulation, executors };
  };
  const now = () => town.venue.now;
  const stranger = () => town.venue.operator; // whoever pays the gas

  it("a key, with all of a step in one call of the AccessManager", async () => {
    const { simulation } = await proposed(`roles: { GUARDIAN: { members: { "${town.keys.GUARDIAN}": 2 min } } }
markets: { SOL: { initialMargin: 6% } }`);
    assert.equal(simulation.steps.length, 4);
    const steps = simulation.steps.map(({ step }) => multicallOf(step));
    assert.ok(steps.every((data) => data.length > 10));
    // The guardian himself acts by one call.
    const pause = await proposed("markets: { SOL: { status: settled } }");
    const own = pause.simulation.steps.find(({ step }) => step.role === "GUARDIAN")!.step;
    await town.send([{ from: own.caller, to: town.deployment.authority, data: multicallOf(own) }]);
    const { markets } = await readSituation(town.rpc, town.deployment);
    assert.equal(markets[1]!.pauseLevel, 1n);
  });

  it("a Safe, from the files of its transaction builder, with the signatures of its owners", async () => {
    const proposal = await proposed(`venue: { lockDelay: 3 min }
markets: { BTC: { takerFee: 0.05% } }
groups: { BTC: { budget: 900 quote }, SOL: { budget: 100 quote } }`);
    assert.deepEqual(
      proposal.executors.map(({ kind }) => kind),
      ["safe"],
    );
    const files = filesOf(proposal, 1);
    const batches = ["1-schedule-RISK", "2-execute-RISK"].map(
      (name) => JSON.parse(files.get(`${name}.safe.json`)!) as SafeBatch,
    );
    for (const batch of batches) {
      assert.equal(batch.transactions.length, 4);
      const data = await safe.exec(batch, town.venue.chainId);
      await town.send([{ from: stranger(), to: safe.address, data }], now() + 61);
    }
    const { venue, markets, groups } = await readSituation(town.rpc, town.deployment);
    assert.equal(venue.params.lockDelay, 180n);
    assert.equal(markets[0]!.params.takerFee, 500n);
    assert.deepEqual(
      groups.map(({ vaultBudget }) => vaultBudget),
      [900_000_000_000n, 100_000_000_000n],
    );
  });

  it("a Governor with a timelock, by two votes: one schedules, one executes", async () => {
    const proposal = await proposed(`treasury: "${town.keys.stranger}"
roles: { RISK: { members: { "${safe.address}": 2 min } } }`);
    const [executor] = proposal.executors;
    assert.equal(executor!.kind, "timelock");
    assert.ok(executor!.kind === "timelock");
    assert.deepEqual(executor!.governor, {
      ...{ address: dao.address, name: "Dao", vote: VOTE.delay + VOTE.period, timelock: VOTE.timelock },
    });
    const files = filesOf(proposal, 1);
    const names = [...files.keys()].filter((name) => name.endsWith(".governor.json"));
    assert.deepEqual(names, ["1-schedule-GOVERNOR+ADMIN.governor.json", "2-execute-GOVERNOR+ADMIN.governor.json"]);
    for (const name of names) {
      const vote = JSON.parse(files.get(name)!) as GovernorProposal;
      assert.equal(vote.governor, dao.address);
      const send = (data: string, time: number) =>
        town.send([{ from: stranger(), to: dao.address, data: data as `0x${string}` }], time);
      await send(vote.propose, now() + 1);
      assert.equal(await dao.state(vote.proposalId), 0n); // the id that the file tells is the Governor's
      await send(dao.vote(vote.proposalId), now() + Number(VOTE.delay) + 1);
      await send(vote.queue, now() + Number(VOTE.period) + 1);
      await send(vote.execute, Math.max(now() + Number(VOTE.timelock), name.startsWith("2") ? now() + 3_600 : 0));
      assert.equal(await dao.state(vote.proposalId), 7n);
    }
    const { venue, authority } = await readSituation(town.rpc, town.deployment);
    assert.equal(venue.treasury, town.keys.stranger);
    const risk = authority.roles.find(({ label }) => label === "RISK")!;
    assert.deepEqual(
      risk.members.map(({ delay }) => delay),
      [120n],
    );
  });

  it("a Governor in time only: a vote on the execution that outlasts the schedule is refused", async () => {
    const proposal = await proposed('treasury: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"');
    const [executor] = proposal.executors;
    assert.ok(executor!.kind === "timelock" && executor!.governor !== undefined);
    const late = { ...executor!, governor: { ...executor!.governor!, vote: 700_000n } };
    assert.throws(() => filesOf({ ...proposal, executors: [late] }, 1), ExpiresBeforeItCanRun);
  });

  it("a Governor by one vote, when its timelock is the only delay", async () => {
    let own: TestDao;
    const swift = await Town.open({
      delays: { GOVERNOR: 0 },
      before: async (_, [deployer]) => {
        own = await TestDao.deploy(deployer!);
        return { GOVERNOR: own.timelock };
      },
    });
    try {
      const file = parseWish(`title: Test\ntreasury: "${swift.keys.stranger}"`, "w.yaml");
      const situation = await readSituation(swift.rpc, swift.deployment);
      const simulation = await simulate({ file, situation, rpc: swift.rpc, url: swift.url });
      const executors = [await readExecutor(swift.rpc, own!.timelock, 0)];
      const files = filesOf({ wish: file.wish, simulation, executors }, 1);
      assert.doesNotMatch(files.get("report.md")!, /without a delay/);
      assert.match(filesOf({ wish: file.wish, simulation, executors: [] }, 1).get("report.md")!, /without a delay/);
      const vote = JSON.parse(files.get("1-execute-GOVERNOR.governor.json")!) as GovernorProposal;
      const send = (data: Hex, after: number) =>
        swift.send([{ from: swift.venue.operator, to: own.address, data }], swift.venue.now + after);
      await send(vote.propose, 1);
      await send(own!.vote(vote.proposalId), Number(VOTE.delay) + 1);
      await send(vote.queue, Number(VOTE.period) + 1);
      await send(vote.execute, Number(VOTE.timelock));
      assert.equal((await readSituation(swift.rpc, swift.deployment)).venue.treasury, swift.keys.stranger);
    } finally {
      swift.stop();
    }
  });

  it("another Governor than the timelock's is refused by name", async () => {
    await assert.rejects(readExecutor(town.rpc, dao.timelock, 0, safe.address), NotTheGovernor);
  });

  it("what kind a member is, the chain tells", async () => {
    const kind = async (address: `0x${string}`) => (await readExecutor(town.rpc, address, 0)).kind;
    assert.equal(await kind(town.keys.GUARDIAN), "key");
    assert.equal(await kind(safe.address), "safe");
    assert.equal(await kind(dao.timelock), "timelock");
    assert.equal(await kind(town.deployment.token), "contract");
  });
});
