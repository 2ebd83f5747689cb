// SPDX-License-Identifier: MIT
// Writes web/src/abi/, the contracts' interfaces as constants, from the build: viem reads the types of a constant.
import { mkdirSync, readFileSync, writeFileSync, existsSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const OUT = join(ROOT, "web/src/abi");
const MADE = [
  ["clearinghouseAbi", "contracts/interfaces/IClearinghouse.sol/IClearinghouse.json"],
  ["lensAbi", "contracts/periphery/ILens.sol/ILens.json"],
  ["vaultAbi", "contracts/interfaces/IInsuranceVault.sol/IInsuranceVault.json"],
  ["managerAbi", "@openzeppelin/contracts/access/manager/AccessManager.sol/AccessManager.json"],
];

mkdirSync(OUT, { recursive: true });
for (const [name, file] of MADE) {
  const { abi } = JSON.parse(readFileSync(join(ROOT, "artifacts", file), "utf8"));
  const kept = abi.filter(({ type }) => type !== "constructor").map(({ internalType: _, ...entry }) => bare(entry));
  const text = `// SPDX-License-Identifier: MIT\n// Made by web/scripts/abis.mjs.\nexport const ${name} = ${JSON.stringify(kept)} as const;\n`;
  const path = join(OUT, `${name}.ts`);
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

/** Without the names of Solidity's types, which nobody reads. */
function bare(value) {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null) return value;
  const { internalType: _, ...rest } = value;
  return Object.fromEntries(Object.entries(rest).map(([key, each]) => [key, bare(each)]));
}
