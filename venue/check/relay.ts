// SPDX-License-Identifier: MIT
import { execFile } from "node:child_process";
import { join } from "node:path";
import type { Deployment } from "../../sdk/deployment.js";
import { remainingOf } from "../../sdk/state/trading.js";
import type { Size } from "../../sdk/units.js";
import type { Finding } from "./Finding.js";
import type { Rebuilt } from "./rebuild.js";

const ROOT = join(import.meta.dirname, "../..");

interface OrderRow {
  readonly hash: string;
  readonly left: string;
  readonly inFlight: string;
  readonly order: { readonly salt: string; readonly size: string };
}

/** The book against the fills on the chain: an order has left what is not filled, and nothing is on its way. */
export async function checkBook(url: string, { venue, head }: Rebuilt): Promise<Finding> {
  const faults: string[] = [];
  const health = (await (await fetch(`${url}/health`)).json()) as { ok: boolean; block: number };
  if (!health.ok || health.block !== head) faults.push(`it is at block ${health.block} of ${head}`);
  let [open, filled] = [0, 0];
  for (const account of venue.accounts.values()) {
    const orders = (await (await fetch(`${url}/v1/accounts/${account.id}/orders`)).json()) as OrderRow[];
    for (const { hash, left, inFlight, order } of orders) {
      if (BigInt(inFlight) !== 0n) faults.push(`order ${hash} has ${inFlight} on its way`);
      if (BigInt(left) === 0n) continue;
      open += 1;
      const remaining = remainingOf(account, BigInt(order.salt), magnitude(BigInt(order.size)) as Size);
      if (remaining < magnitude(BigInt(order.size))) filled += 1;
      if (BigInt(left) > remaining) faults.push(`order ${hash} has ${left} left, on the chain ${remaining}`);
    }
  }
  return {
    what: "book",
    says: `${open} open orders, ${filled} of them filled in part, none has more left than the chain says; nothing is on its way`,
    faults,
  };
}

/** Price and time were kept, and what was matched was mined: the relay's own audit, as anybody runs it. */
export async function auditRelay(url: string, rpc: string, { firstBlock }: Deployment): Promise<Finding> {
  const args = ["--import", "tsx", "relay/audit/main.ts", "--relay", url, "--rpc", rpc];
  const { code, said } = await new Promise<{ code: number; said: string }>((resolve) => {
    const all = [...args, "--from-block", String(firstBlock)];
    execFile(process.execPath, all, { cwd: ROOT, maxBuffer: 1e8 }, (failure, out, err) => {
      resolve({ code: failure === null ? 0 : Number(failure.code ?? 1), said: `${out}${err}`.trim() });
    });
  });
  const lines = said.split("\n");
  const says = lines.find((line) => /^\d+ pages, /.test(line)) ?? lines[0]!;
  const violations = lines.filter((line) => line.startsWith("- "));
  return {
    what: "audit",
    says,
    faults: code === 0 ? [] : violations.length > 0 ? violations : [`it ended with ${code}`],
  };
}

function magnitude(size: bigint): bigint {
  return size < 0n ? -size : size;
}
