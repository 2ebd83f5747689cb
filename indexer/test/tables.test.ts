// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { differences, factsOf } from "../../test/differential/rebuilt.js";
import type { Deployment } from "../../sdk/deployment.js";
import type { IndexedLog } from "../src/indexer";
import type { MemoryStore } from "../src/rows/MemoryStore";
import { wholeVenue } from "../src/state/whole";
import * as schema from "../schema";
import { Story } from "./Story";
import { logsOf, rebuiltOf, tablesOf } from "./replay";

describe("the tables that events make", { timeout: 300_000 }, () => {
  let story: Story;
  let deployment: Deployment;
  let logs: IndexedLog[];
  let tables: MemoryStore;

  before(async () => {
    story = await Story.open();
    await story.crash();
    await story.office();
    deployment = await story.deployment();
    logs = await logsOf(story.venue.chain.provider, deployment);
    tables = await tablesOf(logs, deployment);
  });
  after(() => story?.stop());

  it("hold the venue that the SDK rebuilds, fact by fact (INV-12)", async () => {
    const rebuilt = rebuiltOf(logs, 6);
    const whole = await wholeVenue(async (table) => tables.all(table), 6);
    const facts = factsOf(rebuilt);
    assert.ok(facts.size > 500, `${facts.size} facts`);
    assert.deepEqual(differences(facts, factsOf(whole)), []);
  });

  it("tell of every kind of event that is thought of here", () => {
    const counted = tables.all(schema.counts).map(({ id, count }) => `${id} ${count}`);
    console.log(counted.join("\n"));
    assert.equal(
      tables.all(schema.counts).reduce((sum, { count }) => sum + count, 0),
      logs.length,
    );
  });
});
