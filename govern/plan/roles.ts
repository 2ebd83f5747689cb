// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";
import { ROLES } from "../../deploy/roles.js";
import { NoAdminLeft } from "../errors.js";
import { MANAGER } from "../look/logs.js";
import { ADMIN_ROLE, CLEARINGHOUSE, restrictedOf, roleNamed, type Member, type Role } from "../look/roles.js";
import type { Situation } from "../look/Situation.js";
import { span } from "../text/span.js";
import type { Wish, WishedRole } from "../wish/Wish.js";
import type { Problems } from "./drafts.js";
import type { Change, Draft } from "./Operation.js";
import { sameAddress } from "./resolve.js";

const MAX_DELAY = 2n ** 32n - 1n;
/** Precompiled contracts, and addresses that nobody has a key of. */
const KEYLESS = 1n << 16n;

/** Roles, delays, functions and targets; what gives comes before what takes. */
export function roleDrafts(wish: Wish, situation: Situation, problems: Problems, before: readonly string[]): Draft[] {
  const { authority, deployment } = situation;
  const [grants, settings, revokes]: [Draft[], Draft[], Draft[]] = [[], [], []];
  const named = new Map<string, { id: bigint; role: Role | undefined; wished: WishedRole }>();
  for (const [label, wished] of Object.entries(wish.roles ?? {})) {
    const role = roleNamed(authority, label);
    const id = role?.id ?? wished.id ?? ROLES[label as keyof typeof ROLES]?.id;
    if (id === undefined) {
      const there = authority.roles.map((each) => each.label).join(", ");
      problems.add("unknown", ["roles", label], `there is no such role (${there}): give a new one its id`);
    } else named.set(label, { id, role, wished });
  }
  const draft = (
    title: string,
    name: string,
    args: unknown[],
    change: Pick<Change, "scope" | "name" | "before" | "after">,
    role = ADMIN_ROLE,
    targetDelay = 0n,
  ): Draft => ({
    ...{ title, role, name, targetDelay, on: "authority", after: before, since: undefined, wait: 0n, lapse: undefined },
    data: MANAGER.encodeFunctionData(name, args) as Hex,
    changes: [{ ...change, bounds: undefined }],
  });
  const idOf = (name: string) => named.get(name)?.id ?? roleNamed(authority, name)?.id;

  for (const [label, { id, role, wished }] of named) {
    const path = ["roles", label];
    const scope = `role ${label}`;
    const adminOf = role?.admin ?? ADMIN_ROLE;
    if (role === undefined || (role.label !== label && id !== ADMIN_ROLE)) {
      const args = [id, label];
      settings.push(draft(`${scope}: name`, "labelRole", args, { scope, name: "name", before: "–", after: label }));
    }
    const members = role?.members ?? [];
    for (const [address, delay] of Object.entries(wished.members ?? {}) as [Address, bigint][]) {
      if (delay > MAX_DELAY)
        problems.add("beyond", [...path, "members", address], `it must be at most ${span(MAX_DELAY)}`);
      const member = members.find((each) => sameAddress(each.address, address));
      const present = member && (member.effect === 0n ? member.delay : member.pendingDelay);
      if (present === delay) continue;
      const change = { scope, name: address, before: memberText(member), after: `member, delay ${span(delay)}` };
      const title = `${scope}: ${member === undefined ? "admits" : "delay of"} ${address}`;
      grants.push(draft(title, "grantRole", [id, address, delay], change, adminOf));
    }
    if (wished.members !== undefined) {
      const kept = Object.keys(wished.members);
      for (const member of members) {
        if (kept.some((each) => sameAddress(each, member.address))) continue;
        const change = { scope, name: member.address, before: memberText(member), after: "no member" };
        const title = `${scope}: dismisses ${member.address}`;
        revokes.push(draft(title, "revokeRole", [id, member.address], change, adminOf));
      }
    }
    for (const [name, call] of [
      ["admin", "setRoleAdmin"],
      ["guardian", "setRoleGuardian"],
    ] as const) {
      const wanted = wished[name];
      if (wanted === undefined) continue;
      const to = idOf(wanted);
      const present = role?.[name] ?? ADMIN_ROLE;
      if (to === undefined) problems.add("unknown", [...path, name], `there is no role ${wanted}`);
      else if (id === ADMIN_ROLE) {
        if (to !== ADMIN_ROLE)
          problems.add("bad", [...path, name], "the admin's own role has no other admin or guardian");
      } else if (to !== present) {
        const before = authority.roles.find((each) => each.id === present)?.label ?? `role-${present}`;
        settings.push(draft(`${scope}: ${name}`, call, [id, to], { scope, name, before, after: wanted }));
      }
    }
    const grantDelay = role?.grantDelay.set ?? 0n;
    if (wished.grantDelay !== undefined && wished.grantDelay !== grantDelay) {
      const after = laterText(grantDelay, wished.grantDelay, authority.minSetback);
      const change = { scope, name: "grantDelay", before: span(grantDelay), after };
      settings.push(draft(`${scope}: delay of grants`, "setGrantDelay", [id, wished.grantDelay], change));
    }
  }
  settings.push(...functionDrafts(named, situation, problems, draft));
  for (const name of ["clearinghouse", "authority"] as const) {
    const { adminDelay, closed } = wish.targets?.[name] ?? {};
    const present = authority.targets[name];
    const scope = `target ${name}`;
    const target = deployment[name];
    if (adminDelay !== undefined && adminDelay !== present.adminDelay.set) {
      const after = laterText(present.adminDelay.set, adminDelay, authority.minSetback);
      const change = { scope, name: "adminDelay", before: span(present.adminDelay.set), after };
      settings.push(draft(`${scope}: delay of its admin`, "setTargetAdminDelay", [target, adminDelay], change));
    }
    if (closed !== undefined && closed !== present.closed) {
      const change = { scope, name: "closed", before: yesNo(present.closed), after: yesNo(closed) };
      const args = [target, closed];
      settings.push(draft(`${scope}: closed`, "setTargetClosed", args, change, ADMIN_ROLE, present.adminDelay.now));
    }
  }
  requireAdmin(wish, situation);
  // Whoever acts as admin dismisses himself last.
  const isAdmins = ({ data }: Draft) => MANAGER.decodeFunctionData("revokeRole", data)[0] === ADMIN_ROLE;
  return [...grants, ...settings, ...revokes.filter((each) => !isAdmins(each)), ...revokes.filter(isAdmins)];
}

