// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:http";
import { createServer as createSocket, type AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Message } from "../tell/Message.js";
import { Play } from "./Play.js";

const ROOT = join(import.meta.dirname, "../..");

/** The command as an operator starts it. */
class Command {
  out = "";
  err = "";
  readonly ended: Promise<number>;

  private constructor(readonly child: ChildProcess) {
    child.stdout!.on("data", (chunk) => (this.out += String(chunk)));
    child.stderr!.on("data", (chunk) => (this.err += String(chunk)));
    this.ended = new Promise((resolve) => child.once("exit", (code) => resolve(code ?? -1)));
  }

  static start(args: readonly string[], env: Record<string, string> = {}): Command {
    const command = ["--import", "tsx", join(ROOT, "watch/main.ts"), ...args];
    return new Command(spawn(process.execPath, command, { cwd: ROOT, env: { ...process.env, ...env } }));
  }
}

describe("the command, as a process", () => {
  let play: Play;
  const commands: Command[] = [];
  const start = (...given: Parameters<typeof Command.start>) => {
    const command = Command.start(...given);
    commands.push(command);
    return command;
  };
  before(async () => {
    play = await Play.open();
    await play.refresh();
    await play.settleAnchors();
  });
  after(() => {
    for (const { child } of commands) child.kill("SIGKILL");
    play?.stop();
  });
  const named = () => ["--rpc", play.url, "--deployment", play.file];

  it("tells an alarm as a JSON line, to a webhook that first refuses, and in its metrics; and ends in order", async () => {
    const heard: Message[] = [];
    let refusals = 2;
    const ear = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () => {
        if (refusals-- > 0) return void response.writeHead(500).end();
        heard.push(JSON.parse(body) as Message);
        response.writeHead(200).end();
      });
    });
    await new Promise<void>((resolve) => ear.listen(0, "127.0.0.1", resolve));
    const hook = `http://127.0.0.1:${(ear.address() as AddressInfo).port}/a-secret-key`;
    const port = await freePort();
    const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const args = [...named(), "--json", "--metrics", String(port), "--limit", "lookEvery=1", "--limit", "clearAfter=1"];
    const command = start(args, { NOVATION_WATCH_WEBHOOK: hook });
    try {
      await until(async () => command.err.includes("watching"), command);
      await play.refresh({ BTC: 90_000 });
      await until(async () => heard.length >= 1, command);
      assert.deepEqual([heard[0]!.event, heard[0]!.alarm, heard[0]!.severity], ["raised", "Gap", "ticket"]);
      assert.deepEqual(JSON.parse(command.out.split("\n")[0]!), heard[0]);
      assert.match(await metrics(), /novation_alarm\{name="Gap",subject="group 1 \(BTC, ETH\)",severity="ticket"\} 1/);
      assert.match(await metrics(), /novation_watch_webhook_refused 2/);
      await until(async () => (await fetch(`http://127.0.0.1:${port}/health`)).status === 200, command);
      await play.refresh({ BTC: 100_000 });
      await until(async () => heard.some(({ event, alarm }) => event === "cleared" && alarm === "Gap"), command);
      const cleared = heard.find(({ event }) => event === "cleared")!;
      assert.equal(cleared.id, heard[0]!.id);
      assert.doesNotMatch(await metrics(), /novation_alarm\{name="Gap"/);
      assert.ok(!(command.out + command.err).includes("secret"));
      command.child.kill("SIGTERM");
      assert.equal(await command.ended, 0);
    } finally {
      ear.closeAllConnections();
      ear.close();
    }
  });

  it("--once says what is wrong now and ends with 1, with 0 when nothing is", async () => {
    const calm = start([...named(), "--once", "--limit", "vaultFloor=0"]);
    assert.equal(await calm.ended, 0, calm.out + calm.err);
    assert.match(calm.err, /nothing is wrong/);
    await play.refresh({ SOL: 150 });
    const wrong = start([...named(), "--once"]);
    assert.equal(await wrong.ended, 1);
    assert.match(wrong.out, /^\S+ RAISED {2}Gap \[group 2 \(SOL\)\] \(ticket\) group 2 \(SOL\): SOL jumped/m);
    await play.refresh({ SOL: 200 });
  });

  it("ends with 2 and a sentence for options, limits, deployments and chains that are no good", async () => {
    for (const [args, says] of [
      [[], /OptionBad: Name a node/],
      [["--rpc", play.url], /OptionBad: Name the venue/],
      [["--rpc", play.url, "--deployment", "/nowhere.json"], /DeploymentUnreadable/],
      [[...named(), "--limit", "gapFor=99999"], /LimitBad: .* from 0 to 3600 s/],
      [[...named(), "--frobnicate"], /OptionBad: Unknown option/],
    ] as const) {
      const command = start(args, { NOVATION_RPC: "", NOVATION_DEPLOYMENT: "" });
      assert.equal(await command.ended, 2, command.err);
      assert.match(command.err, says);
    }
  });
});

async function until(is: () => Promise<boolean>, { out, err }: Command): Promise<void> {
  for (let i = 0; i < 600; ++i) {
    if (await is()) return;
    await sleep(100);
  }
  throw new Error(`not within 60 s: ${out}${err}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createSocket();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
