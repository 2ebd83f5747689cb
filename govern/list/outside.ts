// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Address } from "../../sdk/range.js";
import { askIf } from "../look/ask.js";
import { readExecutor } from "../look/executors.js";
import type { Situation } from "../look/Situation.js";
import { readProposals, type OpenProposal } from "./proposals.js";
import { operationOf, readTimelocked, type TimelockedOperation } from "./timelocked.js";

/** What waits before it reaches the AccessManager. */
export interface Outside {
  readonly proposals: readonly OpenProposal[];
  /** Each with the proposal that it executes, if a Governor queued it. */
  readonly operations: readonly (TimelockedOperation & { readonly proposal: bigint | undefined })[];
  /** Timelocks with a role whose Governor is neither named nor found: its proposals are not seen. */
  readonly headless: readonly Address[];
}

export interface Named {
  readonly governors: readonly Address[];
  readonly timelocks: readonly Address[];
}

/**
 * Proposals and operations of the Governors and timelocks that are named, and of those that are members of roles: a
 * timelock by itself, its Governor by the timelock's events.
 */
export async function readOutside(rpc: Rpc, situation: Situation, named: Named): Promise<Outside> {
  const { authority, deployment, header } = situation;
  const { firstBlock } = deployment;
  const members = new Set(authority.roles.flatMap(({ members: all }) => all.map(({ address }) => address)));
  const executors = await Promise.all([...members].map((each) => readExecutor(rpc, each, firstBlock)));
  const found = executors.filter((each) => each.kind === "timelock");
  const governors = unique([...named.governors, ...found.flatMap(({ governor }) => governor?.address ?? [])]);
  const timelocks = unique([...named.timelocks, ...found.map(({ address }) => address)]);
  const proposals = await Promise.all(governors.map((each) => readProposals(rpc, each, firstBlock, header.number)));
  const operations = await Promise.all(
    timelocks.map((each) => readTimelocked(rpc, each, firstBlock, header.number, header.timestamp)),
  );
  const ledBy = new Set(await Promise.all(named.governors.map((each) => timelockOf(rpc, each))));
  const headless = found
    .filter(({ governor, address }) => governor === undefined && !ledBy.has(address.toLowerCase()))
    .map(({ address }) => address);
  const queued = new Map(proposals.flat().map((each) => [operationOf(each), each.id]));
  return {
    proposals: proposals.flat(),
    operations: operations.flat().map((each) => ({ ...each, proposal: queued.get(each.id) })),
    headless,
  };
}

const GOVERNOR = new Interface(["function timelock() view returns (address)"]);

async function timelockOf(rpc: Rpc, governor: Address): Promise<string | undefined> {
  const [timelock] = (await askIf(rpc, GOVERNOR, governor, "timelock")) ?? [];
  return timelock === undefined ? undefined : String(timelock).toLowerCase();
}

function unique(addresses: readonly Address[]): Address[] {
  return [...new Map(addresses.map((each) => [each.toLowerCase(), each])).values()];
}
