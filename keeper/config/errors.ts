// SPDX-License-Identifier: MIT
// What keeps a keeper from starting. Each message says what to do.
import { StartError } from "../../chain/errors.js";

export { DatabaseInUse, DatabaseUnusable, KeyInUse, StartError } from "../../chain/errors.js";

export class UnknownOption extends StartError {
  constructor(option: string) {
    super(`${option} is no option of the keeper: npm run keeper -- --help lists them.`);
  }
}

export class NoRpc extends StartError {
  constructor() {
    super("No node is named: give --rpc URL, the HTTP address of a node of the venue's chain.");
  }
}

export class NoDeployment extends StartError {
  constructor() {
    super("No venue is named: give --deployment FILE, the deployment.json that npm run deploy wrote.");
  }
}

export class ConfigUnreadable extends StartError {
  constructor(file: string, why: string) {
    super(`${file} is not a configuration: ${why}. Every field with its unit is in docs/keeper.md.`);
  }
}

export class NoKey extends StartError {
  constructor() {
    super(
      "No key to send with: give --keystore FILE with its password in NOVATION_KEEPER_PASSWORD or --password-file FILE, or a private key in " +
        "NOVATION_KEEPER_KEY. To look without sending: --dry-run.",
    );
  }
}

export class KeystoreUnreadable extends StartError {
  constructor(file: string, why: string) {
    super(`${file} is not an encrypted JSON keystore: ${why}.`);
  }
}

export class NoPassword extends StartError {
  constructor(file: string) {
    super(`No password for ${file}: set NOVATION_KEEPER_PASSWORD or give --password-file FILE.`);
  }
}

export class WrongPassword extends StartError {
  constructor(file: string) {
    super(`The password does not open ${file}: check NOVATION_KEEPER_PASSWORD or the password file.`);
  }
}

export class BadKey extends StartError {
  constructor() {
    super("NOVATION_KEEPER_KEY is not a private key: 0x and 64 hexadecimal digits, several separated by commas.");
  }
}

export class KeyTwice extends StartError {
  constructor(address: string) {
    super(`The key of ${address} is given twice: give each once, as two would take each other's nonces.`);
  }
}

export class WrongChain extends StartError {
  /** @param host Without path and query, which may hold a key. */
  constructor(expected: bigint, found: bigint, host = "") {
    super(
      `The node ${host === "" ? "" : `${host} `}is of chain ${found} and the deployment of chain ${expected}: give --rpc and --relay of chain ${expected}.`,
    );
  }
}

export class NoVenue extends StartError {
  constructor(address: string) {
    super(`There is no contract at ${address} on the node's chain: check --deployment, or deploy first.`);
  }
}

export class NodeUnreachable extends StartError {
  constructor(why: string) {
    super(`No node answers: ${why}. Check --rpc; several, separated by commas, take over from each other.`);
  }
}

export class BadUrl extends StartError {
  /** @param url Only its host is told: the rest may hold a key. */
  constructor(option: string, url: string, schemes: string) {
    const [, host] = /^(?:[a-z]+:\/\/)?(?:[^/?#]*@)?([^/?#]*)/i.exec(url)!;
    super(`${option} ${host} is no address: give one that begins with ${schemes}.`);
  }
}

export class PortUnusable extends StartError {
  constructor(port: number, why: string) {
    super(`The keeper cannot serve on port ${port}: ${why}. Give another with --port N, or 0 for none.`);
  }
}
