// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Answers, type Answer } from "../src/api/Answers";
import { Cached } from "../src/api/Cached";

describe("answers that are kept for a moment", () => {
  const counting = () => {
    const source = { asked: 0, fails: false };
    const make = async (): Promise<Answer> => {
      source.asked += 1;
      const body = `answer ${source.asked}`;
      await sleep(20);
      if (source.fails) throw new Error("the database is away");
      return { status: 200, body, type: "text/plain" };
    };
    return { source, make };
  };

  it("are made once for all who ask at the same time, and anew when they are old", async () => {
    const { source, make } = counting();
    let now = 0;
    const answers = new Answers(60, 10, () => now);
    const all = await Promise.all(Array.from({ length: 50 }, () => answers.get("/a", make)));
    assert.equal(source.asked, 1);
    assert.ok(all.every((kept) => kept === all[0]));
    assert.equal(gunzipSync(all[0]!.gzipped).toString(), "answer 1");
    await answers.get("/b", make);
    assert.equal(source.asked, 2);
    now += 80;
    const later = await answers.get("/a", make);
    assert.equal(later.answer.body, "answer 3");
    assert.notEqual(later.etag, all[0]!.etag);
  });

  it("are not kept when they fail", async () => {
    const { source, make } = counting();
    const answers = new Answers(60_000, 10);
    source.fails = true;
    await assert.rejects(answers.get("/a", make), /away/);
    source.fails = false;
    assert.equal((await answers.get("/a", make)).answer.body, "answer 2");
  });

  it("are not more than they may be", async () => {
    const { source, make } = counting();
    const answers = new Answers(60_000, 3);
    for (const path of ["/a", "/b", "/c", "/d"]) await answers.get(path, make);
    await answers.get("/d", make);
    assert.equal(source.asked, 4);
    await answers.get("/a", make); // was forgotten for /d
    assert.equal(source.asked, 5);
  });
});

describe("a value that is made anew when it is old", () => {
  it("is told old while it is made, and waited for when it is too old", async () => {
    let made = 0;
    let now = 0;
    const cached = new Cached(
      50,
      async () => {
        made += 1;
        const value = made;
        await sleep(5);
        return value;
      },
      () => now,
    );
    assert.deepEqual(await Promise.all([cached.value(), cached.value()]), [1, 1]);
    now = 60;
    assert.equal(await cached.value(), 1); // the next is on its way
    while (made < 2 || (await cached.value()) === 1) await sleep(5);
    assert.equal(await cached.value(), 2);
    now = 200;
    assert.equal(await cached.value(), 3);
  });

  it("is asked for again after a failure", async () => {
    let fails = true;
    const cached = new Cached(10, async () => {
      if (fails) throw new Error("away");
      return 1;
    });
    await assert.rejects(cached.value(), /away/);
    fails = false;
    assert.equal(await cached.value(), 1);
  });
});
