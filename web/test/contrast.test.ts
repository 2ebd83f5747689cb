// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

const css = readFileSync(join(import.meta.dirname, "../src/app/styles.css"), "utf8");

function themeOf(name: string): Record<string, string> {
  const block = css.slice(css.indexOf(`[data-theme="${name}"]`)).split("}")[0]!;
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, key, value]) => [key, value]));
}

/** WCAG 2's relative luminance. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Text that stands on each of these surfaces. */
const TEXTS = {
  ink: ["ground", "panel", "raised"],
  soft: ["ground", "panel", "raised"],
  accent: ["panel", "raised"],
  long: ["panel", "raised", "good-ground"],
  short: ["panel", "raised"],
  warn: ["panel", "raised", "warn-ground"],
  bad: ["panel", "raised", "bad-ground"],
  "accent-ink": ["accent"],
} as const;

for (const name of ["dark", "light"]) {
  describe(`the ${name} theme`, () => {
    const theme = themeOf(name);

    it("has text of at least 4.5:1 on each surface (WCAG 2.2 AA, 1.4.3)", () => {
      const weak = Object.entries(TEXTS).flatMap(([text, grounds]) =>
        grounds
          .map((ground) => [`${text} on ${ground}`, contrast(theme[text]!, theme[ground]!)] as const)
          .filter(([, ratio]) => !(ratio >= 4.5)),
      );
      assert.deepEqual(weak, []);
    });

    it("has white text on buttons that buy and sell", () => {
      for (const ground of ["buy", "sell"]) assert.ok(contrast("#ffffff", theme[ground]!) >= 4.5, ground);
    });

    it("has edges of fields of at least 3:1 (1.4.11)", () => {
      for (const ground of ["panel", "raised"]) {
        assert.ok(
          contrast(theme["edge"]!, theme[ground]!) >= 3,
          `${ground}: ${contrast(theme["edge"]!, theme[ground]!)}`,
        );
      }
    });
  });
}
