// SPDX-License-Identifier: MIT
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { Interface } from "ethers";
import type { Address } from "../../sdk/range.js";
import { ask } from "../look/ask.js";
import { PUBLIC_ROLE } from "../look/roles.js";
import type { Situation } from "../look/Situation.js";
import { draftsOf, type PausesKnown } from "../plan/drafts.js";
import { sameAddress } from "../plan/resolve.js";
import type { WishFile } from "../wish/WishFile.js";
import { codesOf, contractsOf } from "./codes.js";

/** A place where the chain is not as the file says. */
export interface Drift {
  readonly kind: "parameter" | "role" | "target" | "code" | "authority";
  readonly scope: string;
  readonly name: string;
  readonly wished: string;
  readonly found: string;
}

const MANAGED = new Interface(["function authority() view returns (address)"]);
const NOBODY = "nothing of it";

/** All of them: values, roles and delays, code, and who is asked for permission. */
export async function driftOf(rpc: Rpc, file: WishFile, situation: Situation, pauses: PausesKnown): Promise<Drift[]> {
  const values = draftsOf(file, situation, pauses).flatMap(({ on, name, changes, title }) => {
    const kind = on === "clearinghouse" ? "parameter" : /^setTarget(Closed|AdminDelay)$/.test(name) ? "target" : "role";
    if (changes.length === 0) return [{ kind, scope: title, name, wished: "made", found: NOBODY } as const];
    return changes.map(({ scope, name: what, before, after }): Drift => {
      return { kind, scope, name: what, wished: after, found: before };
    });
  });
  return [
    ...values,
    ...unnamedRoles(file, situation),
    ...(await codeDrift(rpc, file, situation)),
    ...(await authorityDrift(rpc, situation)),
  ];
}

/** Roles that have members or functions and that the file does not name; only when it names some. */
function unnamedRoles({ wish }: WishFile, { authority }: Situation): Drift[] {
  if (wish.roles === undefined) return [];
  const named = Object.keys(wish.roles);
  return authority.roles
    .filter(({ id, label, members, functions }) => {
      return id !== PUBLIC_ROLE && !named.includes(label) && members.length + functions.length > 0;
    })
    .map(({ label, members, functions }) => ({
      ...({ kind: "role", scope: `role ${label}`, name: "members and functions", wished: NOBODY } as const),
      found: [...members.map(({ address }) => address), ...functions].join(", "),
    }));
}

async function codeDrift(rpc: Rpc, { wish }: WishFile, situation: Situation): Promise<Drift[]> {
  if (wish.code === undefined) return [];
  const contracts = new Map(contractsOf(situation));
  for (const name of Object.keys(wish.code)) if (/^0x[0-9a-fA-F]{40}$/.test(name)) contracts.set(name, name as Address);
  const codes = await codesOf(rpc, contracts);
  const drift = Object.entries(wish.code).flatMap(([name, wished]): Drift[] => {
    const found = codes.get(name) ?? "no code";
    return found === wished ? [] : [{ kind: "code", scope: name, name: "code", wished, found }];
  });
  const unnamed = [...codes].filter(([name]) => !(name in wish.code!));
  return [
    ...drift,
    ...unnamed.map(([name, found]): Drift => ({ kind: "code", scope: name, name: "code", wished: NOBODY, found })),
  ];
}

/** Another AccessManager would make all roles of this one void. */
async function authorityDrift(rpc: Rpc, { deployment }: Situation): Promise<Drift[]> {
  const [found] = (await ask(rpc, MANAGED, deployment.clearinghouse, "authority")) as [Address];
  if (sameAddress(found, deployment.authority)) return [];
  return [{ kind: "authority", scope: "clearinghouse", name: "authority", wished: deployment.authority, found }];
}
