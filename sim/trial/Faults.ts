// SPDX-License-Identifier: MIT

/** What the proxy does to what passes through it. All off: it only passes on. */
export interface Faults {
  /** Sockets are closed, connections refused. */
  dropped: boolean;
  /** Milliseconds by which every answer and every notification is held back. */
  stall: number;
  /** Every request is answered with this HTTP status, or with an error of the JSON-RPC. */
  error: 429 | 500 | "rpc" | undefined;
  /** How many more transactions are refused as underpriced. */
  underpriced: number;
  /** Logs come twice. */
  duplicateLogs: boolean;
  /** Every n-th log does not come; 0: all come. */
  missingLogs: number;
  /** The same of the logs in receipts. */
  missingReceipts: number;
}

export function noFaults(): Faults {
  const missing = { missingLogs: 0, missingReceipts: 0 };
  return { dropped: false, stall: 0, error: undefined, underpriced: 0, duplicateLogs: false, ...missing };
}

export interface RpcRequest {
  id?: unknown;
  method?: string;
  params?: unknown[];
}

interface RpcMessage {
  id?: unknown;
  method?: string;
  result?: unknown;
  params?: { subscription?: string; result?: unknown };
}

/** The error with which a request is answered instead of the node; undefined: it is passed on. */
export function refusal(faults: Faults, { id, method }: RpcRequest): object | undefined {
  if (faults.error === "rpc") return failed(id, -32603, "internal error");
  if (method === "eth_sendRawTransaction" && faults.underpriced > 0) {
    --faults.underpriced;
    return failed(id, -32000, "transaction underpriced");
  }
  return undefined;
}

/** An answer with its logs doubled or thinned out. */
export function tampered(faults: Faults, message: RpcMessage, method: string | undefined): RpcMessage {
  if (method === "eth_getBlockReceipts" && Array.isArray(message.result)) {
    const result = message.result.map((receipt: { logs: Log[] }) => {
      return { ...receipt, logs: receipt.logs.filter((log) => !isMissing(log, faults.missingReceipts)) };
    });
    return { ...message, result };
  }
  if (method !== "eth_getLogs" && method !== "eth_getFilterChanges" && method !== "eth_getFilterLogs") return message;
  if (!Array.isArray(message.result)) return message;
  return { ...message, result: message.result.flatMap((log) => copies(faults, log as Log)) };
}

/** How often a notification is sent: logs of a subscription may come twice or never. */
export function repeats(faults: Faults, message: RpcMessage): number {
  const log = message.params?.result as Log | undefined;
  if (message.method !== "eth_subscription" || log?.logIndex === undefined) return 1;
  return copies(faults, log).length;
}

interface Log {
  blockNumber: string;
  logIndex: string;
}

function copies(faults: Faults, log: Log): Log[] {
  if (isMissing(log, faults.missingLogs)) return [];
  return faults.duplicateLogs ? [log, log] : [log];
}

/** By place, so that a node that misses a log misses it each time it is asked. */
function isMissing({ blockNumber, logIndex }: Log, every: number): boolean {
  return every > 0 && (Number(blockNumber) + Number(logIndex)) % every === 0;
}

function failed(id: unknown, code: number, message: string): object {
  return { jsonrpc: "2.0", id: id ?? null, error: { code, message } };
}
