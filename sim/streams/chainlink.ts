// SPDX-License-Identifier: MIT
// Chainlink's own contracts, compiled from the sources of @chainlink/contracts. They name a compiler each (0.8.19,
// 0.8.26); here ours compiles them, with nothing changed but that line.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Contract, ContractFactory, type InterfaceAbi, type Signer } from "ethers";

const require = createRequire(import.meta.url);
const PACKAGES = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/** Where each contract is, below `src/v0.8`. */
const FILES = {
  Verifier: "llo-feeds/v0.5.0/Verifier.sol",
  VerifierProxy: "llo-feeds/v0.5.0/VerifierProxy.sol",
  FeeManager: "llo-feeds/v0.5.0/FeeManager.sol",
  RewardManager: "llo-feeds/v0.5.0/RewardManager.sol",
  WETH9: "vendor/canonical-weth/WETH9.sol",
  BurnMintERC20: "shared/token/ERC20/BurnMintERC20.sol",
  DataFeedsCache: "data-feeds/DataFeedsCache.sol",
  DataFeedsLegacyAggregatorProxy: "data-feeds/test/helpers/DataFeedsLegacyAggregatorProxy.sol",
} as const;

type Name = keyof typeof FILES;

interface Compiled {
  readonly abi: InterfaceAbi;
  readonly evm: { readonly bytecode: { readonly object: string } };
}

interface Output {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts: Readonly<Record<string, Readonly<Record<string, Compiled>>>>;
}

const pathOf = (name: Name): string => `@chainlink/contracts/src/v0.8/${FILES[name]}`;
const sourceOf = (path: string): string =>
  readFileSync(PACKAGES + path, "utf8").replace(/pragma solidity [^;]+;/, "pragma solidity ^0.8.0;");

/** What was compiled, by name: each name once a process. */
const compiled = new Map<Name, Compiled>();

/** Some seconds. */
function compile(names: readonly Name[]): void {
  const missing = names.filter((name) => !compiled.has(name));
  if (missing.length === 0) return;
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(missing.map((name) => [pathOf(name), { content: sourceOf(pathOf(name)) }])),
    settings: {
      evmVersion: "osaka",
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
    },
  };
  const solc = require("solc") as { compile(input: string, callbacks: object): string };
  const readImport = (path: string) => ({ contents: sourceOf(path) });
  const made = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport })) as Output;
  const errors = (made.errors ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join("\n"));
  for (const name of missing) compiled.set(name, made.contracts[pathOf(name)]![name]!);
}

/** What verifies reports, without those who are paid for it. */
const VERIFIERS: readonly Name[] = ["Verifier", "VerifierProxy"];

/** Deploys one of Chainlink's contracts. */
export async function deployChainlink(signer: Signer, name: Name, ...parameters: unknown[]): Promise<Contract> {
  // Together, as most of the time is the compiler's start.
  compile(VERIFIERS.includes(name) ? VERIFIERS : (Object.keys(FILES) as Name[]));
  const { abi, evm } = compiled.get(name)!;
  const deployed = await new ContractFactory(abi, evm.bytecode.object, signer).deploy(...parameters);
  await deployed.waitForDeployment();
  return new Contract(await deployed.getAddress(), abi, signer);
}
