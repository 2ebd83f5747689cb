// SPDX-License-Identifier: MIT
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "./claims.js";

interface Artifact {
  abi: { type: string; name?: string; stateMutability?: string }[];
  deployedBytecode: string;
}

/** Opcodes that can change anything outside a call's own memory, and those that could run others that do. */
const WRITES: Record<number, string> = {
  0x55: "SSTORE",
  0x5d: "TSTORE",
  0xa0: "LOG0",
  0xa1: "LOG1",
  0xa2: "LOG2",
  0xa3: "LOG3",
  0xa4: "LOG4",
  0xf0: "CREATE",
  0xf1: "CALL",
  0xf2: "CALLCODE",
  0xf4: "DELEGATECALL",
  0xf5: "CREATE2",
  0xff: "SELFDESTRUCT",
};

const BUILD = ["--config", "hardhat.production.config.ts", "build", "--no-tests", "--no-typechain", "--quiet"];

/**
 * What runs the contracts' own code and undoes it, by a call that is not static: the inspection that always reverts.
 */
const PREVIEWS = ["settlement", "shock"];

/**
 * The Lens as it ships, through which wallets and keepers read, holds no instruction that could write: the calls of its
 * views are static, which the EVM enforces.
 */
export function views(root: string): Row[] {
  execFileSync("hardhat", BUILD, { cwd: root, stdio: ["ignore", "ignore", "ignore"] });
  const start = performance.now();
  const lens = read(root, "periphery/Lens.sol/Lens.json");
  const venue = read(root, "Clearinghouse.sol/Clearinghouse.json");
  const mutable = lens.abi
    .filter(({ type, stateMutability }) => type === "function" && stateMutability !== "view")
    .map(({ name }) => name);
  const previews = mutable.length === PREVIEWS.length && PREVIEWS.every((name) => mutable.includes(name));
  const seconds = (performance.now() - start) / 1000;
  const entry = (statement: string, passed: boolean, result: string): Row => ({
    claim: "reads",
    statement,
    tool: "bytecode",
    bound: "all of the code",
    result: passed ? result : "FAILED",
    passed,
    seconds,
  });
  return [
    entry("every function of the Lens but the previews is a view", previews && lens.abi.length > 5, "proved"),
    entry(
      "no instruction of the Lens writes; only the previews' inspection is no static call",
      [...writes(lens)].join() === "CALL",
      "proved",
    ),
    entry("false: none of the Clearinghouse does", writes(venue).has("SSTORE"), "refuted"),
  ];
}

function read(root: string, path: string): Artifact {
  return JSON.parse(readFileSync(join(root, "build/artifacts/contracts", path), "utf8")) as Artifact;
}

/** The writing instructions of a contract. Its last bytes are metadata, whose length stands in the last two. */
function writes({ deployedBytecode }: Artifact): Set<string> {
  const code = Buffer.from(deployedBytecode.replace(/^0x/, ""), "hex");
  const end = code.length - 2 - code.readUInt16BE(code.length - 2);
  const found = new Set<string>();
  for (let at = 0; at < end; at++) {
    const opcode = code[at] ?? 0;
    const name = WRITES[opcode];
    if (name) found.add(name);
    if (opcode >= 0x60 && opcode <= 0x7f) at += opcode - 0x5f; // data of a PUSH
  }
  return found;
}
