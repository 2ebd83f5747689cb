// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Address } from "../../sdk/range.js";
import { ask, askIf } from "../look/ask.js";
import { eventsOf } from "../look/logs.js";
import { GovernError } from "../errors.js";

const GOVERNOR = new Interface([
  "function name() view returns (string)",
  "function state(uint256 proposalId) view returns (uint8)",
  "function proposalEta(uint256 proposalId) view returns (uint256)",
  "function CLOCK_MODE() view returns (string)",
  "event ProposalCreated(uint256 proposalId, address proposer, address[] targets, uint256[] values, string[] signatures, bytes[] calldatas, uint256 voteStart, uint256 voteEnd, string description)",
]);

/** As IGovernor numbers them. */
const STATES = ["pending", "active", "canceled", "defeated", "succeeded", "queued", "expired", "executed"] as const;
export type ProposalState = (typeof STATES)[number];
/** Something can still come of it. */
const OPEN: readonly ProposalState[] = ["pending", "active", "succeeded", "queued"];

/** A call that somebody has proposed or scheduled outside of the AccessManager. */
export interface OutsideCall {
  readonly target: Address;
  readonly value: bigint;
  readonly data: string;
}

export interface OpenProposal {
  readonly governor: Address;
  readonly governorName: string;
  readonly id: bigint;
  readonly proposer: Address;
  readonly description: string;
  readonly state: ProposalState;
  /** By the Governor's clock: seconds or blocks. */
  readonly voteStart: bigint;
  readonly voteEnd: bigint;
  readonly clock: "timestamp" | "blocknumber";
  /** Unix seconds from which it can be executed, once it is queued; 0: it is not. */
  readonly eta: bigint;
  readonly calls: readonly OutsideCall[];
}

/** What was named as a Governor does not answer as one. */
export class NotAGovernor extends GovernError {
  constructor(address: Address) {
    super(`${address} does not answer as an OpenZeppelin Governor does. Give the Governor's own address.`);
  }
}

/** The proposals of a Governor of which something can still come, the earliest first. */
export async function readProposals(rpc: Rpc, governor: Address, from: number, head: number): Promise<OpenProposal[]> {
  const [name] = (await askIf(rpc, GOVERNOR, governor, "name")) ?? [];
  const [mode] = (await askIf(rpc, GOVERNOR, governor, "CLOCK_MODE")) ?? [];
  if (name === undefined || mode === undefined) throw new NotAGovernor(governor);
  const clock = String(mode).includes("timestamp") ? "timestamp" : "blocknumber";
  const created = await eventsOf(rpc, GOVERNOR, governor, from, head);
  const all = await Promise.all(
    created.map(async ({ args }): Promise<OpenProposal[]> => {
      const id = args.proposalId as bigint;
      const [number] = await ask(rpc, GOVERNOR, governor, "state", [id]);
      const state = STATES[Number(number)]!;
      if (!OPEN.includes(state)) return [];
      const [eta] = (await askIf(rpc, GOVERNOR, governor, "proposalEta", [id])) ?? [0n];
      const [targets, values, calldatas] = [args[2], args[3], args[5]] as [Address[], bigint[], string[]];
      const calls = Array.from(targets, (target, i) => ({ target, value: values[i]!, data: calldatas[i]! }));
      return [
        {
          ...{ governor, governorName: name as string, id, state, clock, eta: eta as bigint, calls },
          ...{ proposer: args.proposer as Address, description: args.description as string },
          ...{ voteStart: args.voteStart as bigint, voteEnd: args.voteEnd as bigint },
        },
      ];
    }),
  );
  return all.flat();
}
