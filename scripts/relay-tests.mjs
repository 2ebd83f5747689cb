// SPDX-License-Identifier: MIT
// npm run relay -- test: mocha on the relay's tests, or on the files given.
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { createRequire } from "node:module";

const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");
const given = process.argv.slice(2);
const files = given.some((each) => each.endsWith(".ts")) ? [] : globSync("relay/test/*.test.ts").sort();
const { status } = spawnSync(process.execPath, ["--import", "tsx", mocha, "--exit", ...files, ...given], {
  stdio: "inherit",
});
process.exit(status ?? 1);
