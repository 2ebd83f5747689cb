// SPDX-License-Identifier: MIT
import { AbiCoder, Interface } from "ethers";
import { keccak256, keccakText } from "../../sdk/keccak.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";
import { DescriptionMisread, ExpiresBeforeItCanRun } from "../errors.js";
import type { GovernorFacts } from "../look/executors.js";
import type { Step } from "../plan/steps.js";
import { span } from "../text/span.js";

const GOVERNOR = new Interface([
  "function propose(address[] targets, uint256[] values, bytes[] calldatas, string description) returns (uint256)",
  "function queue(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) returns (uint256)",
  "function execute(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) returns (uint256)",
]);
const CODER = AbiCoder.defaultAbiCoder();
/** What OpenZeppelin's Governor reads at the end of a description. */
const PROPOSER = /#proposer=0x[0-9a-fA-F]{40}$/;

/** A proposal of an OpenZeppelin Governor, and the calldata of its three moments. */
export interface GovernorProposal {
  readonly governor: Address | undefined;
  readonly timelock: Address;
  readonly proposalId: string;
  readonly targets: readonly Address[];
  readonly values: readonly string[];
  readonly calldatas: readonly Hex[];
  readonly description: string;
  readonly descriptionHash: Hex;
  readonly propose: Hex;
  readonly queue: Hex;
  readonly execute: Hex;
}

/** One step of a proposal for the Governor whose timelock makes it. Throws DescriptionMisread. */
export function governorProposal(
  step: Step,
  authority: Address,
  description: string,
  governor: Address | undefined,
): GovernorProposal {
  if (PROPOSER.test(description)) throw new DescriptionMisread();
  const targets = step.calls.map(() => authority);
  const values = step.calls.map(() => "0");
  const calldatas = step.calls.map(({ data }) => data);
  const descriptionHash = keccakText(description);
  const types = ["address[]", "uint256[]", "bytes[]", "bytes32"];
  const id = keccak256(CODER.encode(types, [targets, values, calldatas, descriptionHash]) as Hex);
  const call = (name: string, last: string) =>
    GOVERNOR.encodeFunctionData(name, [targets, values, calldatas, last]) as Hex;
  return {
    ...{ governor, timelock: step.caller, proposalId: BigInt(id).toString() },
    ...{ targets, values, calldatas, description, descriptionHash },
    propose: call("propose", description),
    queue: call("queue", descriptionHash),
    execute: call("execute", descriptionHash),
  };
}

/** Refuses an execution whose own vote would end after its schedule has expired. */
export function requireInTime(step: Step, { name, vote, timelock }: GovernorFacts): void {
  if (step.kind === "schedule") return;
  const soonest = vote + timelock;
  for (const { title, expiresAfter } of step.operations) {
    if (expiresAfter === undefined || soonest < expiresAfter) continue;
    throw new ExpiresBeforeItCanRun(
      `"${title}" expires ${span(expiresAfter)} after its schedule, and the vote of ${name} on its execution takes ` +
        `${span(soonest)} (vote ${span(vote)}, timelock ${span(timelock)}). Give the timelock's role no delay in the ` +
        "AccessManager (its own timelock is the delay then), or shorten the vote.",
    );
  }
}
