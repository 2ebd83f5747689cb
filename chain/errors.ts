// SPDX-License-Identifier: MIT
// What keeps a process that sends transactions from starting. Each message says what to do.

/** A process that cannot start as it is called. */
export class StartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

export class KeyInUse extends StartError {
  constructor(address: string) {
    super(`A keeper on the same database sends with ${address} already: stop it, or give this one another key.`);
  }
}

export class DatabaseInUse extends StartError {
  constructor(where: string) {
    super(
      `Another keeper uses the database ${where}: stop it, or give this one a file of its own with --database FILE and a key of its own. ` +
        "Several keepers share the work on a PostgreSQL (DATABASE_URL).",
    );
  }
}

export class DatabaseUnusable extends StartError {
  constructor(where: string, why: string) {
    super(`The keeper cannot use its database ${where}: ${why}. Name another with --database FILE or DATABASE_URL.`);
  }
}
