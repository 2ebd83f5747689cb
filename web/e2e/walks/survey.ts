// SPDX-License-Identifier: MIT
import { join } from "node:path";
import type { Page } from "playwright-core";
import { violationsOf } from "../axe.js";
import type { Stage } from "./index.js";

const LOOKS = [
  { name: "dark", theme: "dark", width: 1_440, height: 900 },
  { name: "light", theme: "light", width: 1_440, height: 900 },
  { name: "phone", theme: "dark", width: 360, height: 740 },
] as const;
type Look = (typeof LOOKS)[number];

/**
 * Charts and tables have answered a new size after some frames, and colours have come to their new values. As text: a
 * compiler's helpers are not in the page.
 */
const DRAWN = `new Promise((done) => {
  let left = 5;
  const frame = () => {
    const changes = document.getAnimations().some((each) => each instanceof CSSTransition);
    if (left-- > 0 || changes) requestAnimationFrame(frame);
    else done();
  };
  frame();
})`;

/**
 * A page as it is, in both themes and as a phone shows it: a picture of each, and what is wrong with it goes to the
 * stage's faults: violations of WCAG 2.2 AA that axe finds, and a page that scrolls sideways.
 */
export async function survey(
  { pictures, faults }: Pick<Stage, "pictures" | "faults">,
  page: Page,
  name: string,
  options: { readonly picture?: boolean } = {},
): Promise<void> {
  const { picture = true } = options;
  for (const each of LOOKS) {
    await look(page, each);
    await whole(page, each.width);
    if (picture) await page.screenshot({ path: join(pictures, `${name}-${each.name}.png`), fullPage: true });
    // The light theme differs from the dark one by its colours alone.
    const rules = each.name === "light" ? ["color-contrast"] : undefined;
    for (const line of await violationsOf(page, rules)) faults.push(`${name}, ${each.name}: ${line}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) faults.push(`${name}, ${each.name}: the page scrolls sideways by ${wide} px`);
  }
  await look(page, LOOKS[0]);
}

/** Shows a page as it is in a theme, on a desk or as a phone has it. */
async function look(page: Page, { theme, width, height }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize({ width, height });
  await page.locator(`html[data-theme=${theme}]`).waitFor();
  await page.evaluate(DRAWN);
}

/** As tall as all of it: the bar at the window's lower edge covers what one would scroll to. */
async function whole(page: Page, width: number): Promise<void> {
  let height = 0;
  for (let tries = 0; tries < 20; ++tries) {
    const now = await page.evaluate(() => document.documentElement.scrollHeight);
    if (now === height) return;
    height = now;
    await page.setViewportSize({ width, height });
    await page.evaluate(DRAWN);
  }
}
