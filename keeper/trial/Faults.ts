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
}

export function noFaults(): Faults {
  return { dropped: false, stall: 0, error: undefined, underpriced: 0, duplicateLogs: false, missingLogs: 0 };
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
  // By place, so that a node that misses a log misses it each time it is asked.
  const place = Number(log.blockNumber) + Number(log.logIndex);
  if (faults.missingLogs > 0 && place % faults.missingLogs === 0) return [];
  return faults.duplicateLogs ? [log, log] : [log];
}

function failed(id: unknown, code: number, message: string): object {
  return { jsonrpc: "2.0", id: id ?? null, error: { code, message } };
}
