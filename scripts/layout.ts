// SPDX-License-Identifier: MIT
// npm run assure -- layout [--check]: where the clearinghouse and the vault keep what in storage.
//
// The committed docs/storage-layout.json is what a reader, an indexer and the next change are held to. Without --check
// it is written anew. Modules run by delegatecall on the clearinghouse's storage, so what they declare must be its own
// first variables, slot by slot and type by type.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { type StorageLayout, analyse, root } from "./assurance/solc.js";

const SNAPSHOT = join(root, "docs/storage-layout.json");
const OWNER = "contracts/Clearinghouse.sol:Clearinghouse";
/** The clearinghouse of options: as the other one, and what options add right behind the ledger. */
const OPTIONS = "contracts/OptionClearinghouse.sol:OptionClearinghouse";
const PUBLISHED = [OWNER, OPTIONS, "contracts/vault/InsuranceVault.sol:InsuranceVault"];
/** Whose storage a contract runs on, by what it inherits: the more special one first. */
const BASES = [
  { path: "contracts/options/OptionLedger.sol", name: "OptionStorage", owner: OPTIONS },
  { path: "contracts/ClearinghouseStorage.sol", name: "ClearinghouseStorage", owner: OWNER },
];

const { layouts, sources } = analyse(["ast", "storageLayout"]);
const problems: string[] = [];
const sharing = sharers();
for (const { owner } of BASES) {
  if (!sharing.some((sharer) => sharer.owner === owner)) {
    problems.push(`no module of ${owner} was found: this check would hold nothing`);
  }
}
for (const { name, owner } of sharing) {
  if (!begins(readable(layouts.get(name)), readable(layouts.get(owner)))) {
    problems.push(`${name} runs on the storage of ${owner}, but its layout is another one`);
  }
}

const snapshot = Object.fromEntries(PUBLISHED.map((name) => [name, readable(layouts.get(name))]));
const text = await format(JSON.stringify(snapshot), { parser: "json", printWidth: 120 });
if (process.argv.includes("--check")) {
  const committed = existsSync(SNAPSHOT) ? readFileSync(SNAPSHOT, "utf8") : "";
  const [now, then] = [text.split("\n"), committed.split("\n")];
  const at = now.findIndex((line, i) => line !== then[i]);
  if (at >= 0 || now.length !== then.length) {
    problems.push(
      `docs/storage-layout.json line ${at + 1}: "${then[at] ?? ""}" is now "${now[at] ?? ""}"; npm run assure -- layout writes it anew`,
    );
  }
} else {
  writeFileSync(SNAPSHOT, text);
}
for (const problem of problems) console.error(problem);
console.log(
  `${PUBLISHED.length} layouts, ${sharing.length} contracts on the clearinghouse's, ${problems.length} problems`,
);
process.exit(problems.length === 0 ? 0 : 1);

/** Are the variables of `part` the first of `whole`, and the structs that it uses the same? */
function begins(part: Record<string, string[]>, whole: Record<string, string[]>): boolean {
  const { variables = [], ...structs } = part;
  const first = (whole["variables"] ?? []).slice(0, variables.length);
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  return (
    variables.length > 0 &&
    same(variables, first) &&
    Object.entries(structs).every(([name, members]) => same(members, whole[name]))
  );
}

/**
 * Every contract under contracts/ that inherits one of the bases, modules and lens alike, the bases themselves and the
 * other clearinghouse included; and whose storage it runs on.
 */
function sharers(): { name: string; owner: string }[] {
  const bases = BASES.map(({ path, name, owner }) => ({ id: idOf(path, name), owner }));
  const found: { name: string; owner: string }[] = [];
  for (const { path, tree } of sources) {
    for (const node of tree["nodes"] as { nodeType: string; name: string; linearizedBaseContracts?: number[] }[]) {
      if (node.nodeType !== "ContractDefinition") continue;
      const base = bases.find(({ id }) => node.linearizedBaseContracts?.includes(id));
      const name = `${path}:${node.name}`;
      if (base && name !== base.owner) found.push({ name, owner: base.owner });
    }
  }
  return found;
}

function idOf(path: string, name: string): number {
  const file = sources.find((source) => source.path === path);
  const nodes = (file?.tree["nodes"] ?? []) as { nodeType: string; name?: string; id: number }[];
  const node = nodes.find((one) => one.nodeType === "ContractDefinition" && one.name === name);
  if (!node) throw new Error(`${path} defines no contract ${name}`);
  return node.id;
}

/**
 * Without the compiler's ids, which change with every edit: "slot:offset label type", and the members of each struct.
 */
function readable(layout: StorageLayout | undefined): Record<string, string[]> {
  if (!layout) throw new Error("the compiler gave no storage layout");
  const types = layout.types ?? {};
  const entry = ({ slot, offset, label, type }: StorageLayout["storage"][number]) =>
    `${slot}:${offset} ${label} ${types[type]?.label ?? type} (${types[type]?.numberOfBytes ?? "?"} bytes)`;
  const structs = Object.values(types)
    .filter(({ members }) => members !== undefined)
    .map(({ label, members }) => [label, members!.map(entry)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { variables: layout.storage.map(entry), ...Object.fromEntries(structs) };
}
