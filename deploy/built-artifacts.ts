// SPDX-License-Identifier: MIT
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Artifact } from "./deploy-novation.js";

/** The artifacts of a build, by contract. `command` builds what is missing. */
export function builtArtifacts(folder: string, command: string): (name: string) => Promise<Artifact> {
  const files = new Map(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".json") && !path.includes("build-info"))
      .map((path) => [basename(path, ".json"), join(folder, path)]),
  );
  return async (name) => {
    const file = files.get(name);
    if (!file) throw new Error(`${name} is not built: run ${command}, which builds what it needs`);
    return JSON.parse(readFileSync(file, "utf8")) as Artifact;
  };
}
