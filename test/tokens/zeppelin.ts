// SPDX-License-Identifier: MIT
// Tokens of 2017, from before ERC-20 said that a transfer answers: Tether's follows the same rule. The code is that of
// zeppelin-solidity 1.0.5, and the compiler is of that time.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { InterfaceAbi } from "ethers";

const require = createRequire(import.meta.url);
const CONTRACTS = fileURLToPath(new URL("../../node_modules/zeppelin-solidity/contracts/", import.meta.url));

/** What an issuer adds to the library: a name, and decimals, or not even those. */
const ISSUED = `
pragma solidity ^0.4.8;
import 'token/PausableToken.sol';
contract NamelessToken is PausableToken {
  function NamelessToken() {
    totalSupply = 10 ** 18;
    balances[msg.sender] = totalSupply;
  }
}
contract EarlyToken is NamelessToken {
  string public name = "Early Dollar";
  string public symbol = "ERLY";
  uint public decimals = 6;
}
`;

interface Output {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts: {
    readonly "issued.sol": Readonly<
      Record<string, { readonly abi: InterfaceAbi; readonly evm: { readonly bytecode: { readonly object: string } } }>
    >;
  };
}

let output: Output | undefined;

function compile(): Output {
  const wrapper = require("solc-0.4/wrapper") as (code: unknown) => {
    compileStandardWrapper(input: string, readImport: (path: string) => { contents: string }): string;
  };
  const solc = wrapper(require("solc-0.4/soljson.js"));
  const input = {
    language: "Solidity",
    sources: { "issued.sol": { content: ISSUED } },
    settings: { outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } } },
  };
  const readImport = (path: string) => ({ contents: readFileSync(CONTRACTS + path, "utf8") });
  const made = JSON.parse(solc.compileStandardWrapper(JSON.stringify(input), readImport)) as Output;
  const errors = (made.errors ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join("\n"));
  return made;
}

/** EarlyToken, with 6 decimals, or NamelessToken, which does not tell any. */
export function zeppelinArtifact(name: "EarlyToken" | "NamelessToken") {
  output ??= compile();
  const { abi, evm } = output.contracts["issued.sol"][name]!;
  return { abi, bytecode: `0x${evm.bytecode.object}` };
}
