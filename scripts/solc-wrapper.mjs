// SPDX-License-Identifier: MIT
// The compiler for forge: a native one if there is one, else npm's solcjs as if it were: --version, and --standard-json
// from stdin to stdout.
import { createRequire } from "node:module";
import { existsSync, readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { nativeSolc } from "./compile/solc.mjs";

const require = createRequire(import.meta.url);
const args = process.argv.slice(2);

const native = nativeSolc();
if (native !== undefined) {
  const env = { ...process.env, NOVATION_SOLC: "npm" }; // should it be this wrapper, it ends here
  process.exit(spawnSync(native, args, { stdio: "inherit", env }).status ?? 1);
}

if (args.includes("--version")) {
  // Without loading the 9 MB compiler, because forge asks often. The commit belongs to solc 0.8.37:
  // `npx solcjs --version`.
  const { version } = require("solc/package.json");
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${version}+commit.f401782d.Linux.g++`);
} else if (args.includes("--standard-json")) {
  const base = args.includes("--base-path") ? args[args.indexOf("--base-path") + 1] : process.cwd();
  const readImport = (path) => {
    const file = resolve(base, path);
    return existsSync(file) ? { contents: readFileSync(file, "utf8") } : { error: "not found" };
  };
  const output = require("solc").compile(readFileSync(0, "utf8"), { import: readImport });
  process.stdout.write(output, () => process.exit(0));
} else {
  console.error("solc-wrapper: unsupported arguments", args);
  process.exit(1);
}
