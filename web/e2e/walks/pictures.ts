// SPDX-License-Identifier: MIT
import { join } from "node:path";
import type { Page } from "playwright-core";

export const LOOKS = [
  { name: "dark", theme: "dark", width: 1_440, height: 900 },
  { name: "light", theme: "light", width: 1_440, height: 900 },
  { name: "phone", theme: "dark", width: 360, height: 740 },
] as const;
export type Look = (typeof LOOKS)[number];

/** For charts to be drawn anew, ms. */
const DRAWN = 400;

/** Shows a page as it is in a theme, on a desk or as a phone has it. */
export async function look(page: Page, { theme, width, height }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize({ width, height });
  await page.locator(`html[data-theme=${theme}]`).waitFor();
  await page.waitForTimeout(DRAWN);
}

/** Pictures of a page as it is, in both themes and as a phone shows it. */
export async function takePictures(page: Page, name: string, folder: string): Promise<void> {
  for (const each of LOOKS) {
    await look(page, each);
    await page.screenshot({ path: join(folder, `${name}-${each.name}.png`), fullPage: true });
  }
  await look(page, LOOKS[0]);
}
