// SPDX-License-Identifier: MIT
// Why a proposal is not made. Each error is of one cause, and says what to do.

/** A proposal, or a command, that is refused. */
export class GovernError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

// ------------------------------------------------------------------ the file

/** The file is not there, or cannot be read. */
export class WishUnreadable extends GovernError {}

/** The file is no YAML, or no JSON. */
export class WishNotYaml extends GovernError {
  constructor(file: string, line: number, why: string) {
    super(`${file}:${line}: ${why}. Write YAML or JSON, as docs/govern.md shows.`);
  }
}

export interface Problem {
  /** Of the file, from 1. */
  readonly line: number;
  /** As `markets.BTC.initialMargin`. */
  readonly path: string;
  readonly why: string;
}

/** Fields of the file that hold what they cannot hold: all of them are told. */
export class WishBad extends GovernError {
  constructor(
    readonly file: string,
    readonly problems: readonly Problem[],
  ) {
    super(problems.map(({ line, path, why }) => `${file}:${line}: ${path}: ${why}`).join("\n"));
  }
}

/** Parameters that the contracts would refuse. */
export class BeyondBounds extends WishBad {}

/** It names a market, a role or a function that is not there. */
export class Unknown extends WishBad {}

// ------------------------------------------------------------------ the proposal

/** The chain is as the file wishes. */
export class NothingToDo extends GovernError {
  constructor(file: string) {
    super(`The venue is as ${file} wishes: there is nothing to propose.`);
  }
}

/** Nobody has the role that a change needs. */
export class NobodyMay extends GovernError {
  constructor(what: string, role: string) {
    super(`Nobody may ${what}: the role ${role} has no member. Grant it first, in a proposal of its own.`);
  }
}

/** Several members have the role: one of them has to act. */
export class WhichMember extends GovernError {
  constructor(role: string, members: readonly string[]) {
    super(
      `${members.length} members have the role ${role}. Name who acts under executors.${role}: ${members.join(", ")}`,
    );
  }
}

/** The named executor cannot act. */
export class NotAMember extends GovernError {
  constructor(role: string, executor: string, members: readonly string[]) {
    super(`executors.${role} is ${executor}, who has not that role. Its members: ${members.join(", ") || "nobody"}.`);
  }
}

/** After it nobody could grant a role any more. */
export class NoAdminLeft extends GovernError {
  constructor(left: string) {
    super(
      `The proposal leaves no admin (${left}): nobody could grant a role, or replace a key, ever again. ` +
        "Name at least one address under roles.ADMIN that somebody has the key of.",
    );
  }
}

/** A call of the proposal waits already. */
export class ScheduledTwice extends GovernError {
  constructor(what: string, caller: string, ready: string, expires: string) {
    super(
      `"${what}" is scheduled already by ${caller}: it can run from ${ready} until ${expires}. ` +
        "Execute that one, or cancel it before you propose it again.",
    );
  }
}

/** Two calls of one proposal are the same: the AccessManager knows an operation by caller, target and data alone. */
export class SameCallTwice extends GovernError {
  constructor(what: string) {
    super(
      `The proposal needs "${what}" twice, and the AccessManager takes two equal calls for one operation. ` +
        "Make a proposal of each, one after the other.",
    );
  }
}

/** A schedule from before a member was admitted again. */
export class OldScheduleBlocks extends GovernError {
  constructor(what: string, caller: string, made: string, since: string, effect: string, cancel: string) {
    super(
      `"${what}" was scheduled by ${caller} on ${made}, before he was admitted to the role again on ${since}. ` +
        `${effect} Cancel the old schedule first, as its caller: ${cancel}`,
    );
  }
}

/** Its time is over before what it waits for. */
export class ExpiresBeforeItCanRun extends GovernError {}

/** A contract refuses a step of the proposal, in the simulation. */
export class RefusedByContract extends GovernError {
  constructor(
    readonly step: string,
    readonly error: string,
    sentence: string,
  ) {
    super(`"${step}" would be refused: ${error}. ${sentence}`);
  }
}

/** The proposal ran, and the chain is not as the file wishes. */
export class NotAsWished extends GovernError {
  constructor(left: readonly string[]) {
    super(`After the whole proposal these differ from the file still: ${left.join("; ")}. Report it as a fault.`);
  }
}

/** Two ways to compute one figure differ: neither may be trusted. */
export class SimulationDisagrees extends GovernError {
  constructor(what: string) {
    super(`The simulation disagrees with the contracts about ${what}. Report it as a fault; do not vote by it.`);
  }
}

/** The fork cannot be made or asked. */
export class ForkFailed extends GovernError {}

/** A text that a Governor would read as more than a description. */
export class DescriptionMisread extends GovernError {
  constructor() {
    super(
      'The description ends in "#proposer=" and an address: a Governor would let nobody else propose it. Reword its end.',
    );
  }
}
