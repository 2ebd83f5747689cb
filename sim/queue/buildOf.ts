// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const FOLDERS = ["contracts", "sdk", "chain", "keeper", "deploy", "tools", "sim"];
const FILES = ["package-lock.json", "hardhat.run.config.ts", "hardhat.production.config.ts"];
const SOURCE = /\.(sol|ts|mjs|json)$/;
const NOT_OURS = /(^|[/\\])(node_modules|dist|deployments|test|queue)([/\\]|$)/;

/** What results depend on besides a job: the sources of contracts and programs, and the versions of packages. */
export function buildOf(root: string): string {
  const sources = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => SOURCE.test(path) && !NOT_OURS.test(path))
      .map((path) => join(folder, path)),
  );
  const hash = createHash("sha256");
  for (const path of [...sources, ...FILES].map((each) => each.replaceAll("\\", "/")).sort()) {
    const text = readFileSync(join(root, path), "utf8").replaceAll("\r\n", "\n");
    hash.update(`${path}\n${text.length}\n${text}`);
  }
  return hash.digest("hex").slice(0, 12);
}
