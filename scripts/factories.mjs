// SPDX-License-Identifier: MIT
// The factories of interfaces as TypeChain would make them, without their types: what `npm start` runs needs no more,
// and TypeChain with what it needs is a quarter of an installation. Any other command lets TypeChain make all types,
// and these again.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Writes those that are missing or of another ABI. */
export function writeFactories(artifacts, types) {
  for (const path of readdirSync(join(artifacts, "contracts"), { recursive: true, encoding: "utf8" })) {
    if (!isArtifact(path)) continue;
    const { contractName, abi, bytecode } = JSON.parse(readFileSync(join(artifacts, "contracts", path), "utf8"));
    if (bytecode !== "0x") continue;
    // artifacts/contracts/a/File.sol/Name.json: TypeChain leaves the file's name out when it is the contract's, and the
    // file has no other.
    const source = dirname(path);
    const isAlone = readdirSync(join(artifacts, "contracts", source)).filter(isArtifact).length === 1;
    const folder = isAlone && basename(source, ".sol") === contractName ? dirname(source) : source;
    const file = join(types, "factories/contracts", folder, `${contractName}__factory.ts`);
    if (existsSync(file) && abiOf(readFileSync(file, "utf8")) === JSON.stringify(abi)) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, factory(contractName, abi));
  }
}

function isArtifact(path) {
  return path.endsWith(".json");
}

function abiOf(text) {
  const found = /const _abi = ([^]*?) as const;/.exec(text);
  try {
    return JSON.stringify(JSON.parse(found[1]));
  } catch {
    return undefined;
  }
}

function factory(name, abi) {
  return `import { Contract, Interface } from "ethers";

const _abi = ${JSON.stringify(abi)} as const;

export class ${name}__factory {
  static readonly abi = _abi;
  static createInterface(): any {
    return new Interface(_abi);
  }
  static connect(address: string, runner?: any): any {
    return new Contract(address, _abi, runner);
  }
}
`;
}
