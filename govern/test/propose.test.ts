// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as errors from "../errors.js";
import { readSituation } from "../look/Situation.js";
import { proposalPage } from "../report/proposalPage.js";
import { simulate } from "../simulate/simulate.js";
import type { Simulation } from "../simulate/Simulation.js";
import { parseWish } from "../wish/WishFile.js";
import { filesOf } from "../write/writeProposal.js";
import { Town } from "./Town.js";

describe("a proposal", () => {
  let town: Town;
  before(async () => (town = await Town.open({ leverages: [18, 17, 12, 10, 5, 2] })));
  after(() => town?.stop());

  const play = async (wish: string): Promise<Simulation> => {
    const file = parseWish(`title: Test\n${wish}`, "w.yaml");
    const situation = await readSituation(town.rpc, town.deployment);
    return simulate({ file, situation, rpc: town.rpc, url: town.url });
  };
  const refused = (wish: string, error: new (...args: never[]) => Error, says: RegExp) =>
    assert.rejects(play(wish), (failure: Error) => {
      assert.equal(failure.constructor.name, error.name, failure.message);
      assert.match(failure.message, says);
      return true;
    });

  it("of margins names everybody whose standing changes, and by how much", async () => {
    const { changes, accounts, operations } = await play(
      "markets: { BTC: { initialMargin: 12%, maintenanceMargin: 8% } }",
    );
    assert.ok(accounts >= 8);
    assert.equal(operations.length, 1);
    const people = town.people.map(({ account }) => account);
    const told = changes.map(({ account, before: was, after: is }) => [
      people.indexOf(account as never),
      was.standing,
      is.standing,
    ]);
    assert.deepEqual(told, [
      [0, "SOUND", "LIQUIDATABLE"],
      [1, "SOUND", "LIQUIDATABLE"],
      [2, "SOUND", "BELOW_CALL"],
      [3, "SOUND", "BELOW_CALL"],
    ]);
    // 0.1 BTC at 100,000: 800 of maintenance margin; 1 / 18 of 10,000 less fees is what the first has.
    const [first] = changes;
    assert.equal(first!.after.maintenance, 800_000_000_000n);
    assert.ok(first!.after.equity < 556_000_000_000n && first!.after.equity > 550_000_000_000n);
  });

  it("leaves the chain as it was", async () => {
    const [{ number, hash }, { venue }] = await (async () => {
      const { header, ...rest } = await readSituation(town.rpc, town.deployment);
      return [header, rest] as const;
    })();
    await play("venue: { lockDelay: 3 min }");
    const now = await readSituation(town.rpc, town.deployment);
    assert.deepEqual([now.header.number, now.header.hash, now.venue], [number, hash, venue]);
  });

  it("of everything is played with its delays, each step at its time", async () => {
    const {
      steps,
      end,
      start,
      with: then,
    } = await play(`
venue: { lockDelay: 3 min, refund: 4 quote }
treasury: "${town.keys.stranger}"
groups: { BTC: { budget: 900 quote } }
markets: { SOL: { status: settled } }
roles:
  GUARDIAN: { members: { "${town.keys.stranger}": 0 s } }
  RISK: { guardian: GOVERNOR }
targets: { clearinghouse: { adminDelay: 1 d } }
`);
    assert.deepEqual(
      steps.map(({ step }) => [step.kind, step.role, step.at]),
      [
        ["schedule", "GOVERNOR and ADMIN", 0n],
        ["schedule", "RISK", 0n],
        ["execute", "GUARDIAN", 0n],
        ["execute", "RISK", 60n],
        ["execute", "GOVERNOR", 3_600n],
        ["execute", "GOVERNOR and ADMIN", 172_860n],
      ].map((each) => each),
    );
    assert.ok(end - start >= 172_860n);
    const { venue, markets, authority } = then.situation;
    assert.equal(venue.params.lockDelay, 180n);
    assert.equal(venue.treasury, town.keys.stranger);
    assert.equal(markets.find(({ market }) => then.situation.symbolOf(market) === "SOL")!.status, 2n);
    const guardian = authority.roles.find(({ label }) => label === "GUARDIAN")!;
    assert.deepEqual(
      guardian.members.map(({ address }) => address),
      [town.keys.stranger],
    );
    const [governor, risk] = ["GOVERNOR", "RISK"].map((name) => authority.roles.find(({ label }) => label === name)!);
    assert.deepEqual([risk!.guardian, governor!.guardian], [governor!.id, guardian.id]);
  });

  it("lists a market in a new group, with a source of the venue's own kind", async () => {
    const { btc } = await sources();
    const params = Object.entries({
      ...{ initialMargin: "10%", maintenanceMargin: "6%", gapThreshold: "4%", priceBand: "2%", takerFee: "0.05%" },
      ...{ makerFee: "0.01%", staleShock: "10%", discountFloor: "0.5%", discountCap: "3%", maxFunding: "0.005% / h" },
      ...{ minNotional: "10 quote", softCap: "10 base", hardCap: "20 base", fundingDepth: "1,000,000 quote" },
    });
    const lines = params.map(([name, value]) => `    ${name}: ${value}`).join("\n");
    const { with: then, operations } = await play(
      `markets:\n  WBTC:\n    source: "${btc}"\n    list: { group: new, mechanism: PRORATA }\n${lines}\ngroups: { WBTC: { budget: 5 quote } }`,
    );
    assert.deepEqual(
      operations.map(({ name }) => name),
      ["createGroup", "createMarket", "setVaultBudget"],
    );
    const market = then.situation.markets.find(({ market: id }) => id === 12n)!;
    assert.equal(market.params.maxFunding, 50n);
    assert.equal(then.situation.groups.at(-1)!.vaultBudget, 5_000_000_000n);
  });

  const sources = async () => ({ btc: (await readSituation(town.rpc, town.deployment)).markets[0]!.source });

  it("that changes nothing is refused", async () => {
    await refused("venue: { lockDelay: 2 min }", errors.NothingToDo, /nothing to propose/);
  });

  it("beyond bounds is refused with the bound, the line and what the file changes", async () => {
    await refused("venue: { lockDelay: 2 h }", errors.BeyondBounds, /w\.yaml:2: venue\.lockDelay: .*from 1 min to 1 h/);
    const lower = "markets:\n  BTC:\n    initialMargin: 3%";
    await refused(lower, errors.BeyondBounds, /w\.yaml:3: markets\.BTC: maintenanceMargin stays at 3%/);
  });

  it("of what is not there is refused by name", async () => {
    await refused("markets: { DOGE: { initialMargin: 5% } }", errors.Unknown, /markets\.DOGE: .*BTC, SOL/);
    await refused('groups: { "9": { budget: 1 quote } }', errors.Unknown, /groups\.9/);
    await refused("roles: { CLERK: { members: {} } }", errors.Unknown, /roles\.CLERK/);
    await refused("roles: { RISK: { functions: [mint] } }", errors.Unknown, /mint/);
  });

  it("of one thing under two names, or of an executor of no role, is refused", async () => {
    const twice = 'groups: { BTC: { budget: 1 quote }, "1": { budget: 2 quote } }';
    await refused(twice, errors.WishBad, /groups\.1: it is BTC|groups\.BTC: it is 1/);
    await refused("markets: { BTC: { takerFee: 0.05% }, market-4: { takerFee: 0.06% } }", errors.WishBad, /market-4/);
    const nobody = `executors: { CLERK: "${town.keys.stranger}" }\nvenue: { lockDelay: 3 min }`;
    await refused(nobody, errors.Unknown, /executors\.CLERK/);
  });

  it("that closes the clearinghouse to its roles warns that nobody can pause it", async () => {
    const simulation = await play('targets: { clearinghouse: { closed: "yes" } }');
    const page = proposalPage({ wish: { title: "T" }, simulation, executors: [] });
    assert.match(JSON.stringify(page.sections[0]), /not even the guardian can pause/);
  });

  it("that leaves nobody to govern is refused", async () => {
    await refused("roles: { ADMIN: { members: {} } }", errors.NoAdminLeft, /leaves no admin/);
    const zero = `roles: { ADMIN: { members: { "0x000000000000000000000000000000000000dEaD": 1 h } } }`;
    await refused(zero, errors.NoAdminLeft, /cannot act/);
    const itself = `roles: { ADMIN: { members: { "${town.deployment.authority}": 1 h } } }`;
    await refused(itself, errors.NoAdminLeft, /cannot act/);
  });

  it("of a function that would be nobody's is refused", async () => {
    await refused(
      "roles: { RISK: { functions: [setMarketParams, setVenueParams] } }",
      errors.WishBad,
      /setVaultBudget/,
    );
  });

  it("that needs one call twice is refused: the AccessManager takes both for one", async () => {
    const { btc } = await sources();
    const shape = (symbol: string) =>
      `  ${symbol}: { source: "${btc}", list: { group: new, mechanism: QUEUE }, initialMargin: 10%, maintenanceMargin: 6%, gapThreshold: 4%, priceBand: 2%, takerFee: 0.05%, makerFee: 0.01%, staleShock: 10%, discountFloor: 0.5%, discountCap: 3%, maxFunding: 0% / h, minNotional: 10 quote, softCap: 10 base, hardCap: 20 base, fundingDepth: 1000 quote }\n`;
    await refused(`markets:\n${shape("AA")}${shape("BB")}`, errors.SameCallTwice, /twice/);
  });

  it("that a contract would refuse is refused with the contract's reason", async () => {
    await refused(`vault: "${town.keys.stranger}"`, errors.RefusedByContract, /NotAVault/);
    await refused(
      `markets: { BTC: { source: "${town.deployment.vault}" } }`,
      errors.RefusedByContract,
      /would be refused/,
    );
  });

  it("by a role of several members asks who acts; by somebody else is refused", async () => {
    await refused(
      `executors: { RISK: "${town.keys.stranger}" }\nvenue: { lockDelay: 3 min }`,
      errors.NotAMember,
      /has not that role/,
    );
  });

  it("is written for a key, a Safe, a Governor and a reader", async () => {
    const wish = parseWish("title: Test\nvenue: { lockDelay: 3 min }\n", "w.yaml");
    const situation = await readSituation(town.rpc, town.deployment);
    const simulation = await simulate({ file: wish, situation, rpc: town.rpc, url: town.url });
    const proposal = { wish: wish.wish, simulation, executors: [] };
    const files = filesOf(proposal, 7);
    assert.deepEqual(
      [...files.keys()],
      [
        ...["report.html", "report.md", "report.json", "calls.json"],
        ...["1-schedule-RISK.safe.json", "1-schedule-RISK.governor.json"],
        ...["2-execute-RISK.safe.json", "2-execute-RISK.governor.json"],
      ],
    );
    assert.match(files.get("report.md")!, /\| the venue \| lockDelay \| 2 min \| 3 min \| from 1 min to 1 h \|/);
    for (const [name, text] of files) if (name.endsWith(".json")) JSON.parse(text);
    assert.equal(proposalPage(proposal).sections.length, 7);
  });
});
