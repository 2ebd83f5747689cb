// SPDX-License-Identifier: MIT
// npm run web -- wallets: the page with what people's wallets really put into it, from their makers' packages: the
// providers of MetaMask and OneKey, each with its own protocol to a test's process that holds the key. Each connects,
// is declined and asked again, deposits by a permit and signs an order.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../node_modules/vite/dist/node/index.js";
import { launch, Tab, TestWallet } from "../../e2e/Browser.ts";
import { freePorts } from "../../e2e/ports.ts";
import { Venue } from "../../e2e/Venue.ts";
import { metamask } from "./metamask.mjs";
import { onekey } from "./onekey.mjs";

const MARK = 112_000;
/** What the makers' own bundlers put around these: streams ask for it. */
const PROCESS = "globalThis.process ??= { env: {}, nextTick: (run, ...args) => queueMicrotask(() => run(...args)) };";
const WALLETS = [
  { file: "metamask", name: "MetaMask", of: metamask, key: `0x${"73".repeat(32)}`, made: "@metamask/providers" },
  { file: "onekey", name: "OneKey", of: onekey, key: `0x${"74".repeat(32)}`, made: "@onekeyfe/onekey-eth-provider" },
];

const scripts = Object.fromEntries(await Promise.all(WALLETS.map(async ({ file }) => [file, await scriptOf(file)])));
const venue = await Venue.open(await freePorts());
const browser = await launch();
let failed = 0;
try {
  await venue.setMark("BTC", MARK);
  await venue.quote("BTC", MARK);
  for (const given of WALLETS) {
    const { version } = JSON.parse(
      readFileSync(join(import.meta.dirname, "../node_modules", given.made, "package.json"), "utf8"),
    );
    try {
      await walk(given);
      console.log(`ok    ${given.name}, ${given.made} ${version}`);
    } catch (failure) {
      ++failed;
      console.log(`FAIL  ${given.name}, ${given.made} ${version}\n${failure.stack}`);
      for (const page of browser.contexts().flatMap((context) => context.pages())) {
        await page.screenshot({ path: join(tmpdir(), `novation-wallet-${given.file}.png`) }).catch(() => undefined);
      }
    }
  }
} finally {
  await browser.close();
  await venue.close();
}
process.exit(failed === 0 ? 0 : 1);

async function walk({ file, name, of, key }) {
  const wallet = new TestWallet(venue.rpc, Number(venue.deployment.chainId), key, name);
  const owner = wallet.account.address;
  await venue.fund(owner, 20_000);
  const tab = await Tab.open(browser, "about:blank", []);
  const { page, errors } = tab;
  const hears = of(wallet, key, (message) =>
    page.evaluate(([to, said]) => window[to](said), [`__${file}Hears`, message]),
  );
  await page.exposeFunction(`__${file}`, (message) => hears(message));
  await page.addInitScript({ content: `${PROCESS}\n${scripts[file]}` });
  await page.goto(`${venue.page}#/portfolio`);

  wallet.manners.declines = true;
  await page.getByRole("button", { name: "Connect wallet" }).click();
  const offered = await page
    .getByRole("button", { name })
    .waitFor()
    .then(
      () => true,
      () => false,
    );
  assert.ok(offered, `the page does not offer ${name}: ${errors.join("; ")}`);
  await page.getByRole("button", { name }).click();
  await page.getByText("You declined in the wallet. Nothing was signed or sent.").waitFor();
  wallet.manners.declines = false;
  await page.getByRole("button", { name }).click();
  await page.getByRole("button", { name: /^Account 0x/ }).waitFor();

  const dialog = page.getByRole("dialog");
  await page.getByText("One signature (a permit) and one transaction.").waitFor();
  await page.getByLabel("Amount", { exact: true }).fill("10000");
  await page.getByRole("button", { name: "Review", exact: true }).first().click();
  await dialog.getByRole("button", { name: "Deposit", exact: true }).click();
  await page.getByTestId("equity").filter({ hasText: "10,000.00" }).waitFor();

  await page.goto(`${venue.page}#/trade/BTC`);
  await page.getByLabel("Size", { exact: true }).fill("0.05");
  await page.getByRole("button", { name: "Review buy" }).click();
  wallet.manners.declines = true;
  await page.getByRole("button", { name: "Sign and post buy" }).click();
  await page.getByText("You declined in the wallet. Nothing was signed or sent.").first().waitFor();
  wallet.manners.declines = false;
  await page.getByRole("button", { name: "Sign and post buy" }).click();
  await page.getByRole("tab", { name: /^Positions \(1\)/ }).waitFor();

  assert.deepEqual(tab.foreign, []);
  await tab.close();
}

/** A wallet's own code as one script for a page. */
async function scriptOf(file) {
  const outDir = mkdtempSync(join(tmpdir(), "novation-wallet-"));
  await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
    build: {
      outDir,
      emptyOutDir: true,
      lib: { entry: join(import.meta.dirname, `${file}.page.mjs`), formats: ["iife"], name: "wallet", fileName: file },
    },
  });
  const script = readFileSync(join(outDir, `${file}.iife.js`), "utf8");
  rmSync(outDir, { recursive: true });
  return script;
}
