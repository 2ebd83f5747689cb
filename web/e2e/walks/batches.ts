// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { arrive } from "./arrive.js";
import { confirm, enabled } from "./confirm.js";
import type { Stage } from "./index.js";

const [ONE_BY_ONE, TOGETHER] = [`0x${"6c".repeat(32)}`, `0x${"6d".repeat(32)}`] as const;
const NOTE = "Your wallet sends these together, as one transaction: all of them or none.";

/** An approval and a deposit: two transactions by one wallet, and one request by a wallet that offers batches. */
export async function batches(stage: Stage): Promise<void> {
  const { venue } = stage;
  const { vault, token } = venue.local.deployed;
  for (const key of [ONE_BY_ONE, TOGETHER]) {
    const { wallet, owner, tab, page } = await arrive(stage, key, { at: "vault", tokens: 2_000 });
    wallet.manners.batches = key === TOGETHER;
    const asked = (method: string) => wallet.asked.filter((each) => each.method === method);
    const open = async () => {
      await page.getByLabel("Amount", { exact: true }).fill("1000");
      await page.getByRole("button", { name: "Review", exact: true }).click();
      await page.getByRole("dialog").getByText("2. Deposit 1000").waitFor();
    };
    await open();
    // What was reviewed for one account is not sent by another that the wallet changes to.
    const send = page.getByRole("dialog").getByRole("button", { name: "Deposit", exact: true });
    await tab.emit("accountsChanged", [venue.makers[0]!.address]);
    await page.getByRole("dialog").locator("[aria-disabled=true]").waitFor();
    await tab.emit("accountsChanged", [owner]);
    await enabled(send);
    if (key === TOGETHER) {
      await page.getByRole("dialog").getByText(NOTE).waitFor();
      wallet.manners.declines = true;
      await page.getByRole("dialog").getByRole("button", { name: "Deposit", exact: true }).click();
      await page.getByRole("dialog").getByText("You declined in the wallet. Nothing was signed or sent.").waitFor();
      assert.equal(await vault.balanceOf(owner), 0n);
      wallet.manners.declines = false;
    }
    await confirm(page, "Deposit");
    assert.ok(((await vault.balanceOf(owner)) as bigint) > 0n);
    assert.equal(await token.balanceOf(owner), 1_000n * 1_000_000n);
    assert.equal(await token.allowance(owner, venue.deployment.vault), 0n, "exactly what was deposited");
    const sent = asked("wallet_sendCalls").map(({ params }) => params[0] as Record<string, unknown>);
    if (key === TOGETHER) {
      assert.equal(asked("eth_sendTransaction").length, 0);
      assert.equal(sent.length, 2, "declined once");
      assert.equal(sent[1]!["atomicRequired"], true);
      assert.equal((sent[1]!["calls"] as unknown[]).length, 2);
    } else {
      assert.equal(asked("eth_sendTransaction").length, 2);
      assert.equal(sent.length, 0);
    }
    assert.deepEqual(tab.errors, []);
  }
}
