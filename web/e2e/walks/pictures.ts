// SPDX-License-Identifier: MIT
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { Tab, type TestWallet } from "../Browser.js";

/** Pictures of a page in both themes, and as a phone shows it. `ready` waits for what it shows. */
export async function takePictures(
  browser: Browser,
  url: string,
  name: string,
  folder: string,
  wallet: TestWallet,
  ready: (tab: Tab) => Promise<void>,
): Promise<void> {
  for (const [suffix, options] of [
    ["dark", { theme: "dark" }],
    ["light", { theme: "light" }],
    ["phone", { theme: "dark", width: 360, height: 740 }],
  ] as const) {
    wallet.authorised = false; // a new profile has not connected before
    const tab = await Tab.open(browser, url, [wallet], options);
    await ready(tab);
    await tab.page.screenshot({ path: join(folder, `${name}-${suffix}.png`), fullPage: true });
    await tab.close();
  }
}
