// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import { headerAt } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Address } from "../../sdk/range.js";
import { GovernError } from "../errors.js";
import { ask, askIf } from "./ask.js";
import { eventsOf } from "./logs.js";

/** A Governor whose timelock is a member; times in seconds. */
export interface GovernorFacts {
  readonly address: Address;
  readonly name: string;
  /** From `propose` to the end of the vote, and from `queue` to `execute`. */
  readonly vote: bigint;
  readonly timelock: bigint;
}

/** What kind of thing a member of a role is: who acts, and by what. */
export type Executor =
  | { readonly kind: "key"; readonly address: Address }
  | {
      readonly kind: "safe";
      readonly address: Address;
      readonly threshold: bigint;
      readonly owners: readonly Address[];
    }
  | { readonly kind: "timelock"; readonly address: Address; readonly governor: GovernorFacts | undefined }
  | { readonly kind: "contract"; readonly address: Address };

const SAFE = new Interface([
  "function getThreshold() view returns (uint256)",
  "function getOwners() view returns (address[])",
]);
const TIMELOCK = new Interface([
  "function getMinDelay() view returns (uint256)",
  "function PROPOSER_ROLE() view returns (bytes32)",
  "function hasRole(bytes32 role, address account) view returns (bool)",
  "event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)",
]);
const GOVERNOR = new Interface([
  "function name() view returns (string)",
  "function timelock() view returns (address)",
  "function votingDelay() view returns (uint256)",
  "function votingPeriod() view returns (uint256)",
  "function CLOCK_MODE() view returns (string)",
]);

/** The Governor that was named does not govern through that timelock. */
export class NotTheGovernor extends GovernError {
  constructor(governor: Address, timelock: Address) {
    super(`--governor ${governor} is no Governor that proposes to the timelock ${timelock}. Give its own.`);
  }
}

/** @param governor Named by whoever asks; else it is looked for in the timelock's events. */
export async function readExecutor(
  rpc: Rpc,
  address: Address,
  firstBlock: number,
  governor?: Address,
): Promise<Executor> {
  if ((await rpc.send("eth_getCode", [address, "latest"])) === "0x") return { kind: "key", address };
  const [threshold] = (await askIf(rpc, SAFE, address, "getThreshold")) ?? [];
  const [owners] = (await askIf(rpc, SAFE, address, "getOwners")) ?? [];
  if (threshold !== undefined && owners !== undefined) {
    return { kind: "safe", address, threshold: threshold as bigint, owners: Array.from(owners as Address[]) };
  }
  const [delay] = (await askIf(rpc, TIMELOCK, address, "getMinDelay")) ?? [];
  if (delay === undefined) return { kind: "contract", address };
  for (const each of governor === undefined ? await proposersOf(rpc, address, firstBlock) : [governor]) {
    const facts = await governorOf(rpc, each, address, delay as bigint);
    if (facts !== undefined) return { kind: "timelock", address, governor: facts };
  }
  if (governor !== undefined) throw new NotTheGovernor(governor, address);
  return { kind: "timelock", address, governor: undefined };
}

/** Also of a timelock that is older than the venue, where the node looks through all blocks for two topics at once. */
async function proposersOf(rpc: Rpc, timelock: Address, firstBlock: number): Promise<Address[]> {
  const [role] = await ask(rpc, TIMELOCK, timelock, "PROPOSER_ROLE");
  const topics = [TIMELOCK.getEvent("RoleGranted")!.topicHash, role];
  const filter = { address: timelock, topics, fromBlock: "0x0", toBlock: "latest" };
  const all = await rpc.send("eth_getLogs", [filter]).catch(() => undefined);
  if (Array.isArray(all)) {
    const granted = (all as { topics: string[] }[]).flatMap((log) => TIMELOCK.parseLog({ ...log, data: "0x" }) ?? []);
    return [...new Set(granted.map(({ args }) => args.account as Address))];
  }
  const head = (await headerAt(rpc, "latest"))!.number;
  const granted = await eventsOf(rpc, TIMELOCK, timelock, firstBlock, head);
  return [...new Set(granted.filter(({ args }) => args.role === role).map(({ args }) => args.account as Address))];
}

async function governorOf(
  rpc: Rpc,
  address: Address,
  timelock: Address,
  delay: bigint,
): Promise<GovernorFacts | undefined> {
  const [own] = (await askIf(rpc, GOVERNOR, address, "timelock")) ?? [];
  if (String(own).toLowerCase() !== timelock.toLowerCase()) return undefined;
  const [role] = await ask(rpc, TIMELOCK, timelock, "PROPOSER_ROLE");
  const [may] = await ask(rpc, TIMELOCK, timelock, "hasRole", [role, address]);
  if (may !== true) return undefined;
  const [name] = await ask(rpc, GOVERNOR, address, "name");
  const [before] = await ask(rpc, GOVERNOR, address, "votingDelay");
  const [period] = await ask(rpc, GOVERNOR, address, "votingPeriod");
  const [mode] = (await askIf(rpc, GOVERNOR, address, "CLOCK_MODE")) ?? ["mode=blocknumber"];
  const units = (before as bigint) + (period as bigint);
  const vote = String(mode).includes("timestamp") ? units : (units * (await millisecondsOfABlock(rpc))) / 1_000n;
  return { address, name: name as string, vote, timelock: delay };
}

const BLOCKS = 1_000;

/** Over the last thousand blocks. */
async function millisecondsOfABlock(rpc: Rpc): Promise<bigint> {
  const head = (await headerAt(rpc, "latest"))!;
  const count = Math.min(BLOCKS, head.number);
  if (count === 0) return 12_000n;
  const before = (await headerAt(rpc, head.number - count))!;
  return ((head.timestamp - before.timestamp) * 1_000n) / BigInt(count);
}
