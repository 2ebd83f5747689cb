// SPDX-License-Identifier: MIT
// npm run web -- journey: starts `npm run venue` as its user does, gets money from its faucet, deposits, buys and
// closes on its page, and ends it as by Ctrl-C. Each step is looked up on the chain.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createPublicClient, http } from "viem";
import { lensAbi } from "../../sdk/abis/lens.js";
import { parseDeployment } from "../../sdk/deployment.js";
import { accountOf, type Address } from "../../sdk/index.js";
import { Tab, TestWallet, launch } from "./Browser.js";
import { confirm } from "./walks/confirm.js";

const KEY = `0x${"6f".repeat(32)}` as const;
/** The node, and from there on relay, indexer, keeper, page and two of the people's. */
const FIRST = Number(process.env["NOVATION_WEB_PORT"] ?? 9_410) + 10;
const PAGE = `http://127.0.0.1:${FIRST + 4}`;
const NODE = `http://127.0.0.1:${FIRST}`;
/** Until the venue is open, and until it has ended, s. */
const [OPENS, ENDS] = [600, 60];

const began = Date.now();
const say = (what: string) => console.log(`${((Date.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${what}`);
const args = ["run", "venue", "--", "--ports", String(FIRST), "--traders", "6"];
const venue = spawn("npm", args, {
  cwd: join(import.meta.dirname, "../.."),
  stdio: ["ignore", "pipe", "pipe"],
  detached: true,
});
let told = "";
const hear = (chunk: Buffer) => void (told = (told + String(chunk)).slice(-20_000));
venue.stdout.on("data", hear);
venue.stderr.on("data", hear);
const ended = new Promise<number>((resolve) => venue.once("exit", (code) => resolve(code ?? -1)));
/** To npm and all below it, as a terminal does. */
const signal = (name: NodeJS.Signals) => {
  try {
    process.kill(-venue.pid!, name);
  } catch {
    // Nobody is left.
  }
};
process.once("exit", () => signal("SIGKILL"));

const browser = await launch();
try {
  const deadline = Date.now() + OPENS * 1_000;
  while (!told.includes("Ctrl-C ends all.")) {
    assert.ok(Date.now() < deadline && venue.exitCode === null, `the venue did not open:\n${told}`);
    await sleep(200);
  }
  assert.ok(told.includes(PAGE), "it says where its page is");
  say("the venue is open");

  const deployment = parseDeployment(await (await fetch(`${PAGE}/deployment.json`)).text(), "deployment.json");
  const wallet = new TestWallet(NODE, Number(deployment.chainId), KEY);
  const owner = wallet.account.address as Address;
  const got = await fetch(`${PAGE}/faucet`, { method: "POST", body: JSON.stringify({ address: owner }) });
  assert.ok(got.ok, await got.text());
  const client = createPublicClient({ transport: http(NODE) });
  const account = () =>
    client.readContract({
      address: deployment.lens,
      abi: lensAbi,
      functionName: "account",
      args: [deployment.clearinghouse, accountOf(owner, 0)],
    });

  const tab = await Tab.open(browser, PAGE, [wallet]);
  const { page } = tab;
  await tab.connect();
  await page.getByRole("link", { name: "Portfolio" }).click();
  await page.getByLabel("Amount", { exact: true }).fill("5000");
  await page.getByRole("button", { name: "Review", exact: true }).first().click();
  await confirm(page, "Deposit");
  assert.equal((await account()).health.cash, 5_000n * 10n ** 9n);
  say("deposited");

  await page.getByRole("link", { name: "Trade", exact: true }).click();
  await page.getByTestId("book").waitFor();
  await page.getByLabel("Size", { exact: true }).fill("0.02");
  await page.getByRole("button", { name: "Review buy" }).click();
  await page.getByRole("button", { name: "Sign and post buy" }).click();
  await page.getByRole("tab", { name: /^Positions \(1\)/ }).click();
  assert.ok((await account()).positions[0]!.size > 0n);
  say("bought");
  await page.getByRole("row", { name: /Long/ }).getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Review sell" }).click();
  await page.getByRole("button", { name: "Sign and post sell" }).click();
  await page.getByRole("tab", { name: /^Positions \(0\)/ }).waitFor();
  assert.equal((await account()).positions.length, 0);
  assert.deepEqual([tab.errors, tab.foreign], [[], []]);
  say("closed");

  signal("SIGINT");
  const code = await Promise.race([ended, sleep(ENDS * 1_000, undefined)]);
  assert.equal(code, 0, `the venue ended with ${code}:\n${told.slice(-2_000)}`);
  say("1 journey passed, 0 failed");
} finally {
  await browser.close();
}
process.exit();
