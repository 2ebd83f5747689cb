// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ALARMS } from "../alarms/index.js";
import { alarm } from "../alarms/Alarm.js";
import { callsOf } from "../look/governance.js";
import { LIMITS, limitsOf, readLimits } from "../run/limits.js";
import { parseOptions } from "../run/options.js";
import { lineOf, type Message } from "../tell/Message.js";
import { Register } from "../tell/Register.js";
import { Webhook } from "../tell/Webhook.js";

const page = (name: string) => readFileSync(join(import.meta.dirname, "../../docs", name), "utf8");

/** An alarm over the blind readers, as they can be written down by hand. */
const broken = alarm({
  name: "Broken",
  severity: "page",
  part: "readers",
  holds: ({ blindFor }) => blindFor,
  find: (readers) =>
    readers.flatMap(({ name, failure }) =>
      failure === undefined
        ? []
        : [{ subject: name, says: failure, ...(failure.startsWith("state") && { state: failure }) }],
    ),
});

describe("a register", () => {
  const limits = limitsOf({ blindFor: 10, clearAfter: 5, subjects: 2 }, "the test");
  const see = (register: Register, seconds: number, ...failing: string[]) => {
    const readers = failing.map((each) => ({ name: each.split("=")[0]!, failure: each.split("=")[1] ?? "fails" }));
    return register.see(broken, readers, seconds * 1_000).map(({ event, standing }) => `${event} ${standing.subject}`);
  };

  it("tells a condition when it has held for long enough, once, and its end when it was gone for long enough", () => {
    const register = new Register(limits);
    assert.deepEqual(see(register, 0, "a"), []);
    assert.deepEqual(see(register, 9, "a"), []);
    assert.deepEqual(see(register, 10, "a"), ["raised a"]);
    assert.deepEqual(see(register, 20, "a"), []);
    assert.deepEqual(see(register, 21), []);
    assert.deepEqual(see(register, 25, "a"), [], "it was there again");
    assert.deepEqual(see(register, 26), []);
    assert.deepEqual(see(register, 31), ["cleared a"]);
    assert.deepEqual(register.standing, []);
  });

  it("forgets a condition that ended before it was told", () => {
    const register = new Register(limits);
    see(register, 0, "a");
    assert.deepEqual(see(register, 5), []);
    assert.deepEqual(see(register, 12, "a"), []);
    assert.deepEqual(see(register, 21, "a"), []);
    assert.deepEqual(see(register, 22, "a"), ["raised a"]);
  });

  it("counts anew when the state of a condition changes, and ends what was told", () => {
    const register = new Register(limits);
    see(register, 0, "a=state 1");
    assert.deepEqual(see(register, 9, "a=state 2"), []);
    assert.deepEqual(see(register, 18, "a=state 2"), []);
    assert.deepEqual(see(register, 19, "a=state 2"), ["raised a"]);
    assert.deepEqual(see(register, 20, "a=state 3"), ["cleared a"]);
    assert.deepEqual(see(register, 30, "a=state 3"), ["raised a"]);
  });

  it("tells so many of one name one by one, and counts the others", () => {
    const register = new Register(limits);
    see(register, 0, "a", "b", "c", "d");
    assert.deepEqual(see(register, 10, "a", "b", "c", "d"), ["raised a", "raised b", "raised others"]);
    assert.match(register.standing[2]!.says, /^2 more than the 2/);
  });
});

const message = (alarm: string, event: Message["event"] = "raised"): Message => ({
  ...{ event, alarm, subject: "s", severity: "page", says: "so", since: "2026-01-01T00:00:00.000Z" },
  ...{ at: "2026-01-01T00:01:00.000Z", chainId: 1, clearinghouse: "0x", block: 7, runbook: "", id: `${alarm}/s` },
});

/** A webhook's other end, on a real socket. */
class Ear {
  readonly heard: Message[] = [];
  answer: (response: ServerResponse) => void = (response) => response.writeHead(204).end();

  private constructor(readonly server: Server) {}

