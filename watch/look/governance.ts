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
    readonly changes: readonly Change[];
  }[];
  readonly proposals: readonly {
    readonly id: string;
    readonly governorName: string;
    readonly state: string;
    readonly description: string;
    readonly eta: string;
    readonly what: readonly Inner[];
  }[];
  readonly timelocked: readonly {
    readonly id: string;
    readonly timelock: string;
    readonly proposal?: string;
    readonly readyAt: string;
    readonly isReady: boolean;
    readonly what: readonly Inner[];
  }[];
  /** Timelocks whose Governor is not known. */
  readonly headless: readonly string[];
}

type Change = Readonly<Record<"scope" | "name" | "before" | "after", string>>;
/** A call within a proposal or an operation. */
interface Inner {
  readonly name?: string;
  readonly by?: string;
  readonly changes: readonly Change[];
}

export interface GovernanceOptions {
  readonly rpc: string;
  readonly deployment: string;
  /** Files that say how the venue should be; without any, scheduled calls alone are looked at. */
  readonly files: readonly string[];
  /** Beside those that have a role. */
  readonly governors: readonly string[];
  readonly timelocks: readonly string[];
  readonly timeout: number;
}

const MOST_CHANGES = 3;

/** What `npm run govern -- check` and `-- list` find. */
export async function lookAtGovernance(options: GovernanceOptions): Promise<GovernanceSeen> {
  const { rpc, deployment, files, governors, timelocks, timeout } = options;
  const common = ["--json", "--rpc", rpc, "--deployment", deployment];
  const named = [
    ...governors.flatMap((each) => ["--governor", each]),
    ...timelocks.flatMap((each) => ["--timelock", each]),
  ];
  const [list, check] = await Promise.all([
    jsonOf("govern/commands/list.ts", [...named, ...common], timeout),
    files.length === 0 ? { drift: [] } : jsonOf("govern/commands/check.ts", [...files, ...common], timeout),
  ]);
  return {
    drift: (check as Check).drift.map(({ kind, scope, name, wished, found }) => ({
      subject: `${kind}: ${scope}, ${name}`,
      says: `${scope}, ${name}: the file says ${wished}, the chain ${found}`,
    })),
    calls: callsOf(list as List),
  };
}

/** What waits: in the AccessManager, in a vote, in a timelock; and where votes are not seen. */
export function callsOf({ operations, proposals, timelocked, headless }: List): GovernanceSeen["calls"] {
  return [
    ...operations
      .filter(({ state }) => state !== "expired")
      .map(({ id, nonce, name, role, caller, state, readyAt, changes }) => ({
        subject: `operation ${id.slice(0, 18)}, nonce ${nonce}`,
        says: `${name ?? "an unknown call"} by ${role ?? "nobody's role"} ${caller} ${when(state === "ready", readyAt)}${changesText(changes)}`,
      })),
    ...proposals.map(({ id, governorName, state, description, eta, what }) => ({
      subject: `proposal ${id.slice(0, 18)} of ${governorName}`,
      says: `"${description.split("\n")[0]!.slice(0, 80)}" is ${state}${eta === "0" ? "" : `, ${when(false, eta)}`}: ${innerText(what)}`,
    })),
    ...timelocked.map(({ id, timelock, proposal, isReady, readyAt, what }) => ({
      subject: `timelock ${id.slice(0, 18)}`,
      says: `an operation of ${timelock} ${when(isReady, readyAt)}: ${proposal === undefined ? innerText(what) : `proposal ${proposal.slice(0, 18)}`}`,
    })),
    ...headless.map((timelock) => ({
      subject: `votes of ${timelock}`,
      says: `the timelock ${timelock} has a role, and its Governor was not found: name it by --governor`,
    })),
  ];
}

function innerText(what: readonly Inner[]): string {
  return what
    .map(
      ({ by, name, changes }) =>
        `${by === undefined ? "" : `${by} of `}${name ?? "an unknown call"}${changesText(changes)}`,
    )
    .join("; ");
}

function changesText(changes: readonly Change[]): string {
  const told = changes.slice(0, MOST_CHANGES).map((each) => `${each.scope}, ${each.name}: ${each.after}`);
  return told.length === 0 ? "" : ` (${told.join("; ")}${changes.length > MOST_CHANGES ? "; ..." : ""})`;
}

function when(isReady: boolean, seconds: string): string {
  return `${isReady ? "can run since" : "can run from"} ${new Date(Number(seconds) * 1_000).toISOString()}`;
}
