// SPDX-License-Identifier: MIT
import { MANAGER } from "../look/logs.js";
import { ADMIN_ROLE, roleOf, type Pending, type Role } from "../look/roles.js";
import type { Situation } from "../look/Situation.js";
import { describeCall, type Described } from "../look/describe.js";

/**
 * Where a scheduled call stands. `void`: its caller has not the role any more, so nobody can execute it; admitted
 * again, he could. `old`: it is from before he was admitted again, and is not bound by his delay of now.
 */
export type State = "waits" | "ready" | "expired" | "void" | "old";

/** A call that waits, in people's words. */
export interface Waiting {
  readonly pending: Pending;
  readonly what: Described;
  /** The role that it needs. */
  readonly role: Role | undefined;
  readonly state: State;
  /** Unix seconds. */
  readonly expiresAt: bigint;
  /** Seconds from its schedule until it is ready: what watchers had. */
  readonly notice: bigint;
}

/** All calls that were scheduled and neither executed nor cancelled, the next one first. */
export function waitingOf(situation: Situation): Waiting[] {
  const { authority, header } = situation;
  const list = authority.pending.map((pending): Waiting => {
    const what = describeCall(pending.target, pending.data, situation);
    const role = roleOf(authority, roleFor(pending, what.name, situation));
    const expiresAt = pending.readyAt + authority.expiration;
    return {
      ...{ pending, what, role, expiresAt, notice: pending.readyAt - pending.scheduledAt },
      state: stateOf(pending, role, expiresAt, header.timestamp),
    };
  });
  return list.sort((a, b) => (a.pending.readyAt < b.pending.readyAt ? -1 : 1));
}

function stateOf(pending: Pending, role: Role | undefined, expiresAt: bigint, now: bigint): State {
  if (expiresAt <= now) return "expired";
  const member = role?.members.find(({ address }) => address === pending.caller);
  if (member === undefined) return "void";
  if (pending.scheduledAt < member.since) return "old";
  return pending.readyAt <= now ? "ready" : "waits";
}

/** The role that may make a call: of grants and revocations the admin of the role that they are about. */
function roleFor({ target, data }: Pending, name: string | undefined, { authority, deployment }: Situation): bigint {
  if (target.toLowerCase() === deployment.authority.toLowerCase()) {
    if (name !== "grantRole" && name !== "revokeRole") return ADMIN_ROLE;
    const about = MANAGER.decodeFunctionData(name, data)[0] as bigint;
    return roleOf(authority, about)?.admin ?? ADMIN_ROLE;
  }
  return authority.roles.find(({ functions }) => name !== undefined && functions.includes(name))?.id ?? ADMIN_ROLE;
}