  static async open(): Promise<Ear> {
    const server = createServer((request: IncomingMessage, response) => {
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () => {
        ear.heard.push(JSON.parse(body) as Message);
        ear.answer(response);
      });
    });
    const ear: Ear = new Ear(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return ear;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/secret`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const until = async (is: () => boolean) => {
  for (let i = 0; i < 500 && !is(); ++i) await sleep(10);
  assert.ok(is(), "not within 5 s");
};
const quick = { patience: 100, firstPause: 20, longestPause: 50 };

describe("a webhook", () => {
  it("is told every message in order, each until it is taken, whatever it answers meanwhile", async () => {
    const ear = await Ear.open();
    try {
      const webhook = new Webhook({ url: ear.url, most: 10, ...quick });
      let [refused, hung] = [0, 0];
      ear.answer = (response) => {
        if (refused < 3) [refused, response] = [refused + 1, response.writeHead(500)];
        else if (hung < 2)
          return void ++hung; // no answer at all
        else response.writeHead(200);
        response.end("a body");
      };
      for (const name of ["A", "B", "C"]) webhook.tell(message(name));
      await until(() => webhook.length === 0);
      assert.deepEqual([webhook.sent, webhook.failed, webhook.failure], [3, 5, undefined]);
      const names = ear.heard.map(({ alarm }) => alarm);
      assert.deepEqual(names, ["A", "A", "A", "A", "A", "A", "B", "C"]);
    } finally {
      ear.close();
    }
  });

  it("that is away is told everything when it is there again, and why it failed is known meanwhile, without its path", async () => {
    const ear = await Ear.open();
    const { url } = ear;
    ear.close();
    const webhook = new Webhook({ url, most: 10, ...quick });
    webhook.tell(message("A"));
    webhook.tell(message("A", "cleared"));
    await until(() => webhook.failed >= 2);
    assert.equal(webhook.failure, "ECONNREFUSED");
    assert.ok(!webhook.host.includes("secret"));
    const heard: Message[] = [];
    const back = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () => {
        heard.push(JSON.parse(body) as Message);
        response.end();
      });
    });
    await new Promise<void>((resolve) => back.listen(Number(new URL(url).port), "127.0.0.1", resolve));
    await until(() => webhook.length === 0);
    assert.deepEqual(
      heard.map(({ event }) => event),
      ["raised", "cleared"],
    );
    back.closeAllConnections();
    back.close();
  });

  it("for which too many wait gets the last word of each alarm, with how many earlier ones that stands for", async () => {
    const ear = await Ear.open();
    try {
      let open = false;
      ear.answer = (response) => response.writeHead(open ? 200 : 503).end();
      const webhook = new Webhook({ url: ear.url, most: 10, ...quick });
      for (let i = 0; i < 1_000; ++i) webhook.tell(message(`N${i % 5}`, i % 2 === 0 ? "raised" : "cleared"));
      assert.ok(webhook.length <= 10, `${webhook.length} wait`);
      open = true;
      ear.heard.length = 0;
      await until(() => webhook.length === 0);
      const last = new Map(ear.heard.map((each) => [each.alarm, each]));
      for (let i = 0; i < 5; ++i) assert.equal(last.get(`N${i}`)?.event, (995 + i) % 2 === 0 ? "raised" : "cleared");
      const told = new Set(ear.heard).size - (ear.heard.length - webhook.sent);
      const stood = ear.heard.reduce((sum, { folded }) => sum + (folded ?? 0), 0);
      assert.ok(told + stood >= 1_000, `${told} told for ${stood}`);
    } finally {
      ear.close();
    }
  });

  it("ends within its patience when nobody takes anything, and says how many are left", async () => {
    const ear = await Ear.open();
    try {
      ear.answer = () => {};
      const webhook = new Webhook({ url: ear.url, most: 10, ...quick, patience: 60_000 });
      webhook.tell(message("A"));
      webhook.tell(message("B"));
      const began = Date.now();
      assert.equal(await webhook.end(200), 2);
      assert.ok(Date.now() - began < 2_000);
    } finally {
      ear.close();
    }
  });
});

describe("what the pages say of the watch", () => {
  it("every alarm has a row in watch.md and a section in the runbook, with its severity and its part", () => {
    const [rows, book] = [page("watch.md"), page("runbook.md")];
    assert.ok(ALARMS.length >= 20);
    for (const { name, severity } of ALARMS) {
      assert.match(rows, new RegExp(`^\\| \`${name}\` \\| ${severity} \\|`, "m"), name);
      assert.match(book, new RegExp(`^### ${name}$`, "m"), name);
    }
  });

  it("every limit stands in watch.md with its default and bounds, and no other", () => {
    const found = [...page("watch.md").matchAll(/^\| `(\w+)` \| ([\d,]+) (\S+) \| ([\d,]+) to ([\d,]+) \| (.+) \|$/gm)];
    const table = Object.fromEntries(
      found.map(([, name, usual, unit, least, most, says]) => [name, [usual, unit, least, most, says].join(" ")]),
    );
    const text = (value: number) => new Intl.NumberFormat("en-US").format(value);
    const wanted = Object.entries(LIMITS).map(([name, { usual, unit, least, most, says }]) => {
      return [name, [text(usual), unit, text(least), text(most), says].join(" ")];
    });
    assert.deepEqual(table, Object.fromEntries(wanted));
  });

  it("a line tells when, what, about what, how bad and why", () => {
    assert.equal(lineOf(message("Gap")), "2026-01-01T00:01:00.000Z RAISED  Gap [s] (page) so");
    assert.equal(lineOf(message("Gap", "cleared")), "2026-01-01T00:01:00.000Z CLEARED Gap [s] after 60 s");
  });
});

