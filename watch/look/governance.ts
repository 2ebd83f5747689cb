// SPDX-License-Identifier: MIT
import { jsonOf } from "./command.js";
import type { GovernanceSeen } from "./Picture.js";

interface Check {
  readonly drift: readonly Readonly<Record<"file" | "kind" | "scope" | "name" | "wished" | "found", string>>[];
}

interface List {
  readonly operations: readonly {
    readonly id: string;
    readonly nonce: string;
    readonly name?: string;
    readonly role?: string;
    readonly caller: string;
    readonly state: string;
    readonly readyAt: string;
    readonly changes: readonly Readonly<Record<"scope" | "name" | "before" | "after", string>>[];
  }[];
}

export interface GovernanceOptions {
  readonly rpc: string;
  readonly deployment: string;
  /** Files that say how the venue should be; without any, scheduled calls alone are looked at. */
  readonly files: readonly string[];
  readonly timeout: number;
}

const MOST_CHANGES = 3;

/** What `npm run govern -- check` and `-- list` find. */
export async function lookAtGovernance({
  rpc,
  deployment,
  files,
  timeout,
}: GovernanceOptions): Promise<GovernanceSeen> {
  const common = ["--json", "--rpc", rpc, "--deployment", deployment];
  const [list, check] = await Promise.all([
    jsonOf("govern/commands/list.ts", common, timeout),
    files.length === 0 ? { drift: [] } : jsonOf("govern/commands/check.ts", [...files, ...common], timeout),
  ]);
  const { operations } = list as List;
  return {
    drift: (check as Check).drift.map(({ kind, scope, name, wished, found }) => ({
      subject: `${kind}: ${scope}, ${name}`,
      says: `${scope}, ${name}: the file says ${wished}, the chain ${found}`,
    })),
    calls: operations
      .filter(({ state }) => state !== "expired")
      .map(({ id, nonce, name, role, caller, state, readyAt, changes }) => {
        const told = changes.slice(0, MOST_CHANGES).map((each) => `${each.scope}, ${each.name}: ${each.after}`);
        const what = told.length === 0 ? "" : ` (${told.join("; ")}${changes.length > MOST_CHANGES ? "; ..." : ""})`;
        const when = `${state === "ready" ? "can run since" : "can run from"} ${momentOf(readyAt)}`;
        return {
          subject: `operation ${id.slice(0, 18)}, nonce ${nonce}`,
          says: `${name ?? "an unknown call"} by ${role ?? "nobody's role"} ${caller} ${when}${what}`,
        };
      }),
  };
}

function momentOf(seconds: string): string {
  return new Date(Number(seconds) * 1_000).toISOString();
}
