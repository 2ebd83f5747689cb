// SPDX-License-Identifier: MIT
// npm run size: holds the deployed bytecode of every contract that ships to the limit of EIP-170.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const LIMIT = 24_576;
const root = join(import.meta.dirname, "..");
const artifacts = join(root, "build/artifacts/contracts");

interface Artifact {
  contractName: string;
  sourceName: string;
  deployedBytecode: string;
}

const sizes = readdirSync(artifacts, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".json"))
  .map((path) => JSON.parse(readFileSync(join(artifacts, path), "utf8")) as Artifact)
  .filter(({ sourceName }) => !sourceName.includes("/mocks/"))
  .map(({ contractName, deployedBytecode }) => ({ contractName, bytes: (deployedBytecode.length - 2) / 2 }))
  .filter(({ bytes }) => bytes > 0)
  .sort((a, b) => b.bytes - a.bytes);

for (const { contractName, bytes } of sizes) {
  const verdict = bytes > LIMIT ? `${bytes - LIMIT} over the limit` : `${LIMIT - bytes} left`;
  console.log(`${contractName.padEnd(32)} ${String(bytes).padStart(6)} bytes  ${verdict}`);
}

const tooLarge = sizes.filter(({ bytes }) => bytes > LIMIT).length;
console.log(`\n${sizes.length} contracts, ${tooLarge} above ${LIMIT} bytes`);
if (tooLarge > 0 || sizes.length === 0) process.exit(1);