describe("what waits outside of the AccessManager", () => {
  it("is told with what it would do, and where a vote could not be looked at", () => {
    const id = `0x${"ab".repeat(32)}`;
    const change = { scope: "the venue", name: "treasury", before: "0x1", after: "0x2" };
    const what = [{ name: "setTreasury", by: "schedule", changes: [change] }];
    const calls = callsOf({
      operations: [],
      proposals: [{ id: "77", governorName: "Dao", state: "active", description: "A\nB", eta: "0", what }],
      timelocked: [{ id, timelock: "0xT", readyAt: "1800000000", isReady: true, what }],
      headless: ["0xH"],
    });
    assert.deepEqual(
      calls.map(({ subject, says }) => `${subject}: ${says}`),
      [
        'proposal 77 of Dao: "A" is active: schedule of setTreasury (the venue, treasury: 0x2)',
        "timelock 0xabababababababab: an operation of 0xT can run since 2027-01-15T08:00:00.000Z: schedule of setTreasury (the venue, treasury: 0x2)",
        "votes of 0xH: the timelock 0xH has a role, and its Governor was not found: name it by --governor",
      ],
    );
  });
});

describe("options and limits that are no good", () => {
  const bad = (args: string[], why: RegExp) =>
    assert.throws(() => parseOptions(args, {}), { name: "OptionBad", message: why });
  it("are named, and a URL's secrets are not", () => {
    bad([], /--rpc URL/);
    bad(["--rpc", "http://a"], /--deployment FILE/);
    bad(["--rpc", "http://a,http://a", "--deployment", "f"], /twice/);
    bad(["--rpc", "ws://u:p@host/key", "--deployment", "f"], /^--rpc host is no address/);
    bad(["--rpc", "http://a", "--deployment", "f", "--metrics", "0"], /no port/);
    bad(["--rpc", "http://a", "--deployment", "f", "--submitters", "0x1"], /no address/);
    bad(["--nonsense"], /--nonsense/);
    const limit = (given: string, why: RegExp) =>
      assert.throws(() => readLimits(undefined, [given]), { name: "LimitBad", message: why });
    limit("gapFor", /NAME=NUMBER/);
    limit("gap=1", /there is no limit "gap"/);
    limit("lookEvery=0", /from 1 to 60 s, not 0/);
    assert.equal(readLimits(undefined, ["gapFor=7"]).gapFor, 7);
    assert.throws(() => readLimits("/nowhere.json", []), { name: "LimitBad", message: /cannot be read/ });
  });
});
