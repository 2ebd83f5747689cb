// SPDX-License-Identifier: MIT
import type { Preimages } from "./layout.js";

/** What we use of a node's RPC. */
export interface Rpc {
  request(call: { method: string; params: unknown[] }): Promise<unknown>;
}

interface Step {
  op: string;
  gas: string | number;
  gasCost: string | number;
  depth: number;
  stack: string[];
}

export type Deed = "read" | "update" | "fresh" | "clear";

/** A distinct storage slot of a transaction, what it did in the end and what all accesses to it cost. */
export interface Touch {
  address: string;
  slot: bigint;
  deed: Deed;
  gas: number;
}

export interface Trace {
  gasUsed: number;
  refund: number;
  /** Gas of the call's data, and the data. */
  calldata: number;
  input: string;
  touches: Touch[];
  /** Accounts that were cold when they were called. */
  coldAccounts: string[];
  recoveries: number;
  /** By the account that logs. */
  logs: Map<string, number>;
  /** All gas spent in a contract's context, without accounts, storage, logs and recoveries. */
  computing: Map<string, number>;
  /** Computing of the contract that the transaction is for, by kind of opcode. */
  kinds: Map<string, number>;
  preimages: Preimages;
}

export const INTRINSIC = 21_000;
const ACCOUNT = 2_600;
const RECOVERY = 3_000;
const ECRECOVER = `0x${"1".padStart(40, "0")}`;

interface Frame {
  address: string;
  memory: Map<bigint, bigint>;
  callerGas: number;
  startGas: number;
  to: string;
}

/** Gas of the data of a transaction that executes more than EIP-7623's floor, as all of ours do. */
export function calldataGas(data: string): number {
  let gas = 0;
  for (let i = 2; i < data.length; i += 2) gas += data.slice(i, i + 2) === "00" ? 4 : 16;
  return gas;
}

/** Where the gas of a mined transaction, alone in its block, went. */
export async function traceOf(rpc: Rpc, hash: string): Promise<Trace> {
  const call = <T>(method: string, ...params: unknown[]) => rpc.request({ method, params }) as Promise<T>;
  const transaction = await call<{ to: string; input: string }>("eth_getTransactionByHash", hash);
  const receipt = await call<{ gasUsed: string; blockNumber: string }>("eth_getTransactionReceipt", hash);
  const { structLogs } = await call<{ structLogs: Step[] }>("debug_traceTransaction", hash, {
    disableMemory: true,
    disableStorage: true,
  });
  const read = walk(structLogs, transaction.to.toLowerCase());

  const touches: Touch[] = [];
  const block = BigInt(receipt.blockNumber);
  for (const { address, slot, gas } of read.storage.values()) {
    const at = `0x${slot.toString(16).padStart(64, "0")}`;
    const before = BigInt(await call<string>("eth_getStorageAt", address, at, `0x${(block - 1n).toString(16)}`));
    const after = BigInt(await call<string>("eth_getStorageAt", address, at, `0x${block.toString(16)}`));
    touches.push({ address, slot, gas, deed: deedOf(before, after) });
  }
  const gasUsed = Number(receipt.gasUsed);
  const calldata = calldataGas(transaction.input);
  const { input } = transaction;
  return { ...read, gasUsed, calldata, input, refund: INTRINSIC + calldata + read.spent - gasUsed, touches };
}

function deedOf(before: bigint, after: bigint): Deed {
  if (before === after) return "read";
  if (before === 0n) return "fresh";
  return after === 0n ? "clear" : "update";
}

