// SPDX-License-Identifier: MIT
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ts from "typescript";

/** A source file of the repository: its path from the root with slashes, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

const ROOT = join(import.meta.dirname, "../..");
/** Installed, or built from sources. */
const NOT_OURS = new Set(["node_modules", "artifacts", "cache", "out", "types", "coverage", "dist", ".git"]);

/** Every TypeScript and JavaScript file that somebody wrote. */
export function sources(folder = ROOT): Source[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const at = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : sources(at);
    if (!/\.[cm]?[jt]sx?$/.test(entry.name)) return [];
    return [{ path: relative(ROOT, at).split(sep).join("/"), text: readFileSync(at, "utf8") }];
  });
}

/**
 * What a file imports, in whatever way (statement, export, `import()` as value or type, `require`): our own files by
 * their path from the root, all else as it is written.
 */
export function importsOf({ path, text }: Source): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => {
    if (!fileName.startsWith(".")) return fileName;
    const target = join(dirname(path), fileName).split(sep).join("/");
    return /\.d\.[cm]?ts$|\.ts$/.test(target) ? target : target.replace(/\.js$/, ".ts");
  });
}

/** The names that a file's import statements take from one of our own files; "*" for all of it. */
export function namesFrom({ path, text }: Source, target: string): string[] {
  const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  return statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const from = importsOf({ path, text: `import "${statement.moduleSpecifier.text}";` })[0];
    if (from !== target) return [];
    const bindings = statement.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) return ["*"];
    return bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
  });
}

/** All files that those of `from` import, directly or through others. */
export function reachedFrom(from: readonly Source[], all: readonly Source[]): Set<string> {
  const byPath = new Map(all.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const queue = [...from];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const path of importsOf(next)) {
      const target = byPath.get(path);
      if (target === undefined || reached.has(path)) continue;
      reached.add(path);
      queue.push(target);
    }
  }
  return reached;
}
