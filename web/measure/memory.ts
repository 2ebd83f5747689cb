// SPDX-License-Identifier: MIT
// npm run web -- memory [--minutes N]: a session through 10 October 2025 on `npm run venue`, N minutes of the wall (5
// unless told), twelve times as long by the chain's clock. A trader stays on the trade page and looks at every other
// page in turn. Prints the page's JavaScript heap after each forced collection; ends with 1 above 150 MB.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { launch, Tab, TestWallet } from "../e2e/Browser.js";
import { table } from "./figures.js";

const ROOT = join(import.meta.dirname, "../..");
const FIRST = Number(process.env["NOVATION_WEB_PORT"] ?? 9_410);
const LIMIT = 150; // MB
const SPEED = 12; // of `npm run venue -- --for`
const PATIENCE = 300_000;
const LOOK = 60_000;
const OTHERS = ["portfolio", "risk", "receipts", "markets", "vault", "keepers", "governance", "status"] as const;
const KEY = `0x${"71".repeat(32)}` as const;

const { values } = parseArgs({ options: { minutes: { type: "string", default: "5" } } });
const minutes = Number(values.minutes);
if (!Number.isInteger(minutes) || minutes < 1 || minutes > 240) {
  console.error("memory: --minutes is a number from 1 to 240");
  process.exit(2);
}

// Longer than is looked at: at its end people leave, and all is compared.
const duration = `${(minutes + 10) * SPEED}m`;
const venue = spawn(
  process.execPath,
  ["--import", "tsx", "venue/main.ts", "--scene", "crash", "--for", duration, "--ports", String(FIRST)],
  { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] },
);
process.once("exit", () => venue.kill());
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
let said = "";
venue.stdout.on("data", (chunk) => (said = (said + String(chunk)).slice(-4_000)));
venue.once("exit", (code) => {
  if (rows.length > 0 && ended) return;
  console.error(`memory: the venue ended with ${code}:\n${said}`);
  process.exit(1);
});

const rows: (readonly [minute: string, clock: string, heap: number, nodes: number, listeners: number])[] = [];
let ended = false;
const at = `http://127.0.0.1:${FIRST + 4}/`;
await until(async () => (await status())?.services.every(({ name, ok }) => name === "traders" || ok) === true);

const browser = await launch();
const { chainId } = (await (await fetch(`${at}deployment.json`)).json()) as { chainId: number };
const wallet = new TestWallet(`${at}rpc`, Number(chainId), KEY);
await fetch(`${at}faucet`, { method: "POST", body: JSON.stringify({ address: wallet.account.address }) });
const tab = await Tab.open(browser, at, [wallet]);
const { page } = tab;
await tab.connect();
await trade();

const cdp = await page.context().newCDPSession(page);
await cdp.send("Performance.enable");
const began = Date.now();
const first = await clock();
for (let round = 0; Date.now() - began < minutes * 60_000 || round === 0; ++round) {
  await page.goto(`${at}#/trade/${round % 2 === 0 ? "BTC" : "SOL"}`);
  await sleep(Math.max(0, LOOK - 15_000));
  await page.goto(`${at}#/${OTHERS[round % OTHERS.length]}`);
  await page.locator("main section").first().waitFor();
  await sleep(15_000);
  await look();
}
ended = true;
await browser.close();
venue.kill();

const passed = rows.at(-1)![1];
console.log(`${minutes} minutes, ${passed} by the chain's clock, the crash of 10 October 2025 in it`);
const heads = ["minute", "chain's clock", "heap, MB", "DOM nodes", "listeners"];
console.log(
  table(
    heads,
    rows.map(([minute, time, heap, ...rest]) => [minute, time, heap.toFixed(1), ...rest]),
  ),
);
const most = Math.max(...rows.map(([, , heap]) => heap));
const late = rows.slice(-Math.ceil(rows.length / 2));
const growth = ((late.at(-1)![2] - late[0]![2]) / Math.max(1, late.length - 1)) * 60;
console.log(`most ${most.toFixed(1)} MB of ${LIMIT} MB; in the second half ${growth.toFixed(1)} MB an hour`);
if (tab.errors.length > 0) console.log(`errors in the console: ${[...new Set(tab.errors)].join("\n")}`);
if (most > LIMIT) console.error(`memory: the heap was ${most.toFixed(1)} MB, at most ${LIMIT} MB`);
process.exit(most > LIMIT ? 1 : 0);

/** Deposits by a permit, and tries to buy a little: a session with nothing in it would show nothing. */
async function trade(): Promise<void> {
  await page.goto(`${at}#/portfolio`);
  await page.getByLabel("Amount", { exact: true }).fill("50000");
  await page.getByRole("button", { name: "Review", exact: true }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Deposit", exact: true }).click();
  await page.getByTestId("equity").filter({ hasText: "50,000.00" }).waitFor();
  await page.goto(`${at}#/trade/BTC`);
  await page.getByLabel("Size", { exact: true }).fill("0.1");
  await page.getByRole("button", { name: "Review buy" }).click();
  await page.getByRole("button", { name: "Sign and post buy" }).click();
  // In a crash nobody may be there to sell, or the group is locked: then the session goes on without a position.
  const position = page.getByRole("tab", { name: /^Positions \(1\)/ });
  const bought = await position.waitFor({ timeout: 30_000 }).then(
    () => true,
    () => false,
  );
  console.log(bought ? "with a position" : "without a position: nobody sold");
}

async function look(): Promise<void> {
  await cdp.send("HeapProfiler.collectGarbage");
  const { metrics } = await cdp.send("Performance.getMetrics");
  const of = (name: string) => metrics.find((metric) => metric.name === name)!.value;
  const minute = ((Date.now() - began) / 60_000).toFixed(1);
  const hours = ((await clock()) - first) / 3_600;
  rows.push([minute, `${hours.toFixed(2)} h`, of("JSHeapUsedSize") / 1e6, of("Nodes"), of("JSEventListeners")]);
  console.log(rows.at(-1)!.join("  "));
}

async function clock(): Promise<number> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_getBlockByNumber", params: ["latest", false] });
  const response = await fetch(`${at}rpc`, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { result } = (await response.json()) as { result: { timestamp: string } };
  return Number(result.timestamp);
}

async function status(): Promise<{ services: { name: string; ok: boolean }[] } | undefined> {
  const response = await fetch(`${at}status`).catch(() => undefined);
  return response?.ok ? ((await response.json()) as { services: { name: string; ok: boolean }[] }) : undefined;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const start = Date.now();
  while (!(await isSo())) {
    if (Date.now() - start > PATIENCE) throw new Error(`the venue is not well after ${PATIENCE / 1_000} s:\n${said}`);
    await sleep(1_000);
  }
}
