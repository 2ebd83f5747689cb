// SPDX-License-Identifier: MIT
import { functionRoles, operations, roleLabels, roles } from "../../schema";
import { findOr, type Rows } from "../rows/Rows";
import type { Hex, Moment, Told } from "../scene";

interface AuthorityEvents {
  OperationScheduled: { operationId: Hex; nonce: bigint; schedule: bigint; caller: Hex; target: Hex; data: Hex };
  OperationExecuted: { operationId: Hex; nonce: bigint };
  OperationCanceled: { operationId: Hex; nonce: bigint };
  RoleLabel: { roleId: bigint; label: string };
  RoleGranted: { roleId: bigint; account: Hex; delay: bigint; since: bigint; newMember: boolean };
  RoleRevoked: { roleId: bigint; account: Hex };
  TargetFunctionRoleUpdated: { target: Hex; selector: Hex; roleId: bigint };
}

const HANDLERS: { [K in keyof AuthorityEvents]: (told: Told, event: AuthorityEvents[K]) => Promise<void> } = {
  OperationScheduled: async ({ rows, at, seq, tx }, { operationId, nonce, schedule, caller, target, data }) => {
    const times = { readyAt: Number(schedule), scheduledAt: Number(at.timestamp), endedAt: null };
    const id = operationOf(operationId, nonce);
    const what = { hash: operationId, nonce: Number(nonce), caller, target, data };
    rows.put(operations, { id, ...what, state: "SCHEDULED", ...times, tx, seq });
  },
  OperationExecuted: (told, event) => end(told, event, "EXECUTED"),
  OperationCanceled: (told, event) => end(told, event, "CANCELLED"),
  RoleLabel: async ({ rows }, { roleId: id, label }) => {
    await rows.find(roleLabels, id);
    rows.put(roleLabels, { id, label });
  },
  RoleGranted: async ({ rows }, { roleId: role, account: member, delay, since, newMember }) => {
    const id = `${role}-${member}`;
    const before = await findOr(rows, roles, { id, role, member, delay, since, granted: true });
    // A member whose delay changes stays one since he was; `since` is when the new delay holds.
    rows.put(roles, { ...before, delay, granted: true, since: newMember ? since : before.since });
  },
  RoleRevoked: async ({ rows }, { roleId: role, account: member }) => {
    const id = `${role}-${member}`;
    const before = await findOr(rows, roles, { id, role, member, delay: 0n, since: 0n, granted: false });
    rows.put(roles, { ...before, granted: false });
  },
  TargetFunctionRoleUpdated: async ({ rows }, { target, selector, roleId: role }) => {
    const row = { id: `${target}-${selector}`, target, selector, role };
    await rows.find(functionRoles, row.id);
    rows.put(functionRoles, row);
  },
};

/** An event of the AccessManager; those of guardians and of the targets' own delays change no table. */
export async function authorityEvent(rows: Rows, event: { kind: string }, moment: Moment): Promise<void> {
  const handler = HANDLERS[event.kind as keyof AuthorityEvents] as
    ((told: Told, event: object) => Promise<void>) | undefined;
  await handler?.({ ...moment, rows }, event);
}

async function end({ rows, at }: Told, { operationId, nonce }: { operationId: Hex; nonce: bigint }, state: string) {
  const operation = await rows.find(operations, operationOf(operationId, nonce));
  // One that was never scheduled is executed with nonce 0: it needed no delay.
  if (operation !== undefined) rows.put(operations, { ...operation, state, endedAt: Number(at.timestamp) });
}

const operationOf = (id: Hex, nonce: bigint): string => `${id}-${nonce}`;
