// SPDX-License-Identifier: MIT
// npm run web -- frames [--seconds N]: how the trade page paints while a book of 200 levels a side changes ten times a
// second, with a wallet, a size in the ticket and so its preview, on a real venue. Prints the time between frames, and
// the work of the page's main thread in its own time, which other work of the machine does not change. Ends with 1
// when that work leaves no room for 60 frames a second.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Address } from "../../sdk/index.js";
import { deploymentText } from "../../sdk/deployment.js";
import { launch, Tab, TestWallet } from "../e2e/Browser.js";
import { freePorts } from "../e2e/ports.js";
import { Venue } from "../e2e/Venue.js";
import { quantile, table } from "./figures.js";
import { RelayStub } from "./RelayStub.js";

/** As text: a compiler's helpers are not there in the page. */
const WATCH = readFileSync(join(import.meta.dirname, "watch.js"), "utf8");
const HERTZ = 10;
const HISTORY = 60_000;
const MARK = 112_000;
const FRAME = 1_000 / 60;
const KEY = `0x${"72".repeat(32)}` as const;

const { values } = parseArgs({ options: { seconds: { type: "string", default: "30" } } });
const seconds = Number(values.seconds);
if (!Number.isInteger(seconds) || seconds < 5 || seconds > 600) {
  console.error("frames: --seconds is a number from 5 to 600");
  process.exit(2);
}

const ports = await freePorts();
const venue = await Venue.open(ports);
await Promise.race([venue.history, sleep(HISTORY)]).catch(() => undefined); // the chart waits for it, the book does not
const { id } = venue.market("BTC");
const stub = await RelayStub.open(ports.page + 1, `http://127.0.0.1:${ports.relay}`, id, BigInt(MARK) * 10n ** 18n);
const page = await servePage(ports.page + 2);
const browser = await launch();
let passed = false;
try {
  const wallet = new TestWallet(venue.rpc, Number(venue.deployment.chainId), KEY);
  const owner = wallet.account.address as Address;
  await venue.fund(owner, 50_000);
  await venue.deposit(owner, 20_000);
  const tab = await Tab.open(browser, page, [wallet]);
  await tab.connect();
  await tab.page.getByTestId("book").waitFor();
  const candles = tab.page.getByRole("img", { name: "Candles of BTC" });
  const withChart = await candles.waitFor({ timeout: 30_000 }).then(
    () => true,
    () => false,
  );
  console.log(withChart ? "with the chart" : "without the chart: the indexer does not answer");
  await tab.page.getByLabel("Size", { exact: true }).fill("0.5");
  await tab.page.getByTestId("preview").waitFor();
  stub.start(HERTZ);
  await tab.page.waitForTimeout(3_000);
  passed = await measure(tab);
  if (tab.errors.length > 0) throw new Error(tab.errors.join("\n"));
} finally {
  await browser.close();
  stub.close();
  await venue.close();
}
process.exit(passed ? 0 : 1);

async function measure(tab: Tab): Promise<boolean> {
  const cdp = await tab.page.context().newCDPSession(tab.page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  const work = async () => {
    const { metrics } = await cdp.send("Performance.getMetrics");
    const of = (name: string) => metrics.find((metric) => metric.name === name)!.value * 1_000;
    return {
      all: of("TaskDuration"),
      script: of("ScriptDuration"),
      style: of("RecalcStyleDuration") + of("LayoutDuration"),
    };
  };
  const updates = stub.updates;
  const before = await work();
  const { frames, long } = await tab.page.evaluate<{ frames: number[]; long: number[] }>(
    `${WATCH}\nwatch(${seconds * 1_000})`,
  );
  const after = await work();
  const heard = stub.updates - updates;
  const gaps = frames.slice(1).map((time, index) => time - frames[index]!);
  const span = frames.at(-1)! - frames[0]!;
  const each = (part: "all" | "script" | "style") => (after[part] - before[part]) / heard;
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const late = gaps.filter((gap) => gap > 1.5 * FRAME).length;
  console.log(`${seconds} s, a book of 200 levels a side, ${heard} updates of 40 levels each`);
  console.log(
    table(
      ["", ""],
      [
        ["frames a second", ((gaps.length / span) * 1_000).toFixed(1)],
        ["time between frames: median", ms(quantile(gaps, 0.5))],
        ["99 of 100 within", ms(quantile(gaps, 0.99))],
        ["longest", ms(Math.max(...gaps))],
        ["frames that came late", `${late} of ${gaps.length}`],
        ["tasks over 50 ms", `${long.length}, ${ms(long.reduce((sum, length) => sum + length, 0))}`],
        ["main thread's own time for each update, all of the page's work in it", ms(each("all"))],
        ["of that scripts", ms(each("script"))],
        ["of that style and layout", ms(each("style"))],
      ],
    ),
  );
  const enough = each("all") < FRAME;
  if (!enough) console.error(`frames: ${ms(each("all"))} for each update, and a frame has ${ms(FRAME)}`);
  return enough;
}

/** The page once more, with the stub for a relay. */
async function servePage(port: number): Promise<string> {
  const deployment = join(venue.folder, "frames.json");
  writeFileSync(deployment, deploymentText(venue.deployment));
  const at = (each: number) => `http://127.0.0.1:${each}`;
  const child = spawn(
    process.execPath,
    [
      ...["web/scripts/serve.mjs", "--deployment", deployment, "--rpc", venue.rpc, "--port", String(port)],
      ...["--relay", at(ports.page + 1), "--indexer", at(ports.indexer)],
    ],
    { cwd: join(import.meta.dirname, "../.."), stdio: ["ignore", "pipe", "inherit"] },
  );
  process.once("exit", () => child.kill());
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return `${at(port)}/`;
}