function walk(steps: Step[], to: string) {
  const storage = new Map<string, { address: string; slot: bigint; gas: number }>();
  const coldAccounts: string[] = [];
  const logs = new Map<string, number>();
  const computing = new Map<string, number>();
  const kinds = new Map<string, number>();
  const preimages: Preimages = new Map();
  let recoveries = 0;
  const add = (map: Map<string, number>, key: string, gas: number) => map.set(key, (map.get(key) ?? 0) + gas);
  const frames: Frame[] = [{ address: to, memory: new Map(), callerGas: 0, startGas: 0, to }];

  /** The own cost of a call, its callee's left out. */
  const called = (address: string, target: string, own: number) => {
    if (target === ECRECOVER && own >= RECOVERY) {
      recoveries++;
      own -= RECOVERY;
    } else if (own >= ACCOUNT) {
      coldAccounts.push(target);
      own -= ACCOUNT;
    }
    add(computing, address, own);
  };

  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1];
    const frame = frames.at(-1)!;
    const top = (below: number) => BigInt(step.stack[step.stack.length - 1 - below]!);
    const cost = Number(step.gasCost);
    if (step.op === "SLOAD" || step.op === "SSTORE") {
      const key = `${frame.address}${top(0)}`;
      const entry = storage.get(key) ?? { address: frame.address, slot: top(0), gas: 0 };
      entry.gas += cost;
      storage.set(key, entry);
    } else if (step.op.startsWith("LOG")) {
      add(logs, frame.address, cost);
    } else if (/^(CALL|STATICCALL|DELEGATECALL|CALLCODE)$/.test(step.op)) {
      const target = `0x${(top(1) & ((1n << 160n) - 1n)).toString(16).padStart(40, "0")}`;
      if (next!.depth > step.depth) {
        const inherits = step.op === "DELEGATECALL" || step.op === "CALLCODE";
        frames.push({
          address: inherits ? frame.address : target,
          memory: new Map(),
          callerGas: Number(step.gas),
          startGas: Number(next!.gas),
          to: target,
        });
        continue;
      }
      called(frame.address, target, Number(step.gas) - Number(next!.gas));
    } else {
      if (step.op === "MSTORE") frame.memory.set(top(0), top(1));
      if (step.op === "KECCAK256" && top(1) === 64n && next) {
        const [key, base] = [frame.memory.get(top(0)), frame.memory.get(top(0) + 32n)];
        if (key !== undefined && base !== undefined) preimages.set(BigInt(next.stack.at(-1)!), { key, base });
      }
      const cold = /^(EXTCODESIZE|EXTCODEHASH|EXTCODECOPY|BALANCE)$/.test(step.op) && cost >= ACCOUNT;
      if (cold) coldAccounts.push(`0x${(top(0) & ((1n << 160n) - 1n)).toString(16).padStart(40, "0")}`);
      add(computing, frame.address, cold ? cost - ACCOUNT : cost);
      if (frame.address === to) add(kinds, kindOf(step.op), cold ? cost - ACCOUNT : cost);
    }
    if (next && next.depth < step.depth) {
      const inner = frames.pop()!;
      const consumed = inner.startGas - (Number(step.gas) - cost);
      called(frames.at(-1)!.address, inner.to, inner.callerGas - Number(next.gas) - consumed);
    }
  }
  const last = steps.at(-1)!;
  const spent = Number(steps[0]!.gas) - (Number(last.gas) - Number(last.gasCost));
  return { storage, coldAccounts, logs, computing, kinds, preimages, recoveries, spent };
}

function kindOf(op: string): string {
  if (op.startsWith("JUMP")) return "jumps";
  if (/^(PUSH|DUP|SWAP|POP)/.test(op)) return "stack and constants";
  if (/^(MLOAD|MSTORE|MSTORE8|MCOPY|CALLDATACOPY|RETURNDATACOPY|CODECOPY)$/.test(op)) return "memory";
  if (op === "KECCAK256") return "hashes";
  if (/^S?(MUL|DIV|MOD)$|^(ADD|SUB|ADDMOD|MULMOD|EXP)$/.test(op)) return "arithmetic";
  if (/^(AND|OR|XOR|NOT|SHL|SHR|SAR|BYTE|SIGNEXTEND|CLZ|S?LT|S?GT|EQ|ISZERO)$/.test(op)) return "bits and comparisons";
  return "other";
}
