// SPDX-License-Identifier: MIT
// node scripts/abis.mjs [--check]: writes the contracts' ABIs as constants of the SDK, from what the compiler made of
// them. With --check it writes nothing, names the files that differ from the build, and ends with 1 if there is one.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const MODULES = [
  "trading/Trading",
  "trading/DirectTrading",
  "deleveraging/Absorption",
  "deleveraging/Deleveraging",
  "liquidation/LiquidationByOrders",
  "liquidation/LiquidationByAccount",
  "liquidation/LiquidationByVault",
  "governance/Governance",
];
/** Events that tell nothing of the venue's state: of AccessManaged, and of EIP712, which never emits its own. */
const INHERITED = ["AuthorityUpdated", "EIP712DomainChanged"];
const CLEARINGHOUSE = ["interfaces/IClearinghouse", "Clearinghouse"];
/** What the clearinghouse of options has besides. */
const OPTIONS = ["interfaces/IOptionClearinghouse", "OptionClearinghouse"];
const OPTION_MODULES = [
  "options/OptionTrading",
  "options/OptionDirectTrading",
  "options/OptionMarks",
  "options/OptionGroups",
  "options/OptionGovernance",
  "options/OptionLiquidation",
  "options/OptionAbsorption",
  "options/OptionDeleveraging",
];

/**
 * By file and constant: the contracts whose entries it has, which of them, `beyond` those of others, and whether with
 * the units of numbers. A module's functions are the clearinghouse's entry points under the same names, so of modules
 * only events and errors are taken.
 */
const FILES = {
  clearinghouseFunctions: { from: [...CLEARINGHOUSE, "interfaces/ICollateral"], kinds: ["function"] },
  clearinghouseEvents: {
    from: [...CLEARINGHOUSE, "interfaces/ICollateral", ...MODULES],
    kinds: ["event"],
    without: INHERITED,
  },
  inheritedEvents: { from: ["Clearinghouse"], kinds: ["event"], only: INHERITED },
  clearinghouseErrors: { from: [...CLEARINGHOUSE, "interfaces/ICollateral", ...MODULES], kinds: ["error"] },
  optionFunctions: { from: OPTIONS, kinds: ["function"], beyond: CLEARINGHOUSE },
  optionEvents: { from: [...OPTIONS, ...OPTION_MODULES], kinds: ["event"], beyond: [...CLEARINGHOUSE, ...MODULES] },
  optionErrors: { from: [...OPTIONS, ...OPTION_MODULES], kinds: ["error"], beyond: [...CLEARINGHOUSE, ...MODULES] },
  vault: { from: ["vault/InsuranceVault"] },
  lens: { from: ["periphery/ILens", "periphery/Lens"], units: true },
  optionLens: { from: ["periphery/IOptionLens", "periphery/OptionLens"], units: true },
  collateralLens: { from: ["periphery/ICollateralLens"], units: true },
  token: { from: ["mocks/MockToken"], without: ["mint"] },
  accessManager: { from: ["@openzeppelin/contracts/access/manager/AccessManager"] },
  priceSource: { from: ["interfaces/IPriceSource"] },
  accessGate: { from: ["interfaces/IAccessGate"] },
  attestationGate: { from: ["interfaces/IAccessGate", "access/AttestationGate"] },
  merkleGate: { from: ["interfaces/IAccessGate", "access/MerkleGate"] },
  chainlinkPriceSource: { from: ["prices/ChainlinkPriceSource"] },
  dataStreamsPriceSource: { from: ["prices/DataStreamsPriceSource"] },
  relayBond: { from: ["periphery/IRelayBond", "periphery/RelayBond"] },
};
/** Value types of the contracts that sdk/views.ts tells apart. */
const UNITS = /^(Money|Size|Price|AccountId|MarketId|GroupId|NodeId)(\[\])?$/;
const KINDS = ["function", "event", "error"];

/** The files' texts, by path below sdk/. @param {string} artifacts the folder of a build */
export function abiFiles(artifacts = join(root, "artifacts")) {
  return Object.fromEntries(
    Object.entries(FILES).map(([name, { from, kinds = KINDS, without = [], only, beyond = [], units = false }]) => {
      const entries = new Map();
      const known = new Set(beyond.flatMap((contract) => abiOf(artifacts, contract)).map(keyOf));
      for (const entry of from.flatMap((contract) => abiOf(artifacts, contract))) {
        if (!kinds.includes(entry.type) || without.includes(entry.name)) continue;
        if (only !== undefined && !only.includes(entry.name)) continue;
        const key = keyOf(entry);
        if (known.has(key)) continue;
        if (!entries.has(key)) entries.set(key, JSON.stringify(plain(entry, units))); // interfaces name what is given
      }
      const lines = [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => `  ${line},\n`);
      const text =
        "// SPDX-License-Identifier: MIT\n// Written by scripts/abis.mjs, from the compiler's output.\n" +
        `export const ${name}Abi = [\n${lines.join("")}] as const;\n`;
      return [`abis/${name}.ts`, text];
    }),
  );
}

/** The files of sdk/ that differ from the build; written, unless it is only a check. */
export function writeAbis(check = false, artifacts = undefined) {
  const files = abiFiles(artifacts);
  const sdk = join(root, "sdk");
  const stale = Object.entries(files).filter(([path, text]) => text !== readOr(join(sdk, path)));
  mkdirSync(join(sdk, "abis"), { recursive: true });
  const extra = readdirSync(join(sdk, "abis"))
    .map((file) => `abis/${file}`)
    .filter((path) => files[path] === undefined && readOr(join(sdk, path)).includes("Written by scripts/abis.mjs"));
  if (!check) {
    for (const [path, text] of stale) writeFileSync(join(sdk, path), text);
    for (const path of extra) rmSync(join(sdk, path));
  }
  return [...stale.map(([path]) => path), ...extra];
}

function abiOf(artifacts, contract) {
  const folder = contract.startsWith("@") ? "" : "contracts";
  return JSON.parse(readFileSync(join(artifacts, folder, `${contract}.sol`, `${basename(contract)}.json`), "utf8")).abi;
}

/** Without what no library of the chain reads; `units`: with the names of types that say a number's unit. */
function plain(value, units) {
  if (Array.isArray(value)) return value.map((each) => plain(each, units));
  if (typeof value !== "object") return value;
  const isKept = ([key, each]) => {
    if (key === "internalType") return units && UNITS.test(each);
    return key !== "anonymous" || each;
  };
  const kept = Object.entries(value).filter(isKept);
  return Object.fromEntries(kept.map(([key, each]) => [key, plain(each, units)]));
}

function keyOf(entry) {
  return `${KINDS.indexOf(entry.type)}${KINDS.includes(entry.type) ? signatureOf(entry) : ""}`;
}

function signatureOf({ name, inputs }) {
  const typeOf = ({ type, components }) => (components ? `(${components.map(typeOf).join()})${type.slice(5)}` : type);
  return `${name}(${inputs.map(typeOf).join()})`;
}

function readOr(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes("--check");
  const files = writeAbis(check);
  if (files.length > 0) console.log(`${check ? "differ from the build" : "written"}: sdk/${files.join(", sdk/")}`);
  if (check && files.length > 0) {
    console.log("node scripts/abis.mjs writes them.");
    process.exit(1);
  }
}
