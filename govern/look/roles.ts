// SPDX-License-Identifier: MIT
import { Interface, type InterfaceAbi } from "ethers";
import { clearinghouseFunctionsAbi } from "../../sdk/abis/clearinghouseFunctions.js";
import { optionFunctionsAbi } from "../../sdk/abis/optionFunctions.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";
import { OPTION_FUNCTIONS } from "../../deploy/optionRoles.js";
import { ROLES } from "../../deploy/roles.js";
import { ask } from "./ask.js";
import { MANAGER, eventsOf, type Happened } from "./logs.js";

/** Of both kinds: what only a clearinghouse of options has stands behind. */
export const CLEARINGHOUSE = new Interface([
  ...clearinghouseFunctionsAbi,
  ...optionFunctionsAbi,
] as unknown as InterfaceAbi);

export const ADMIN_ROLE = 0n;
export const PUBLIC_ROLE = 2n ** 64n - 1n;

/** A member of a role. */
export interface Member {
  readonly address: Address;
  /** From then on he has the role. */
  readonly since: bigint;
  /** Seconds between his schedule and his execution. */
  readonly delay: bigint;
  /** What the delay will be from `effect` on; `effect` 0: it stays. */
  readonly pendingDelay: bigint;
  readonly effect: bigint;
}

/** A delay whose change takes effect days later. */
export interface Delay {
  readonly now: bigint;
  /** What was set last, and from when on that holds. */
  readonly set: bigint;
  readonly from: bigint;
}

export interface Role {
  readonly id: bigint;
  readonly label: string;
  readonly members: readonly Member[];
  readonly admin: bigint;
  readonly guardian: bigint;
  readonly grantDelay: Delay;
  /** Of the clearinghouse. */
  readonly functions: readonly string[];
}

/** A call that was scheduled and is neither executed nor cancelled. */
export interface Pending {
  readonly id: Hex;
  readonly nonce: bigint;
  readonly caller: Address;
  readonly target: Address;
  readonly data: Hex;
  readonly scheduledAt: bigint;
  readonly readyAt: bigint;
}

export interface Targets {
  readonly adminDelay: Delay;
  readonly closed: boolean;
}

/** Who may do what, and what waits. */
export interface Authority {
  /** By number, in ascending order. */
  readonly roles: readonly Role[];
  /** Seconds from when a call is ready until it expires. */
  readonly expiration: bigint;
  readonly minSetback: bigint;
  readonly pending: readonly Pending[];
  readonly targets: { readonly clearinghouse: Targets; readonly authority: Targets };
}

export interface Where {
  readonly authority: Address;
  readonly clearinghouse: Address;
  readonly firstBlock: number;
  /** Only a clearinghouse of options has it. */
  readonly options?: unknown;
}

/** The AccessManager at the node's head: names from its events, values from its views. */
export async function readAuthority(rpc: Rpc, where: Where, head: number): Promise<Authority> {
  const { authority, clearinghouse } = where;
  const events = await eventsOf(rpc, MANAGER, authority, where.firstBlock, head);
  const call = async (name: string, ...args: unknown[]) => (await ask(rpc, MANAGER, authority, name, args)) as bigint[];
  const functionRoles = await rolesOfFunctions(rpc, where);
  const ids = [...idsIn(events, functionRoles)].sort((a, b) => (a < b ? -1 : 1));
  const roles = await Promise.all(
    ids.map(async (id): Promise<Role> => {
      const admitted = [...new Set(of(events, "RoleGranted", id).map(({ args }) => args.account as Address))];
      const members = (await Promise.all(admitted.map((each) => memberOf(call, id, each)))).filter(
        ({ since }) => since !== 0n,
      );
      const [admin, guardian, grantDelay] = await Promise.all([
        call("getRoleAdmin", id),
        call("getRoleGuardian", id),
        call("getRoleGrantDelay", id),
      ]);
      return {
        id,
        label: labelOf(events, id),
        members,
        admin: admin[0]!,
        guardian: guardian[0]!,
        grantDelay: delayOf(grantDelay[0]!, of(events, "RoleGrantDelayChanged", id).at(-1)),
        functions: [...functionRoles].filter(([, role]) => role === id).map(([name]) => name),
      };
    }),
  );
  const targetOf = async (target: Address): Promise<Targets> => ({
    adminDelay: delayOf(
      (await call("getTargetAdminDelay", target))[0]!,
      events.findLast(({ name, args }) => name === "TargetAdminDelayUpdated" && args.target === target),
    ),
    closed: (await call("isTargetClosed", target))[0] as unknown as boolean,
  });
  return {
    roles,
    expiration: (await call("expiration"))[0]!,
    minSetback: (await call("minSetback"))[0]!,
    pending: pendingIn(events),
    targets: { clearinghouse: await targetOf(clearinghouse), authority: await targetOf(authority) },
  };
}

