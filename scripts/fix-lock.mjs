// SPDX-License-Identifier: MIT
// Run after every `npm install`, for the lockfile of the root and of each service. A registry may lack optional
// packages of other platforms; npm then leaves them out of package-lock.json and `npm ci` refuses it there ("Missing:
// ... from lock file"). This adds an entry (os and cpu read from the name) for each of them, and removes download
// addresses, so that the lockfile works with any registry. It also removes what optional packages say of Node: npm
// under an older Node would silently leave out Hardhat's native engine, which runs under the pinned Node.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const platforms = ["darwin", "win32", "freebsd", "openbsd", "netbsd", "sunos", "aix", "android", "linux"];

for (const folder of ["", ...readdirSync(root), "web/measure"]) {
  const file = join(folder, "package-lock.json");
  if (existsSync(join(root, file))) mend(join(root, file), file);
}

function mend(path, file) {
  const lock = JSON.parse(readFileSync(path, "utf8"));
  const added = addOptional(lock.packages);
  for (const [at, pkg] of Object.entries(lock.packages)) {
    if (at && !pkg.link) delete pkg.resolved;
    if (at && pkg.optional) delete pkg.engines;
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`fix-lock: ${file}, ${added} entries added`);
}

/** Resolves a name from a package's folder upwards, as Node does. */
function isLocked(packages, from, name) {
  const parts = from.split("/node_modules/");
  const nested = parts.some((_, i) => packages[[...parts.slice(0, i + 1), name].join("/node_modules/")]);
  return nested || Boolean(packages[`node_modules/${name}`]);
}

function addOptional(packages) {
  let added = 0;
  for (const [path, parent] of Object.entries({ ...packages })) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      if (isLocked(packages, path, name)) continue;
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
  return added;
}
