// SPDX-License-Identifier: MIT
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");

/** A node of solc's syntax tree; what a check needs beyond this it reads by name. */
export interface Node {
  nodeType: string;
  id: number;
  src: string;
  [member: string]: unknown;
}

export interface Source {
  /** Relative to the root, with forward slashes. */
  path: string;
  /** Offsets of the tree count bytes, not characters. */
  bytes: Buffer;
  tree: Node;
}

export interface StorageEntry {
  label: string;
  slot: string;
  offset: number;
  type: string;
}

export interface StorageType {
  encoding: string;
  label: string;
  numberOfBytes: string;
  key?: string;
  value?: string;
  base?: string;
  members?: StorageEntry[];
}

export interface StorageLayout {
  storage: StorageEntry[];
  types: Record<string, StorageType> | null;
}

export interface Analysis {
  sources: Source[];
  /** By "path:Contract". */
  layouts: Map<string, StorageLayout>;
}

interface Output {
  errors?: {
    severity: string;
    message: string;
    formattedMessage: string;
    sourceLocation?: { file: string; start: number; end: number };
  }[];
  sources: Record<string, { ast: Node }>;
  contracts?: Record<string, Record<string, { storageLayout?: StorageLayout }>>;
}

/** Parses and type-checks contracts/ with the compiler of the lockfile, without generating code: some seconds. */
export function analyse(outputs: ("ast" | "storageLayout")[]): Analysis {
  const paths = solidityFiles("contracts");
  const output = compile(new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")])), outputs);
  const errors = (output.errors ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join("\n"));

  const layouts = new Map<string, StorageLayout>();
  for (const [path, contracts] of Object.entries(output.contracts ?? {})) {
    for (const [name, { storageLayout }] of Object.entries(contracts)) {
      if (storageLayout) layouts.set(`${path}:${name}`, storageLayout);
    }
  }
  const sources = outputs.includes("ast")
    ? paths.map((path) => ({ path, bytes: readFileSync(join(root, path)), tree: output.sources[path]!.ast }))
    : [];
  return { sources, layouts };
}

/** The errors of contracts/ with some of its files replaced or added. Offsets count bytes. */
export function typeErrors(
  replaced: Map<string, string>,
): { path: string; start: number; end: number; message: string }[] {
  const texts = new Map(solidityFiles("contracts").map((path) => [path, readFileSync(join(root, path), "utf8")]));
  for (const [path, text] of replaced) texts.set(path, text);
  return (compile(texts, ["ast"]).errors ?? [])
    .filter(({ severity }) => severity === "error")
    .map(({ message, sourceLocation: at }) => ({
      path: at?.file ?? "",
      start: at?.start ?? 0,
      end: at?.end ?? 0,
      message,
    }));
}

function compile(texts: Map<string, string>, outputs: string[]): Output {
  const compiler = createRequire(import.meta.url)("solc") as {
    compile(input: string, callbacks: { import(path: string): { contents: string } | { error: string } }): string;
  };
  const input = {
    language: "Solidity",
    sources: Object.fromEntries([...texts].map(([path, content]) => [path, { content }])),
    settings: {
      evmVersion: "osaka",
      outputSelection: {
        "*": { "": outputs.filter((name) => name === "ast"), "*": outputs.filter((name) => name !== "ast") },
      },
    },
  };
  const fromPackages = (path: string) => {
    const file = join(root, "node_modules", path);
    return existsSync(file) ? { contents: readFileSync(file, "utf8") } : { error: "not found" };
  };
  return JSON.parse(compiler.compile(JSON.stringify(input), { import: fromPackages })) as Output;
}

/** Solidity files under a directory of the root, sorted. */
export function solidityFiles(directory: string): string[] {
  return readdirSync(join(root, directory), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".sol"))
    .map((path) => `${directory}/${path.replaceAll("\\", "/")}`)
    .sort();
}

/** First byte and the byte after the last. */
export function range(node: Node): [number, number] {
  const [start, length] = node.src.split(":").map(Number) as [number, number];
  return [start, start + length];
}

/** Visits a tree from its root down; `parents` from the root to the node's own parent. */
export function walk(node: Node, visit: (node: Node, parents: Node[]) => void, parents: Node[] = []): void {
  visit(node, parents);
  const below = [...parents, node];
  for (const member of Object.values(node)) {
    for (const child of Array.isArray(member) ? (member as unknown[]) : [member]) {
      if (isNode(child)) walk(child, visit, below);
    }
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).nodeType === "string";
}

/** The 1-based line of a byte offset. */
export function lineOf(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let i = 0; i < offset; ++i) if (bytes[i] === 10) ++line;
  return line;
}

/** "Contract.function" of the innermost function around a node; a free function has no contract. */
export function functionOf(parents: Node[]): string | undefined {
  const at = parents.findLastIndex(({ nodeType }) => nodeType === "FunctionDefinition");
  if (at < 0) return undefined;
  const definition = parents[at]!;
  const name = (definition["name"] as string) || (definition["kind"] as string);
  const contract = parents.slice(0, at).findLast(({ nodeType }) => nodeType === "ContractDefinition");
  return contract ? `${contract["name"] as string}.${name}` : name;
}
