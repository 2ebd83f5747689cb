// SPDX-License-Identifier: MIT
import { AbiCoder } from "ethers";
import { keccak256 } from "../../sdk/keccak.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";
import {
  ExpiresBeforeItCanRun,
  NobodyMay,
  NotAMember,
  NothingToDo,
  OldScheduleBlocks,
  SameCallTwice,
  ScheduledTwice,
  WhichMember,
} from "../errors.js";
import { MANAGER } from "../look/logs.js";
import { roleOf, type Member } from "../look/roles.js";
import type { Situation } from "../look/Situation.js";
import { momentText, span } from "../text/span.js";
import type { WishFile } from "../wish/WishFile.js";
import { draftsOf, type PausesKnown } from "./drafts.js";
import { roleLabel } from "./markets.js";
import type { Draft, Operation } from "./Operation.js";
import { sameAddress } from "./resolve.js";

const CODER = AbiCoder.defaultAbiCoder();

/** What the AccessManager calls an operation. */
export function operationId(caller: Address, target: Address, data: Hex): Hex {
  return keccak256(CODER.encode(["address", "address", "bytes"], [caller, target, data]) as Hex);
}

/**
 * The calls of a proposal, each with who makes it and when. Throws what is wrong with the wishes, and refuses what
 * could never run.
 */
export function planOf(file: WishFile, situation: Situation, pauses: PausesKnown): Operation[] {
  const drafts = draftsOf(file, situation, pauses);
  if (drafts.length === 0) throw new NothingToDo(file.name);
  const operations: Operation[] = [];
  for (const draft of drafts) operations.push(timed(draft, operations, file, situation));
  for (const [index, { id, title }] of operations.entries()) {
    if (operations.slice(0, index).some((each) => each.id === id)) throw new SameCallTwice(title.replace(/:.*/, ""));
  }
  return operations;
}

function timed(draft: Draft, before: readonly Operation[], file: WishFile, situation: Situation): Operation {
  const { authority, deployment, header } = situation;
  const member = executorOf(draft, file, situation);
  const caller = member.address;
  const target = deployment[draft.on];
  const id = operationId(caller, target, draft.data);
  const delay = member.delay > draft.targetDelay ? member.delay : draft.targetDelay;
  const runs = (title: string) => before.find((each) => each.title === title)?.runsAfter ?? 0n;
  const origin = draft.since === undefined ? 0n : runs(draft.since);
  const runsAfter = [delay, ...draft.after.map(runs), origin + draft.wait].reduce((a, b) => (b > a ? b : a));
  const expiresAfter = delay === 0n ? undefined : delay + authority.expiration;
  const label = roleLabel(situation, draft.role);
  if (expiresAfter !== undefined && runsAfter >= expiresAfter) {
    throw new ExpiresBeforeItCanRun(
      `"${draft.title}" can run from ${span(delay)} after its schedule until ${span(expiresAfter)} after it, and has ` +
        `to wait ${span(runsAfter)} for what comes before it. Make a proposal of its own of it, later.`,
    );
  }
  if (draft.lapse !== undefined && runsAfter >= origin + draft.lapse) {
    throw new ExpiresBeforeItCanRun(
      `"${draft.title}" needs a pause that ends ${span(origin + draft.lapse)} after the start, and can run only ` +
        `${span(runsAfter)} after it, as ${label} waits ${span(delay)}. Schedule it alone first; ` +
        "let the guardian pause the market two to seven days before it is ready.",
    );
  }
  refusePending(draft, { id, delay, member, roleLabel: label }, situation, header.timestamp);
  return { ...draft, caller, roleLabel: label, target, id, delay, readyAfter: delay, runsAfter, expiresAfter };
}

/** The member who acts for the role that a call needs. */
function executorOf(draft: Draft, { wish }: WishFile, situation: Situation): Member {
  const { authority, header } = situation;
  const label = roleLabel(situation, draft.role);
  const able = (roleOf(authority, draft.role)?.members ?? []).filter(({ since }) => since <= header.timestamp);
  const named = wish.executors?.[label];
  const names = able.map(({ address }) => address);
  if (named !== undefined) {
    const member = able.find(({ address }) => sameAddress(address, named));
    if (member === undefined) throw new NotAMember(label, named, names);
    return member;
  }
  if (able.length === 0) throw new NobodyMay(`call ${draft.name} for "${draft.title}"`, label);
  if (able.length > 1) throw new WhichMember(label, names);
  return able[0]!;
}

interface Wanted {
  id: Hex;
  delay: bigint;
  member: Member;
  roleLabel: string;
}

/** An equal call that waits already: of now, or from before its caller was admitted again. */
function refusePending(draft: Draft, { id, delay, member }: Wanted, { authority }: Situation, now: bigint): void {
  const pending = authority.pending.find((each) => each.id === id);
  if (pending === undefined) return;
  const expires = pending.readyAt + authority.expiration;
  if (expires <= now) return; // lapsed: it may be scheduled again, and blocks nothing
  if (delay === 0n && pending.readyAt <= now) return; // `execute` uses it up
  const { caller, target, data, scheduledAt, readyAt } = pending;
  const [ready, until] = [momentText(readyAt), momentText(expires)];
  if (delay !== 0n && scheduledAt >= member.since) throw new ScheduledTwice(draft.title, caller, ready, until);
  const effect =
    delay === 0n
      ? `It blocks \`execute\` until ${ready} (AccessManagerNotReady), although he has no delay now.`
      : `It cannot be scheduled anew until ${until} (AccessManagerAlreadyScheduled), and the old schedule runs from ${ready} on, whatever his delay is now.`;
  const cancel = `call the AccessManager with ${cancelData(caller, target, data)}`;
  throw new OldScheduleBlocks(draft.title, caller, momentText(scheduledAt), momentText(member.since), effect, cancel);
}

/** The calldata that takes a schedule back. */
export function cancelData(caller: Address, target: Address, data: Hex): Hex {
  return MANAGER.encodeFunctionData("cancel", [caller, target, data]) as Hex;
}
