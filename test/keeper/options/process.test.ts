// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { artifacts } from "hardhat";
import { describeOptions } from "../../../deploy/describeOptions.js";
import { deploymentText } from "../../../sdk/deployment.js";
import { seriesOf } from "../../../sdk/options/series.js";
import { keyOf } from "../../../sim/venue/anvil.js";
import { BASE, type Person } from "../../options/Day.js";
import { OptionKeeperBench } from "./bench.js";

const ROOT = join(import.meta.dirname, "../../..");
const PATIENCE = 120_000; // ms

describe("the keeper as a process, on a deployment of options", function () {
  this.timeout(0); // by itself a minute
  const folder = mkdtempSync(join(tmpdir(), "optkeeper-process-"));
  let bench: OptionKeeperBench;
  let maker: Person;
  let child: ChildProcess | undefined;
  let said = "";

  before(async () => {
    bench = await OptionKeeperBench.open();
    const { day } = bench;
    const deployment = await describeOptions(bench.rpc, day.venue, (name) => artifacts.readArtifact(name));
    writeFileSync(join(folder, "deployment.json"), deploymentText(deployment));
    writeFileSync(join(folder, "config.json"), JSON.stringify({ pollInterval: 50, reorgDepth: 8 }));
    await bench.list();
    await day.settleAnchors();
    maker = await day.person(1, 500_000n);
  });

  after(async () => {
    child?.kill("SIGKILL");
    await bench.day.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = () => {
    const file = (name: string) => join(folder, name);
    const given = ["--rpc", bench.day.provider._getConnection().url, "--deployment", file("deployment.json")];
    const more = ["--config", file("config.json"), "--database", file("keeper.db"), "--port", "0"];
    child = spawn(process.execPath, ["--import", "tsx", join(ROOT, "keeper/main.ts"), ...given, ...more], {
      env: { ...process.env, NOVATION_KEEPER_KEY: keyOf(9) },
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (chunk: Buffer) => (said += chunk));
  };

  const kill = async () => {
    const ended = new Promise((resolve) => child!.once("exit", resolve));
    child!.kill("SIGKILL");
    await ended;
  };

  /** Until it is so; the chain goes on meanwhile. */
  const until = async (what: string, isSo: () => Promise<boolean>) => {
    for (const from = Date.now(); !(await isSo());) {
      if (Date.now() - from > PATIENCE) throw new Error(`not ${what}:\n${said}`);
      await bench.day.provider.send("evm_mine", []);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  it("killed in the middle of a lock and started again, it gathers and settles", async () => {
    const { day } = bench;
    const put = seriesOf(1n, { type: "put", ladder: 0, strike: 7 });
    const debtor = await day.person(4, 60_000n);
    const price = await day.mark(put);
    await day.trade(debtor, [{ maker, series: put, size: -90n * BASE, price }]);
    await bench.leaveMargin(debtor);
    start();
    await day.spot(2_700);
    await until("locked", async () => (await day.phase()) === 1n);
    await kill();
    start();
    await until("absorbed", async () => !(await day.standing(debtor.id)).isOpen);
    await kill();
    await day.pass(121);
    start();
    await until("settled", async () => (await day.phase()) === 0n);
    expect(await day.venue.clearinghouse.recoveryRate()).to.equal(10n ** 18n);
    expect(said).to.include("resumed").and.to.not.include("drifted");
  });
});
