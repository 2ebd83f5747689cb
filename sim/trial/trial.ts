// SPDX-License-Identifier: MIT
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Contract } from "ethers";
import { deploymentText } from "../../sdk/deployment.js";
import { keyOf } from "../venue/anvil.js";
import type { Hex } from "../../sdk/orderHash.js";
import { ILens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/ILens__factory.js";
import { keeperCommand, keeperConfig } from "./command.js";
import { FIRST_KEEPER, addressOf, type TrialVenue } from "./venue.js";
import { jobsOf, work, type Work } from "./jobs.js";
import { Judge } from "./Judge.js";
import { KeeperProcess } from "./KeeperProcess.js";
import { TrialNode } from "./node.js";
import { CRASH, Oracle } from "./Oracle.js";
import { Postgres } from "./Postgres.js";
import { Proxy } from "./proxy.js";
import { Rival } from "./Rival.js";
import type { Scenario, Stage } from "./scenarios.js";
import { boundFromGas, recoveryAfter, stays, type Stay } from "./verdicts.js";

export interface TrialOptions {
  /** The keeper's command before its options. */
  command: readonly string[];
  keepers: number;
  gasLimit: bigint;
  blockSeconds: number;
  chainSeconds: number;
  /** Blocks after the crash within which the venue must have come to rest. */
  patience: number;
  say: (text: string) => void;
}

export interface TrialResult extends Work {
  fault: string;
  keepers: number;
  /** Seconds from when the fault was over; null: somebody who was due then still is. */
  recovery: number | null;
  /**
   * The most blocks that anybody was below zero while an absorb would have taken him, and the bound from gas on that.
   */
  maxDue: number;
  bound: number;
  /** How many were due at all, how many for longer than three blocks or the bound, how many at the end. */
  due: number;
  late: number;
  left: number;
  /** The most blocks below zero at live prices, waiting for a lock to end included; and below maintenance margin. */
  maxInsolvent: number;
  maxLiquidatable: number;
  /** Below maintenance margin at the end for longer than three blocks: not reached yet, or missed. */
  waiting: number;
  reorgs: number;
  /** Whether the venue came to rest, and quote that nobody could be charged for. */
  atRest: boolean;
  shortfall: number;
  /** Keepers that ran at the end. */
  running: number;
  blocks: number;
  /** Where the keepers' output is. */
  logs: string;
}

const READY = 180_000; // milliseconds for a keeper to follow the venue
const LONGEST_STAY = 3;

/** One crash under one fault, on a chain of its own. */
export async function trial(
  venue: TrialVenue,
  stateFile: string,
  scenario: Scenario,
  options: TrialOptions,
): Promise<TrialResult> {
  const folder = mkdtempSync(join(tmpdir(), `novation-trial-${scenario.name}-`));
  const closers: (() => unknown)[] = [];
  try {
    const node = await TrialNode.start({ ...options, stateFile });
    closers.push(() => node.stop());
    const proxy = await Proxy.start(node.url);
    closers.push(() => proxy.stop());
    const postgres = options.keepers > 1 ? await Postgres.start() : undefined;
    closers.push(() => postgres?.stop());
    const oracle = new Oracle(node.provider, venue);
    await oracle.set(1); // fresh prices, however old the state is
    const rival = new Rival(node.provider, venue.deployment.clearinghouse);
    closers.push(() => rival.stop());
    const keepers = await hire(venue, folder, node, proxy, postgres?.url, options);
    closers.push(() => Promise.all(keepers.map(({ process: keeper }) => keeper.kill())));
    for (const keeper of keepers) keeper.process.start();
    await Promise.all(keepers.map((keeper) => ready(keeper, options)));
    return await play(venue, scenario, options, folder, {
      node,
      proxy,
      oracle,
      rival,
      keepers: keepers.map((each) => each.process),
    });
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

async function play(
  venue: TrialVenue,
  scenario: Scenario,
  options: TrialOptions,
  logs: string,
  reach: Omit<Stage, "blocks">,
): Promise<TrialResult> {
  const { provider } = reach.node;
  const blockNumber = async () => Number((await provider.send("eth_blockNumber", [])) as string);
  const blocks = async (count: number) => {
    const target = (await blockNumber()) + count;
    while ((await blockNumber()) < target) await sleep(50);
  };
  const stage: Stage = { ...reach, blocks };
  const judge = new Judge(provider, venue, options.chainSeconds);
  judge.watch();
  const judging = { on: true };
  const judged = (async () => {
    while (judging.on) {
      await judge.catchUp();
      await sleep(100);
    }
    await judge.catchUp();
    judge.stop();
  })();
  judged.catch(() => {}); // awaited below

  await blocks(2);
  const first = await blockNumber();
  options.say(`${scenario.name}: the crash begins at block ${first + 1}`);
  // The fault runs beside the prices: it may wait for blocks itself.
  const fault = (async () => {
    await scenario.begin(stage);
    if (scenario.seconds > 0) await sleep(scenario.seconds * 1_000);
    await scenario.end?.(stage);
    return Date.now();
  })();
  fault.catch(() => {});
  for (const factor of CRASH) {
    await stage.oracle.set(factor);
    await blocks(1);
  }
  const over = await fault;
  const lens = new Contract(venue.deployment.lens, ILens__factory.abi, provider);
  // Of the block before the last: while it mines, anvil may answer about the last one with the state of the next.
  const view = async () => {
    const blockTag = (await blockNumber()) - 1;
    return (await lens.getFunction("venue")(venue.deployment.clearinghouse, { blockTag })) as VenueFacts;
  };
  const last = (await blockNumber()) + options.patience;
  let calm = 0;
  while (calm < 3 && (await blockNumber()) < last) {
    // Debts too small to lock a group wait for its next lock: they are below zero, but nobody is due.
    calm = judge.last?.due.size === 0 && (await view()).lockedGroups === 0n ? calm + 1 : 0;
    await blocks(1);
  }
  const running = reach.keepers.filter((keeper) => keeper.running).length;
  await provider.send("evm_setIntervalMining", [0]); // else the judge might never catch up
  await Promise.all(reach.keepers.map((keeper) => keeper.kill()));
  const end = await blockNumber();
  judging.on = false;
  await judged;

  const senders = new Set(reach.keepers.map((_, index) => addressOf(FIRST_KEEPER + index).toLowerCase()));
  const done = work(await jobsOf(provider, venue.deployment.clearinghouse, first + 1, end), senders);
  const due = stays(judge.verdicts, "due");
  const liquidatable = stays(judge.verdicts, "liquidatable");
  const bound = boundFromGas(judge.verdicts, Number(options.gasLimit) / (done.gasPerAbsorbed || Infinity));
  const recovery = recoveryAfter(judge.verdicts, over);
  const max = (list: readonly Stay[]) => list.reduce((longest, stay) => Math.max(longest, stay.blocks), 0);
  const limit = Math.max(LONGEST_STAY, bound);
  return {
    fault: scenario.name,
    keepers: reach.keepers.length,
    recovery: recovery === undefined ? null : recovery / 1_000,
    maxDue: max(due),
    bound,
    due: due.length,
    late: due.filter((stay) => stay.blocks > limit).length,
    left: due.filter(({ open }) => open).length,
    maxInsolvent: max(stays(judge.verdicts, "insolvent")),
    maxLiquidatable: max(liquidatable),
    waiting: liquidatable.filter(({ open, blocks: long }) => open && long > LONGEST_STAY).length,
    ...done,
    reorgs: judge.reorgs,
    atRest: calm >= 3,
    shortfall: Number((await view()).shortfall) / 1e9,
    running,
    blocks: end - first,
    logs,
  };
}

interface VenueFacts {
  lockedGroups: bigint;
  shortfall: bigint;
}

interface Hired {
  process: KeeperProcess;
  port: number;
}

/** The keepers, wired to the proxy; not started. */
async function hire(
  venue: TrialVenue,
  folder: string,
  node: TrialNode,
  proxy: Proxy,
  postgres: string | undefined,
  options: TrialOptions,
): Promise<Hired[]> {
  const [deployment, config] = [join(folder, "deployment.json"), join(folder, "config.json")];
  // A loaded state has the venue's blocks in it, but block 0 is the new node's.
  const genesis = (await node.provider.send("eth_getBlockByNumber", ["0x0", false])) as { hash: Hex };
  writeFileSync(deployment, deploymentText({ ...venue.deployment, genesisHash: genesis.hash }));
  writeFileSync(config, JSON.stringify(keeperConfig(options.gasLimit, options.chainSeconds)));
  const hired: Hired[] = [];
  for (let index = 0; index < options.keepers; ++index) {
    const [port, database] = [await freePort(), join(folder, `keeper-${index}.db`)];
    const key = keyOf(FIRST_KEEPER + index);
    const wiring = { rpc: proxy.url, ws: proxy.wsUrl, deployment, config, database, postgres, key, port };
    const process = new KeeperProcess({
      ...keeperCommand(options.command, wiring),
      cwd: join(import.meta.dirname, "../.."),
      log: join(folder, `keeper-${index}.log`),
    });
    hired.push({ process, port });
  }
  return hired;
}

/** Waits until the keeper says that it is well. */
async function ready({ process: keeper, port }: Hired, options: TrialOptions): Promise<void> {
  const until = Date.now() + READY;
  const health = () =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await health())) {
    if (!keeper.running) throw new Error(`the keeper ended: see ${keeper.launch.log}`);
    if (Date.now() > until)
      throw new Error(`the keeper was not well after ${READY / 1_000} s: see ${keeper.launch.log}`);
    await sleep(250);
  }
  options.say("a keeper is well");
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
