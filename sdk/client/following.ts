// SPDX-License-Identifier: MIT

/** The node does not have a block that was read from another one, or from itself earlier. */
export class NodeBehind extends Error {
  constructor(
    readonly block: number,
    readonly head: number,
  ) {
    super(
      `the node is at block ${head} and block ${block} was read before: wait until it has it, or ask another node.`,
    );
    this.name = "NodeBehind";
  }
}

/** Each try found another chain: nodes that do not agree, behind one address. */
export class ChainMoving extends Error {
  constructor(
    readonly block: number,
    readonly tries: number,
  ) {
    super(`block ${block} was another one in each of ${tries} tries: call sync again, or ask nodes that agree.`);
    this.name = "ChainMoving";
  }
}
