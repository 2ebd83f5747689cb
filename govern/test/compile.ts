// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Artifact } from "../../deploy/deploy-novation.js";

const ROOT = join(import.meta.dirname, "../..");
const require = createRequire(import.meta.url);

interface Output {
  errors?: { severity: string; formattedMessage: string }[];
  contracts: Record<string, Record<string, { abi: Artifact["abi"]; evm: { bytecode: { object: string } } }>>;
}

/** The contracts of a source of this folder, compiled once by npm's solc and then kept in cache/. */
export function compiled(file: string): Record<string, Artifact> {
  const source = readFileSync(join(import.meta.dirname, "contracts", file), "utf8");
  const solc = require("solc") as {
    version(): string;
    compile(input: string, callbacks: { import(path: string): { contents: string } }): string;
  };
  const names = ["package.json", "node_modules/@openzeppelin/contracts/package.json"];
  const hash = createHash("sha256").update(source + names.map((name) => readFileSync(join(ROOT, name))).join());
  const kept = join(ROOT, "cache/govern", `${hash.digest("hex").slice(0, 16)}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, "utf8")) as Record<string, Artifact>;
  const settings = {
    ...{ evmVersion: "osaka", optimizer: { enabled: true, runs: 1 } },
    outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
  };
  const input = { language: "Solidity", sources: { [file]: { content: source } }, settings };
  const read = (path: string) => ({ contents: readFileSync(join(ROOT, "node_modules", path), "utf8") });
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: read })) as Output;
  const fault = output.errors?.find(({ severity }) => severity === "error");
  if (fault !== undefined) throw new Error(fault.formattedMessage);
  const artifacts: Record<string, Artifact> = {};
  for (const contracts of Object.values(output.contracts)) {
    for (const [name, { abi, evm }] of Object.entries(contracts)) {
      if (evm.bytecode.object !== "") artifacts[name] = { abi, bytecode: `0x${evm.bytecode.object}` };
    }
  }
  mkdirSync(dirname(kept), { recursive: true });
  writeFileSync(kept, JSON.stringify(artifacts));
  return artifacts;
}
