// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { PRICE, Venue } from "../../relay/test/Venue.js";
import { deploymentText } from "../../sdk/deployment.js";
import { Watching } from "./Play.js";

describe("alarms of a real relay", () => {
  const folder = mkdtempSync(join(tmpdir(), "novation-watch-relay-"));
  const file = join(folder, "deployment.json");
  let venue: Venue;
  before(async () => {
    venue = await Venue.open();
    writeFileSync(file, deploymentText(venue.venue.deployment));
  });
  after(async () => {
    await venue?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const watch = () => {
    const place = { url: venue.url, file, deployment: venue.venue.deployment };
    return new Watching(place, { relay: `http://127.0.0.1:${venue.running.port}` }, {});
  };

  it("RelayFraud: it fills an order that it had acknowledged past its journal", async () => {
    const watching = watch();
    const bid = await venue.order(0, 1, PRICE - 50);
    assert.equal((await venue.post(bid)).status, 201);
    await venue.mine();
    assert.deepEqual(await watching.look(0, "relay"), []);

    const sender = venue.running.sender.lanes[0]!.address;
    await venue.settleDark(sender, await venue.order(2, -0.5, PRICE - 60), bid, 0.5);
    assert.deepEqual(await watching.look(1, "relay"), ["RAISED RelayFraud [dark fill]"]);
    assert.match(watching.says("RelayFraud"), /^1 times: Transaction 0x\w+ of the relay filled 500000000 of 0x/);
    assert.deepEqual(await watching.look(600, "relay"), [], "a journal never takes it back");
  });

  it("ServiceDown: it ends, and is there again", async () => {
    const watching = watch();
    assert.deepEqual(await watching.look(0, "services"), []);
    const { port } = venue.running;
    await venue.running.close();
    await watching.look(1, "services");
    assert.deepEqual(await watching.look(30, "services"), ["RAISED ServiceDown [relay]"]);
    assert.match(watching.says("ServiceDown"), /no answer: ECONNREFUSED/);
    await venue.start({}, port);
    await venue.mine();
    await watching.look(1, "services");
    assert.deepEqual(await watching.look(5, "services"), ["CLEARED ServiceDown [relay]"]);
  });
});
