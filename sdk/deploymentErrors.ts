// SPDX-License-Identifier: MIT
// What is wrong with a deployment file. Each message names the file and says what to do.

/** A deployment file that cannot be used. */
export class DeploymentError extends Error {
  /** @param file Where it came from. @param what The fault, and what to do. */
  constructor(
    readonly file: string,
    what: string,
  ) {
    super(`${file} ${what}`);
    this.name = new.target.name;
  }
}

/** The file is not JSON, or not an object. */
export class DeploymentNotJson extends DeploymentError {
  constructor(file: string, why: string) {
    super(file, `is no deployment file: ${why}. Give the file that npm run deploy wrote.`);
  }
}

/** The file has a form that this version does not read. */
export class DeploymentOtherFormat extends DeploymentError {
  constructor(
    file: string,
    readonly expected: number,
    readonly found: unknown,
  ) {
    const other = `has format ${JSON.stringify(found) ?? "none"}, and format ${expected} is read here`;
    super(file, `${other}: give deployment.json; npm run deploy writes it, also for a venue that it deployed before.`);
  }
}

/** A field is missing or holds what it cannot hold. */
export class DeploymentFieldBad extends DeploymentError {
  /** @param field Its path, e.g. `markets[1].feed`. */
  constructor(
    file: string,
    readonly field: string,
    why: string,
  ) {
    super(file, `names no venue: ${why}.`);
  }
}

/** Two facts of the file cannot both be true. */
export class DeploymentContradicts extends DeploymentError {
  constructor(file: string, why: string) {
    super(file, `contradicts itself: ${why}. Give the file as npm run deploy wrote it.`);
  }
}

/** The node is of another chain, or of another run of a local one. */
export class DeploymentOfOtherChain extends DeploymentError {
  /** @param fact "chain id" or "genesis". */
  constructor(
    file: string,
    readonly fact: string,
    readonly expected: string,
    readonly found: string,
  ) {
    super(
      file,
      `is of another chain: its ${fact} is ${expected}, the node's ${found}. Name its own node, or deploy anew.`,
    );
  }
}

/** The chain is the right one and has no contract where the file says. */
export class DeploymentNotThere extends DeploymentError {
  constructor(
    file: string,
    readonly contract: string,
    readonly address: string,
  ) {
    super(
      file,
      `names a ${contract} at ${address}, where no contract is: wait until the node is at the head, or deploy.`,
    );
  }
}
