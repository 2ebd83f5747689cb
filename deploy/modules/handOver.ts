// SPDX-License-Identifier: MIT
import type {
  ArgumentType,
  CallableContractFuture,
  ContractCallFuture,
  IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";
import { ADMIN, GUARDED, ROLES, ROLE_NAMES, type RoleName } from "../roles.js";

/** Who gets each role. */
export interface Holders {
  GOVERNOR: ArgumentType;
  RISK: ArgumentType;
  GUARDIAN: ArgumentType;
}

export interface HandOver {
  readonly authority: CallableContractFuture<string>;
  readonly clearinghouse: CallableContractFuture<string>;
  readonly holders: Holders;
  /** The selectors that a role may call. */
  readonly functionsOf: (role: RoleName) => string[];
  /** What comes before. */
  readonly last: ContractCallFuture<string, string>;
}

/**
 * Each function gets its role and each role its guardian, in any order; the last two calls make the governor admin and
 * the deployer nobody. Returns the last.
 */
export function handOver(m: IgnitionModuleBuilder, { authority, clearinghouse, holders, ...given }: HandOver) {
  const delays = { GOVERNOR: m.getParameter("governorDelay"), RISK: m.getParameter("riskDelay"), GUARDIAN: 0 };
  const send = (name: string, args: ArgumentType[], id: string, after = [given.last]) =>
    m.call(authority, name, args, { id, after });
  // What waits for nothing else is sent together: each wait is for several blocks.
  const calls = ROLE_NAMES.flatMap((role) => [
    send("labelRole", [ROLES[role].id, role], `Label${role}`),
    send("setTargetFunctionRole", [clearinghouse, given.functionsOf(role), ROLES[role].id], `Functions${role}`),
    send("grantRole", [ROLES[role].id, holders[role], delays[role]], `Grant${role}`),
  ]);
  calls.push(
    ...GUARDED.map(([role, guardian]) => send("setRoleGuardian", [ROLES[role].id, guardian], `Guardian${role}`)),
  );
  const admin = send("grantRole", [ADMIN, holders.GOVERNOR, delays.GOVERNOR], "GrantADMIN", calls);
  return send("renounceRole", [ADMIN, m.getAccount(0)], "RenounceADMIN", [admin]);
}
