// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { ROLES, ROLE_NAMES, selectorsOf } from "../../../deploy/roles.js";
import type { Venue } from "../Venue.js";
import { arrive } from "./arrive.js";
import { confirm, enabled } from "./confirm.js";
import type { Stage } from "./index.js";
import { survey } from "./survey.js";

const KEY = `0x${"6e".repeat(32)}` as const;
const DELAY = 60;

/**
 * Somebody with two roles announces a parameter, executes it when its time has come, cancels another, and pauses a
 * market: each by the page, and each is so on the chain.
 */
export async function governance(stage: Stage): Promise<void> {
  const { venue } = stage;
  const { authority, clearinghouse } = venue.local.deployed;
  await venue.history;
  const { owner, tab, page } = await arrive(stage, KEY, { at: "governance" });
  const announce = page.getByRole("button", { name: /^Announce/ });
  await page.getByText("Your address has no role: you can look").waitFor();
  await page.getByLabel("New value, in").fill("300");
  await page.getByText("Your address has no role that may do this.").waitFor();
  assert.equal(await announce.getAttribute("aria-disabled"), "true");

  for (const role of ROLE_NAMES) {
    await venue.send(authority, "labelRole", [ROLES[role].id, role]);
    await venue.send(authority, "setTargetFunctionRole", [
      venue.deployment.clearinghouse,
      selectorsOf(role),
      ROLES[role].id,
    ]);
  }
  // The operator, whose all of it was until now, goes on.
  for (const name of ["GOVERNOR", "RISK"] as const)
    await venue.send(authority, "grantRole", [ROLES[name].id, venue.local.operator, 0]);
  await venue.send(authority, "grantRole", [ROLES.RISK.id, owner, DELAY]);
  await venue.send(authority, "grantRole", [ROLES.GUARDIAN.id, owner, 0]);
  await page.getByText("RISK, delay 1 min 00 s; GUARDIAN, delay none").waitFor();

  const fee = async () => (await viewOf(venue)).params.takerFee;
  const before = await fee();
  const wanted = 500;
  const form = page.getByRole("region", { name: "Change something" }).first();
  const change = async (value: number) => {
    await form.getByLabel("Where").selectOption({ label: "BTC" });
    await form.getByLabel("Which").selectOption({ label: "Taker fee" });
    await form.getByLabel("New value, in").fill(String(value));
    await enabled(announce);
    await announce.click();
    await confirm(page, "Announce");
  };
  const operation = page
    .getByRole("region", { name: "Pending operations" })
    .getByRole("row", { name: /^setMarketParams/ });
  await form.getByLabel("Where").selectOption({ label: "BTC" });
  await form.getByLabel("Which").selectOption({ label: "Taker fee" });
  await form.getByLabel("New value, in").fill("300");
  await form.getByText(/^With this value maxFunding would have to be from 0 to \d+\. Change that first\.$/).waitFor();
  await change(wanted);
  await operation.getByText("waits", { exact: true }).waitFor();
  await operation.getByText("takerFee: 0.04% → 0.05%").waitFor();
  const execute = operation.getByRole("button", { name: /^Execute/ });
  assert.equal(await execute.getAttribute("aria-disabled"), "true", "its delay is not over");
  assert.equal(await fee(), before);
  await venue.later(DELAY + 5);
  await operation.getByText("may be executed").waitFor();
  await enabled(execute);
  await execute.click();
  await confirm(page, "Execute");
  assert.equal(await fee(), BigInt(wanted));
  await operation.waitFor({ state: "detached" });

  await change(wanted + 10);
  const cancel = operation.getByRole("button", { name: /^Cancel/ });
  await enabled(cancel);
  await cancel.click();
  await confirm(page, "Cancel");
  await operation.waitFor({ state: "detached" });
  assert.equal((await authority.queryFilter(authority.filters.OperationCanceled!())).length, 1);

  await page.getByRole("tab", { name: "A pause" }).click();
  await page.getByRole("region", { name: "Change something" }).getByLabel("Where").selectOption({ label: "BTC" });
  const pause = page.getByRole("button", { name: /^Do it: BTC: no new risk/ });
  await enabled(pause);
  await pause.click();
  await confirm(page, "Do it");
  assert.equal((await viewOf(venue)).pauseLevel, 1n);
  await page
    .getByRole("region", { name: "Pauses" })
    .getByRole("row", { name: /^BTC no new risk/ })
    .waitFor();
  await survey(stage, page, "governance");
  await venue.send(clearinghouse, "unpause", [venue.market("BTC").id]);
  assert.deepEqual(tab.errors, []);
}

function viewOf(venue: Venue) {
  return venue.local.deployed.lens.market(venue.deployment.clearinghouse, venue.market("BTC").id);
}
