// SPDX-License-Identifier: MIT
import { execFileSync } from "node:child_process";
import { noFaults, type Faults } from "./Faults.js";
import type { KeeperProcess } from "./KeeperProcess.js";
import type { TrialNode } from "./node.js";
import type { Oracle } from "./Oracle.js";
import type { Proxy } from "./proxy.js";
import type { Rival } from "./Rival.js";

/** What a fault can reach. */
export interface Stage {
  node: TrialNode;
  proxy: Proxy;
  oracle: Oracle;
  rival: Rival;
  keepers: readonly KeeperProcess[];
  /** Waits for so many more blocks. */
  blocks(count: number): Promise<void>;
}

export interface Scenario {
  name: string;
  /** How long the fault lasts, seconds; 0: it is over when `begin` returns. */
  seconds: number;
  /** The fewest keepers it makes sense for. */
  keepers: number;
  /** Called together with the first price of the crash. */
  begin(stage: Stage): Promise<void>;
  end?(stage: Stage): Promise<void>;
}

const SECONDS = 5;
const REORG = 3;
const FEE_SPIKE = 60_000_000_000n; // wei: above what a transaction sent before could pay

const SCENARIOS: readonly Scenario[] = [
  { name: "none", seconds: 0, keepers: 1, begin: async () => {} },
  {
    ...through("socket", { dropped: true }),
    begin: async ({ proxy }) => {
      proxy.faults = { ...noFaults(), dropped: true };
      proxy.drop();
    },
  },
  through("stall", { stall: 5_000 }),
  through("error429", { error: 429 }),
  through("error500", { error: 500 }),
  through("errorRpc", { error: "rpc" }),
  through("duplicateLogs", { duplicateLogs: true }, 20),
  through("missingLogs", { missingLogs: 3 }, 20),
  through("missingReceipts", { missingReceipts: 3, missingLogs: 3 }, 20),
  {
    name: "underpriced",
    seconds: SECONDS,
    keepers: 1,
    begin: async ({ node, proxy }) => {
      // The node refuses some, and what it took before cannot be mined at this base fee.
      proxy.faults = { ...noFaults(), underpriced: 3 };
      await node.provider.send("anvil_setNextBlockBaseFeePerGas", [`0x${FEE_SPIKE.toString(16)}`]);
    },
    end: clear,
  },
  {
    name: "reorg",
    seconds: 0,
    keepers: 1,
    begin: async ({ node, oracle, blocks }) => {
      await blocks(REORG);
      // What was in the blocks is gone, the marks with it; the oracle writes again.
      await node.provider.send("anvil_reorg", [REORG, []]);
      await oracle.repeat();
    },
  },
  {
    name: "restart",
    seconds: 0,
    keepers: 1,
    begin: async ({ keepers, blocks }) => {
      await blocks(1);
      await keepers[0]!.kill();
      keepers[0]!.start();
    },
  },
  {
    name: "rival",
    seconds: 60,
    keepers: 1,
    begin: async ({ rival }) => rival.start(),
    end: async ({ rival }) => rival.stop(),
  },
  {
    name: "fullDisk",
    seconds: SECONDS,
    keepers: 1,
    begin: async ({ keepers }) => limitFiles(keepers, "0:unlimited"),
    end: async ({ keepers }) => limitFiles(keepers, "unlimited:unlimited"),
  },
  {
    name: "killed",
    seconds: 0,
    keepers: 2,
    begin: async ({ keepers, blocks }) => {
      await blocks(1);
      await keepers[0]!.kill();
    },
  },
];

export const FAULT_NAMES: readonly string[] = SCENARIOS.map(({ name }) => name);

/** The scenarios of a name, or all that make sense for so many keepers. */
export function scenarios(name: string, keepers: number): Scenario[] {
  return SCENARIOS.filter((each) => (name === "all" ? each.keepers <= keepers : each.name === name));
}

function through(name: string, faults: Partial<Faults>, seconds = SECONDS): Scenario {
  const begin = async ({ proxy }: Stage) => void (proxy.faults = { ...noFaults(), ...faults });
  return { name, seconds, keepers: 1, begin, end: clear };
}

async function clear({ proxy }: Stage): Promise<void> {
  proxy.faults = noFaults();
}

/** No file grows any more (EFBIG): as good as a full disk, without one. Linux only. */
function limitFiles(keepers: readonly KeeperProcess[], limit: string): void {
  for (const pid of keepers.flatMap((keeper) => keeper.pids())) {
    execFileSync("prlimit", ["--pid", String(pid), `--fsize=${limit}`], { stdio: "ignore" });
  }
}
