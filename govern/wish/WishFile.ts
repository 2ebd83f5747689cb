// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod/v4";
import { nearest } from "../../deploy/check/nearest.js";
import { WishBad, WishNotYaml, WishUnreadable, type Problem } from "../errors.js";
import { wishSchema, type Wish } from "./Wish.js";

/** What a file wishes, and where it says so. */
export interface WishFile {
  readonly name: string;
  readonly wish: Wish;
  /** The line of what stands at a path; of the nearest thing around it when it is not there. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** Reads a file. Throws WishUnreadable, WishNotYaml or WishBad. */
export function readWish(file: string): WishFile {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (failure) {
    const why = (failure as NodeJS.ErrnoException).code ?? (failure as Error).message;
    throw new WishUnreadable(`${file} cannot be read: ${why}. Give the file that says how the venue should be.`);
  }
  return parseWish(text, file);
}

/** The same of a file's text. */
export function parseWish(text: string, file: string): WishFile {
  const lines = new LineCounter();
  // "failsafe": every scalar stays the text that was written.
  const document = parseDocument(text, { schema: "failsafe", lineCounter: lines, prettyErrors: false });
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) throw new WishNotYaml(file, lines.linePos(fault.pos[0]).line, firstLine(fault.message));
  const lineOf = (path: readonly PropertyKey[]) => lineAt(document, lines, path);
  const parsed = wishSchema.safeParse(plainOf(document, file));
  if (parsed.success) return { name: file, wish: parsed.data, lineOf };
  throw new WishBad(
    file,
    parsed.error.issues.flatMap((issue) => problemsOf(issue, lineOf)),
  );
}

/** Aliases are refused: few of them make a file that no memory holds. */
function plainOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new WishNotYaml(file, 1, "aliases of YAML are not taken, as few of them can make a file without end");
  }
}

/** A path as people read it. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "the file" : path.map(String).join(".");
}

function problemsOf(issue: z.core.$ZodIssue, lineOf: WishFile["lineOf"]): Problem[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    const known = namesAt(path);
    return issue.keys.map((key) => {
      const at = [...path, key];
      const meant = known.length > 0 ? ` Did you mean ${nearest(key, known)}?` : "";
      return { line: lineOf(at), path: pathText(at), why: `there is no such field.${meant}` };
    });
  }
  if (issue.code === "invalid_key") {
    const [inner] = issue.issues;
    return [{ line: lineOf(path), path: pathText(path), why: inner?.message ?? issue.message }];
  }
  const missing = issue.code === "invalid_type" && issue.input === undefined && /undefined/.test(issue.message);
  return [{ line: lineOf(path), path: pathText(path), why: missing ? "it is missing: add it" : issue.message }];
}

/** The names that may stand at a path. */
function namesAt(path: readonly PropertyKey[]): string[] {
  let at: unknown = wishSchema;
  for (const key of path) {
    const { shape, valueType } = bare(at);
    at = shape?.[key as string] ?? valueType;
    if (at === undefined) return [];
  }
  return Object.keys(bare(at).shape ?? {});
}

interface Bare {
  shape?: Record<string, unknown>;
  valueType?: unknown;
}

function bare(schema: unknown): Bare {
  let at = schema as { unwrap?: () => unknown };
  while (typeof at?.unwrap === "function") at = at.unwrap() as typeof at;
  return at as Bare;
}

function lineAt(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; --length) {
    const parent = document.getIn(path.slice(0, length - 1), true) ?? document.contents;
    const items = (parent as { items?: { key?: { value?: unknown; range?: number[] } }[] } | undefined)?.items;
    const pair = items?.find((each) => String(each.key?.value) === String(path[length - 1]));
    const at = pair?.key?.range?.[0];
    if (at !== undefined) return lines.linePos(at).line;
  }
  return 1;
}

function firstLine(text: string): string {
  return text.split("\n")[0]!.replace(/\.$/, "");
}
