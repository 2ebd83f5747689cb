// SPDX-License-Identifier: MIT
// Makes node_modules hold what package-lock.json says, of the root and of a service. A service (indexer, relay, web) is
// a folder with a package.json and a lockfile of its own, and is installed when its command runs first. No dependency,
// any Node >= 20, about 0.1 s when nothing is to do. Writes to stderr only, so that the commands own stdout.
import { existsSync, readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { takeLock } from "./lock.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const FLAGS = "--no-audit --no-fund --loglevel=error";

/**
 * How npm installs: all, the part that `npm start` needs, and all when that part is there. The last keeps what is
 * there.
 */
const INSTALL = {
  all: [`npm ci ${FLAGS}`, "installing dependencies, about 900 MB, half a minute"],
  run: [`npm ci --omit=dev ${FLAGS}`, "installing what npm start needs, about 400 MB, a quarter of a minute"],
  rest: [`npm install --no-save ${FLAGS}`, "installing the other dependencies, about 500 MB, a quarter of a minute"],
};
/** In the service's folder. One lockfile for all would not tell what only a service needs from the rest. */
const SERVICE = `npm ci ${FLAGS}`;

/**
 * Installs what is missing, of `all` dependencies or of those to `run` npm start. True when they are there. A complete
 * install is never made smaller, and one that was interrupted is made anew.
 */
export function install(scope) {
  return isCurrent(scope) || whileLocked(() => installRoot(scope));
}

/**
 * Installs what a service needs beside the root's, into its own folder. True when it is there, and of its lockfile.
 */
export function installService(folder) {
  return isCurrent("service", folder) || whileLocked(() => isCurrent("service", folder) || runService(folder));
}

function whileLocked(work) {
  const giveBack = takeLock(join(root, ".bootstrap.lock"), "bootstrap: another install");
  try {
    return work();
  } finally {
    giveBack();
  }
}

function installRoot(scope) {
  if (isCurrent(scope)) return true;
  if (scope === "run" && !hasMore()) return run("run") && isInstalled("run");
  if (scope === "all" && isCurrent("run") && run("rest") && isCurrent("all")) return true;
  return run("all") && isInstalled("all");
}

function run(kind) {
  return npm(...INSTALL[kind], root);
}

function runService(folder) {
  const says = `installing what ${folder} needs beside the rest, once`;
  return npm(SERVICE, says, join(root, folder)) && isInstalled("service", folder);
}

function npm(command, says, cwd) {
  console.error(`bootstrap: ${says} ...`);
  const env = { ...process.env, npm_config_yes: "true" };
  const { status } = spawnSync(command, { cwd, stdio: ["ignore", 2, 2], shell: true, env });
  if (status !== 0) console.error(`bootstrap: "${command}" failed (exit code ${status})`);
  return status === 0;
}

function isInstalled(scope, folder = "") {
  const done = isCurrent(scope, folder);
  if (!done)
    console.error(`bootstrap: installed, but ${join(folder, "node_modules")} does not match package-lock.json`);
  return done;
}

/** npm writes its record last: without it an install was interrupted. */
function record(folder = "") {
  const file = join(folder, "node_modules/.package-lock.json");
  return existsSync(join(root, file)) ? readJson(file).packages : undefined;
}

/** Is something there that `npm start` does not need, whatever its version? */
function hasMore() {
  return Object.values(record() ?? {}).some(({ dev }) => dev);
}

function isCurrent(scope, folder = "") {
  const have = record(folder);
  if (have === undefined) return false;
  if (scope !== "service" && !existsSync(join(root, "node_modules/.bin/node"))) return false;
  const want = readJson(join(folder, "package-lock.json")).packages;
  return Object.entries(want).every(([path, pkg]) => {
    // Not a package, but a folder of ours: the root itself, or a workspace, whose link is all that npm would make.
    if (!path.includes("node_modules/") || pkg.link) return true;
    if (scope === "run" && (pkg.dev || pkg.devOptional)) return true;
    if (have[path]) return have[path].version === pkg.version;
    // Hardhat's native engine is optional to npm, but not to us.
    if (path.includes("@nomicfoundation/edr-") && fitsThisMachine(pkg)) return false;
    return Boolean(pkg.optional || pkg.devOptional || pkg.peer);
  });
}

function fitsThisMachine({ os, cpu, libc }) {
  const musl = process.platform === "linux" && !process.report?.getReport?.().header.glibcVersionRuntime;
  const fits = (allowed, actual) => !allowed || allowed.includes(actual);
  return fits(os, process.platform) && fits(cpu, process.arch) && fits(libc, musl ? "musl" : "glibc");
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}
