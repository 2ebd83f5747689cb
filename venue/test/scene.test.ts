// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import { CASCADE, FIRST_MARK, Scene, leadOf } from "../people/scene.js";

const TIMES = [0, 12, 600, 1_200, 1_500, 3_600];

test("a scene's marks are the same for a seed, in whatever order they are asked, and others for another seed", () => {
  const [one, two, other] = [new Scene("crash", 7, 1_200), new Scene("crash", 7, 1_200), new Scene("crash", 8, 1_200)];
  const marks = TIMES.map((time) => one.markAt("BTC", time));
  assert.deepEqual(
    [...TIMES].reverse().map((time) => two.markAt("BTC", time)),
    [...marks].reverse(),
  );
  assert.notDeepEqual(
    TIMES.map((time) => other.markAt("BTC", time)),
    marks,
  );
  assert.notEqual(one.markAt("SOL", 600) / FIRST_MARK["SOL"]!, one.markAt("BTC", 600) / FIRST_MARK["BTC"]!);
});

test("calm stays calm: an hour moves no mark by the 2% within two minutes that would lock a group", () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const scene = new Scene("calm", seed, 0);
    for (let time = 240; time <= 3_600; time += 12) {
      const [now, before] = [scene.markAt("SOL", time), scene.markAt("SOL", time - 240)];
      assert.ok(Math.abs(now / before - 1) < 0.02, `seed ${seed} at ${time}: ${before} to ${now}`);
    }
  }
});

test("the crash falls as on 10 October 2025, after its lead: bitcoin by a tenth, SOL by a quarter", () => {
  const scene = new Scene("crash", 1, 1_200);
  const range = (symbol: string, from: number, to: number) => {
    const marks = Array.from({ length: (to - from) / 2 }, (_, index) => scene.markAt(symbol, from + index * 2));
    return [Math.min(...marks), Math.max(...marks)] as const;
  };
  const [calmLow] = range("BTC", 0, 1_200);
  assert.ok(calmLow > 112_000 * 0.98);
  const [btc] = range("BTC", 1_200, 1_200 + CASCADE);
  const [sol] = range("SOL", 1_200, 1_200 + CASCADE);
  assert.ok(btc < 112_000 * 0.92 && btc > 112_000 * 0.88, `${btc}`);
  assert.ok(sol < 185 * 0.77 && sol > 185 * 0.72, `${sol}`);
});

test("a market that has no published marks falls with the others, from where it is", () => {
  const scene = new Scene("crash", 1, 60, { ETH: 4_000 });
  assert.equal(scene.markAt("ETH", 0), 4_000);
  assert.ok(scene.markAt("ETH", 60 + 310) < 4_000 * 0.95);
});

test("the cascade begins after a third of the run, at most twenty minutes", () => {
  assert.deepEqual([leadOf(undefined), leadOf(3_600), leadOf(300)], [1_200, 1_200, 100]);
});