type Named = ReadonlyMap<string, { id: bigint; role: Role | undefined; wished: WishedRole }>;

/** Which role may call which function of the clearinghouse: each has one. */
function functionDrafts(
  named: Named,
  { authority, deployment }: Situation,
  problems: Problems,
  draft: (
    title: string,
    name: string,
    args: unknown[],
    change: Pick<Change, "scope" | "name" | "before" | "after">,
    role: bigint,
    targetDelay: bigint,
  ) => Draft,
): Draft[] {
  const restricted = restrictedOf(deployment.options !== undefined);
  const claimed = new Map<string, string>();
  for (const [label, { wished }] of named) {
    for (const name of wished.functions ?? []) {
      const path = ["roles", label, "functions"];
      const other = claimed.get(name);
      if (!restricted.includes(name)) problems.add("unknown", path, `${name} is none of ${restricted.join(", ")}`);
      else if (other !== undefined)
        problems.add("bad", path, `${name} is named under ${other} too: a function has one role`);
      else claimed.set(name, label);
    }
  }
  for (const [label, { role, wished }] of named) {
    if (wished.functions === undefined) continue;
    for (const name of role?.functions ?? []) {
      if (claimed.has(name)) continue;
      problems.add(
        "bad",
        ["roles", label, "functions"],
        `${name} is its function now: keep it, or name it under another role`,
      );
    }
  }
  return [...named].flatMap(([label, { id, role, wished }]) => {
    const gained = (wished.functions ?? []).filter(
      (name) => restricted.includes(name) && claimed.get(name) === label && !(role?.functions ?? []).includes(name),
    );
    if (gained.length === 0) return [];
    const scope = `role ${label}`;
    const owners = gained.map(
      (name) => authority.roles.find((each) => each.functions.includes(name))?.label ?? "ADMIN",
    );
    const before = gained.map((name, i) => `${name} (${owners[i]})`).join(", ");
    const selectors = gained.map((name) => CLEARINGHOUSE.getFunction(name)!.selector);
    const change = { scope, name: "functions", before, after: `${gained.join(", ")} (${label})` };
    const args = [deployment.clearinghouse, selectors, id];
    const delay = authority.targets.clearinghouse.adminDelay.now;
    return [draft(`${scope}: functions`, "setTargetFunctionRole", args, change, ADMIN_ROLE, delay)];
  });
}

/** Somebody who can act must be admin afterwards. */
function requireAdmin(wish: Wish, { authority, deployment }: Situation): void {
  const wished = wish.roles?.ADMIN?.members;
  if (wished === undefined) return;
  const able = Object.keys(wished).filter(
    (each) =>
      BigInt(each) >= KEYLESS &&
      !Object.values(deployment).some((at) => typeof at === "string" && sameAddress(at, each)),
  );
  if (able.length > 0) return;
  const names = Object.keys(wished);
  const were = authority.roles.find(({ id }) => id === ADMIN_ROLE)?.members.map(({ address }) => address) ?? [];
  throw new NoAdminLeft(
    names.length === 0 ? `${were.join(", ")} would be dismissed` : `${names.join(", ")} cannot act`,
  );
}

/** Of a delay that holds later: the AccessManager lets nobody shorten one at once. */
function laterText(before: bigint, after: bigint, minSetback: bigint): string {
  const shortened = before > after ? before - after : 0n;
  return `${span(after)}, in force ${span(shortened > minSetback ? shortened : minSetback)} after that`;
}

function memberText(member: Member | undefined): string {
  if (member === undefined) return "no member";
  const { delay, pendingDelay, effect } = member;
  return `member, delay ${span(delay)}${effect === 0n ? "" : `, soon ${span(pendingDelay)}`}`;
}

function yesNo(value: boolean): string {
  return value ? "yes" : "no";
}
