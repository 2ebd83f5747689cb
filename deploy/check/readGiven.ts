// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { parseParameters } from "../parameters.js";

/** The parameters of `module` in a file, or what is wrong with the file. */
export function readGiven(file: string, module: string): Record<string, unknown> | string[] {
  // Ignition takes anything else for the parameters themselves.
  if (!file.endsWith(".json")) return [`${file} must be named .json. Rename it.`];
  let given: unknown;
  let text: string;
  try {
    text = readFileSync(file, "utf8").replace(/^\ufeff/, "");
    given = parseParameters(text);
  } catch (error) {
    return [`${file} cannot be read as JSON: ${(error as Error).message}. Mend it.`];
  }
  const what = `{ "${module}": { ... } }`;
  if (!isObject(given)) return [`${file} must hold ${what}.`];
  const problems = Object.keys(given)
    .filter((each) => each !== module)
    .map((each) => `${file} holds ${each}, which is not the module ${module}. Take it out.`);
  const twice = doubled(text);
  if (twice !== undefined) problems.push(`${file} says ${twice} twice. Take one of both out.`);
  const parameters = given[module];
  if (parameters === undefined) problems.push(`${file} has no part ${module}: it must hold ${what}.`);
  else if (!isObject(parameters)) problems.push(`${file}: ${module} is no object. Give its parameters by name.`);
  return problems.length > 0 ? problems : (parameters as Record<string, unknown>);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** A name that one object of the JSON text has twice: of these JSON.parse takes the last, and says nothing. */
function doubled(text: string): string | undefined {
  const seen: Set<string>[] = [];
  for (const [token, name] of text.matchAll(/"((?:[^"\\]|\\.)*)"\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === "{") seen.push(new Set());
    else if (token === "}") seen.pop();
    else if (name !== undefined) {
      const names = seen.at(-1)!;
      const plain = JSON.parse(`"${name}"`) as string; // a letter may be written as \u0061
      if (names.has(plain)) return plain;
      names.add(plain);
    }
  }
  return undefined;
}
