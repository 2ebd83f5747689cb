// SPDX-License-Identifier: MIT
import { jsonOf } from "./command.js";
import type { RelaySeen } from "./Picture.js";

interface Audit {
  readonly pages: number;
  readonly violations: readonly { readonly kind: string; readonly says: string; readonly proof: string | null }[];
}

export interface RelayOptions {
  readonly relay: string;
  readonly rpc: string;
  readonly firstBlock: number;
  /** Keys that send for the relay, beside those that it tells of. */
  readonly submitters: readonly string[];
  readonly timeout: number;
}

/** What `npm run relay -- audit` finds in the whole journal and on the chain. */
export async function lookAtRelay({ relay, rpc, firstBlock, submitters, timeout }: RelayOptions): Promise<RelaySeen> {
  const args = ["--json", "--relay", relay, "--rpc", rpc, "--from-block", String(firstBlock)];
  const keys = submitters.length > 0 ? ["--submitters", submitters.join(",")] : [];
  const { pages, violations } = (await jsonOf("relay/audit/main.ts", [...args, ...keys], timeout)) as Audit;
  return { pages, violations: violations.map(({ kind, says, proof }) => ({ kind, says, isProof: proof !== null })) };
}
