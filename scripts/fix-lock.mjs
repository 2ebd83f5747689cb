// SPDX-License-Identifier: MIT
// Run after every `npm install`. A registry may lack optional packages of other platforms; npm then leaves them out of
// package-lock.json and `npm ci` refuses it there ("Missing: ... from lock file"). This adds an entry (os and cpu read
// from the name) for each of them, and removes download addresses, so that the lockfile works with any registry. It
// also removes what optional packages say of Node: npm under an older Node would silently leave out Hardhat's native
// engine, which runs under the pinned Node.
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const packages = lock.packages;
const platforms = ["darwin", "win32", "freebsd", "openbsd", "netbsd", "sunos", "aix", "android", "linux"];
let added = 0;

/** Resolves a name from a package's folder upwards, as Node does. */
function isLocked(from, name) {
  const parts = from.split("/node_modules/");
  const nested = parts.some((_, i) => packages[[...parts.slice(0, i + 1), name].join("/node_modules/")]);
  return nested || Boolean(packages[`node_modules/${name}`]);
}

for (const [path, parent] of Object.entries({ ...packages })) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (isLocked(path, name)) continue;
    if (!/^\d/.test(version)) {
      console.error(`fix-lock: ${name} has the range ${version}, add it by hand`);
      process.exitCode = 1;
      continue;
    }
    const os = platforms.find((platform) => name.includes(platform)) ?? (/musl|gnu/.test(name) ? "linux" : undefined);
    const cpu = /arm64|aarch64/.test(name) ? "arm64" : /x64|amd64|x86_64/.test(name) ? "x64" : undefined;
    const libc = /musl/.test(name) ? "musl" : /gnu$/.test(name) && os === "linux" ? "glibc" : undefined;
    packages[`node_modules/${name}`] = {
      version,
      ...(cpu && { cpu: [cpu] }),
      ...(parent.dev && { dev: true }),
      ...(libc && { libc: [libc] }),
      optional: true,
      ...(os && { os: [os] }),
    };
    added++;
  }
}
for (const [path, pkg] of Object.entries(packages)) {
  if (path && !pkg.link) delete pkg.resolved;
  if (path && pkg.optional) delete pkg.engines;
}

lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`fix-lock: ${added} entries added`);
