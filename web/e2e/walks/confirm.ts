// SPDX-License-Identifier: MIT
import type { Locator, Page } from "playwright-core";

/** Confirms what is reviewed, and waits until it is mined: the preview closes by itself. */
export async function confirm(page: Page, action: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: action, exact: true }).click();
  await dialog.waitFor({ state: "hidden", timeout: 60_000 });
  await dismiss(page);
}

/** Puts what is told of ended transactions away: it lies above the page's corner. */
export async function dismiss(page: Page): Promise<void> {
  const buttons = page.getByRole("button", { name: "Dismiss" });
  // It may leave by itself meanwhile.
  while ((await buttons.count()) > 0)
    await buttons
      .first()
      .click({ timeout: 1_000 })
      .catch(() => undefined);
}

/** Waits until a button can be used: a closed one stays there, and says why. */
export async function enabled(button: Locator): Promise<void> {
  await button.and(button.page().locator(":not([aria-disabled=true])")).waitFor();
}
