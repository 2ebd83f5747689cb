// SPDX-License-Identifier: MIT
// node scripts/bootstrap.mjs [path the command needs ...]
// Runs before every command of package.json: makes node_modules match package-lock.json, then checks that the files the
// command needs exist. No dependencies, any Node >= 20, about 0.1 s when nothing is to do. Writes to stderr only, so
// that the commands own stdout.
import { existsSync, readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { takeLock } from "./lock.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const readJson = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));
const nodeVersion = readJson("package.json").devDependencies.node;

const installed = () => isCurrent() || install();
if (!installed()) process.exit(1);

const missing = process.argv.slice(2).filter((path) => !existsSync(join(root, path)));
for (const path of missing) console.error(`bootstrap: this command needs ${path}, which does not exist`);
process.exit(missing.length ? 1 : 0);

function isCurrent() {
  const record = "node_modules/.package-lock.json";
  if (!existsSync(join(root, record)) || !existsSync(join(root, "node_modules/.bin/node"))) return false;
  const want = readJson("package-lock.json").packages;
  const have = readJson(record).packages;
  return Object.entries(want).every(([path, pkg]) => {
    if (path === "" || pkg.link) return true;
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

function install() {
  const lock = join(root, ".bootstrap.lock");
  const giveBack = takeLock(lock, "bootstrap: another install");
  try {
    if (isCurrent()) return true;
    // npm under an older Node would silently leave out Hardhat's native engine, hence the install under the pinned Node.
    const [major, minor] = process.versions.node.split(".").map(Number);
    const recent = major > 22 || (major === 22 && minor >= 13);
    const ci = "npm ci --no-audit --no-fund --loglevel=error";
    const command = recent ? ci : `npx -y -p node@${nodeVersion} -c "${ci}"`;
    console.error(
      `bootstrap: installing dependencies with Node ${recent ? process.versions.node : nodeVersion}, about 900 MB, half a minute ...`,
    );
    const env = { ...process.env, npm_config_yes: "true" };
    const { status } = spawnSync(command, { cwd: root, stdio: ["ignore", 2, 2], shell: true, env });
    if (status !== 0) console.error(`bootstrap: "${command}" failed (exit code ${status})`);
    else if (!isCurrent()) console.error("bootstrap: installed, but node_modules does not match package-lock.json");
    else return true;
    return false;
  } finally {
    giveBack();
  }
}