/** No view tells what a delay will be: the event that set it does. */
function delayOf(now: bigint, event: Happened | undefined): Delay {
  if (event === undefined) return { now, set: now, from: 0n };
  return { now, set: event.args.delay as bigint, from: event.args.since as bigint };
}

/** The names of the functions of a clearinghouse that somebody's role may be asked for. */
export const RESTRICTED: readonly string[] = Object.values(ROLES).flatMap(({ functions }) => functions);

/** The same of a clearinghouse of options. */
export function restrictedOf(isOptions: boolean): readonly string[] {
  return isOptions ? [...RESTRICTED, ...Object.values(OPTION_FUNCTIONS).flat()] : RESTRICTED;
}

/** What a role is called: by the AccessManager's label, else by the venue's own plan, else by its number. */
function labelOf(events: readonly Happened[], id: bigint): string {
  if (id === ADMIN_ROLE) return "ADMIN";
  if (id === PUBLIC_ROLE) return "PUBLIC";
  const label = of(events, "RoleLabel", id).at(-1)?.args.label as string | undefined;
  const planned = Object.entries(ROLES).find(([, role]) => role.id === id)?.[0];
  const own = label !== undefined && /^[A-Za-z0-9._/-]{1,32}$/.test(label) ? label : planned;
  return own ?? `role-${id}`;
}

async function memberOf(
  call: (name: string, ...args: unknown[]) => Promise<bigint[]>,
  id: bigint,
  address: Address,
): Promise<Member> {
  const [since, delay, pendingDelay, effect] = (await call("getAccess", id, address)) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  return { address, since, delay, pendingDelay, effect };
}

/** Also functions that have no role by the venue's plan, when they were given one. */
async function rolesOfFunctions(rpc: Rpc, { authority, clearinghouse, options }: Where): Promise<Map<string, bigint>> {
  const named = await Promise.all(
    restrictedOf(options !== undefined).map(async (name): Promise<[string, bigint]> => {
      const { selector } = CLEARINGHOUSE.getFunction(name)!;
      const [role] = await ask(rpc, MANAGER, authority, "getTargetFunctionRole", [clearinghouse, selector]);
      return [name, role as bigint];
    }),
  );
  return new Map(named);
}

function of(events: readonly Happened[], name: string, role: bigint): Happened[] {
  return events.filter((event) => event.name === name && event.args.roleId === role);
}

function idsIn(events: readonly Happened[], functions: ReadonlyMap<string, bigint>): Set<bigint> {
  const named = events.flatMap(({ args }) => {
    const { roleId, admin, guardian } = args.toObject() as Record<string, bigint | undefined>;
    return [roleId, admin, guardian].filter((each) => each !== undefined);
  });
  const planned = Object.values(ROLES).map(({ id }) => id);
  return new Set([ADMIN_ROLE, ...planned, ...named, ...functions.values()]);
}

function pendingIn(events: readonly Happened[]): Pending[] {
  const waiting = new Map<Hex, Pending>();
  for (const { name, args, time } of events) {
    const id = args.toObject().operationId as Hex | undefined;
    if (id === undefined) continue;
    if (name === "OperationScheduled") {
      waiting.set(id, {
        id,
        nonce: args.nonce as bigint,
        caller: args.caller as Address,
        target: args.target as Address,
        data: args.data as Hex,
        scheduledAt: time,
        readyAt: args.schedule as bigint,
      });
    } else waiting.delete(id); // executed, or cancelled
  }
  return [...waiting.values()];
}

/** The role of a name, or of a number. */
export function roleNamed({ roles }: Pick<Authority, "roles">, name: string): Role | undefined {
  return roles.find(({ label, id }) => label === name || `role-${id}` === name);
}

/** The role of a number. */
export function roleOf({ roles }: Pick<Authority, "roles">, id: bigint): Role | undefined {
  return roles.find((role) => role.id === id);
}
