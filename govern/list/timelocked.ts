// SPDX-License-Identifier: MIT
import { AbiCoder, Interface } from "ethers";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { keccak256, keccakText } from "../../sdk/keccak.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";
import { GovernError } from "../errors.js";
import { ask, askIf } from "../look/ask.js";
import { eventsOf } from "../look/logs.js";
import type { OpenProposal, OutsideCall } from "./proposals.js";

const TIMELOCK = new Interface([
  "function getMinDelay() view returns (uint256)",
  "function getTimestamp(bytes32 id) view returns (uint256)",
  "event CallScheduled(bytes32 indexed id, uint256 indexed index, address target, uint256 value, bytes data, bytes32 predecessor, uint256 delay)",
]);
const CODER = AbiCoder.defaultAbiCoder();
/** What a TimelockController says of an operation that was executed; 0: of one that was cancelled, or never there. */
const DONE = 1n;

/** An operation of a TimelockController that can still be executed. */
export interface TimelockedOperation {
  readonly timelock: Address;
  readonly id: Hex;
  /** Unix seconds. */
  readonly scheduledAt: bigint;
  readonly readyAt: bigint;
  readonly isReady: boolean;
  readonly calls: readonly OutsideCall[];
}

/** What was named as a timelock does not answer as one. */
export class NotATimelock extends GovernError {
  constructor(address: Address) {
    super(`${address} does not answer as an OpenZeppelin TimelockController does. Give the timelock's own address.`);
  }
}

/** Operations that were scheduled and neither executed nor cancelled; the next first. `now`: of the chain. */
export async function readTimelocked(
  rpc: Rpc,
  timelock: Address,
  from: number,
  head: number,
  now: bigint,
): Promise<TimelockedOperation[]> {
  if ((await askIf(rpc, TIMELOCK, timelock, "getMinDelay")) === undefined) throw new NotATimelock(timelock);
  const scheduled = await eventsOf(rpc, TIMELOCK, timelock, from, head);
  // An operation that was cancelled can be scheduled again: its last schedule counts.
  const last = new Map<Hex, { scheduledAt: bigint; calls: OutsideCall[] }>();
  for (const { args, time } of scheduled) {
    const { id, index, target, value, data } = args as unknown as { id: Hex; index: bigint } & OutsideCall;
    if (index === 0n) last.set(id, { scheduledAt: time, calls: [] });
    last.get(id)!.calls.push({ target, value, data });
  }
  const all = await Promise.all(
    [...last].map(async ([id, { scheduledAt, calls }]): Promise<TimelockedOperation[]> => {
      const [readyAt] = (await ask(rpc, TIMELOCK, timelock, "getTimestamp", [id])) as [bigint];
      if (readyAt === 0n || readyAt === DONE) return [];
      return [{ timelock, id, scheduledAt, readyAt, isReady: readyAt <= now, calls }];
    }),
  );
  return all.flat().sort((a, b) => (a.readyAt < b.readyAt ? -1 : 1));
}

/** The operation by which a Governor's timelock executes a proposal, as GovernorTimelockControl queues it. */
export function operationOf({ governor, calls, description }: OpenProposal): Hex {
  const salt = `0x${((BigInt(governor) << 96n) ^ BigInt(keccakText(description))).toString(16).padStart(64, "0")}`;
  const types = ["address[]", "uint256[]", "bytes[]", "bytes32", "bytes32"];
  const list = <K extends keyof OutsideCall>(name: K) => calls.map((each) => each[name]);
  const none = `0x${"0".repeat(64)}`;
  return keccak256(CODER.encode(types, [list("target"), list("value"), list("data"), none, salt]) as Hex);
}
