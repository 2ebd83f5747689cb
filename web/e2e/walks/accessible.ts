// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { dataText } from "../../src/text/data.js";
import { arrive } from "./arrive.js";
import type { Stage } from "./index.js";
import { survey } from "./survey.js";

const KEY = `0x${"64".repeat(32)}` as const;
/** The others are the same to a newcomer as to the visitor of the walk `roles`. */
const PAGES = ["trade", "portfolio", "risk", "receipts", "vault", "governance"] as const;
/** For what a page asks for to be there, ms: what still loads then is looked at so. */
const SETTLED = 5_000;

/** Every page as a newcomer sees it, with a wallet and nothing else; other walks look at pages with something on. */
export async function accessible(stage: Stage): Promise<void> {
  const { venue } = stage;
  await venue.history;
  const { tab, page } = await arrive(stage, KEY);
  for (const name of PAGES) {
    await page.goto(`${venue.page}#/${name}`);
    await page.locator("main section").first().waitFor();
    const loads = page.locator("main").getByRole("status").filter({ hasText: dataText.loading });
    await loads
      .first()
      .waitFor({ state: "hidden", timeout: SETTLED })
      .catch(() => undefined);
    await survey(stage, page, name, { picture: false });
  }
  assert.deepEqual(tab.errors, []);
}
