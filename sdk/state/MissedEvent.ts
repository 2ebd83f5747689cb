// SPDX-License-Identifier: MIT

/** An event that cannot follow on the ones before it. */
export class MissedEvent extends Error {
  constructor(readonly fact: string) {
    super(
      `${fact}: an event before it is missing or came twice. Rebuild from the deployment block, in the chain's order.`,
    );
  }
}
