// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { keccak256, type Hex } from "viem";
import { arrive } from "./arrive.js";
import { confirm } from "./confirm.js";
import type { Stage } from "./index.js";
import { survey } from "./survey.js";

/** As `npm run govern -- propose` writes one. */
const reportOf = ({ chainId, clearinghouse }: { chainId: bigint; clearinghouse: string }) => ({
  ...{ format: 1, chainId: String(chainId), clearinghouse, block: 7 },
  page: {
    title: "Wider margins",
    sections: [
      {
        title: "What changes",
        blocks: [
          { kind: "warning", text: "2 more accounts are liquidatable after it." },
          {
            ...{ kind: "table", head: ["of", "what", "old", "new", "allowed"] },
            rows: [["BTC", "initialMargin", "5%", "6%", "from 1% to 100%"]],
          },
        ],
      },
    ],
  },
});

const KEY = `0x${"63".repeat(32)}` as const;

/** Markets as the lens has them, a keeper's call, governance's parameters, and status with what code is there. */
export async function roles(stage: Stage): Promise<void> {
  const { venue } = stage;
  const { wallet, tab, page } = await arrive(stage, KEY, { at: "markets/BTC", quoted: "BTC", connects: false });
  await venue.take("BTC", 0.4, 112_000);
  await venue.history;
  await page.getByText("fresh", { exact: true }).first().waitFor();
  await page.getByRole("img", { name: /^Levels of BTC by entry price/ }).waitFor();
  await survey(stage, page, "markets");
  await page.getByRole("link", { name: "SOL" }).click();
  await page.getByRole("heading", { name: "Price feed: SOL" }).waitFor();
  await page.goto(`${venue.page}#/markets/NONE`);
  await page.getByText("There is no market NONE here.").waitFor();

  await page.goto(`${venue.page}#/keepers`);
  const poke = page.getByRole("button", { name: /^Poke: BTC/ });
  await poke.waitFor();
  assert.equal(await poke.getAttribute("aria-disabled"), "true", "without a wallet nothing is sent");
  await tab.connect();
  await poke.click();
  await page.getByRole("dialog").getByText("Gas, estimated").waitFor();
  assert.equal(wallet.signed, 0, "nothing is asked before the preview is confirmed");
  await confirm(page, "Poke");
  assert.equal(wallet.signed, 1);
  await page.getByLabel("Look up an account").fill("nobody");
  await page.getByText("Write an address, address#number, or an account's id.").waitFor();

  await survey(stage, page, "keepers");

  await page.goto(`${venue.page}#/governance`);
  await page.getByText("Your address has no role").waitFor();
  await page.getByLabel("Of", { exact: true }).first().selectOption({ label: "BTC" });
  await page.getByText("takerFee").first().waitFor();

  await page.getByText("ADMIN").first().waitFor();
  const choose = (change: object) =>
    page.getByLabel("The report.json that came with the proposal").setInputFiles({
      ...{ name: "report.json", mimeType: "application/json" },
      buffer: Buffer.from(JSON.stringify({ ...reportOf(venue.deployment), ...change })),
    });
  await choose({ chainId: "5" });
  await page.getByText("This report is of another venue").waitFor();
  await choose({});
  await page.getByRole("heading", { name: "Wider margins" }).waitFor();
  await page.getByRole("cell", { name: "from 1% to 100%" }).waitFor();

  await page.goto(`${venue.page}#/status`);
  await page.getByTestId("recovery").getByText("100.0000%").waitFor();
  const code = (await venue.provider.getCode(venue.deployment.clearinghouse)) as Hex;
  await page.getByText(keccak256(code)).waitFor();
  await page.getByText("as deployed").waitFor();
  assert.deepEqual(tab.errors, []);
  assert.deepEqual(tab.foreign, []);
  await survey(stage, page, "status");
}
