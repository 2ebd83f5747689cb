// SPDX-License-Identifier: MIT
// node scripts/build-both.mjs: the default build, which has the types, and the production build, which is what ships and is measured, at the same
// time: each compiler run takes one core. Writes to stderr only.
import { spawn } from "node:child_process";

const builds = [
  ["build", "--no-tests", "--quiet"],
  ["--config", "hardhat.production.config.ts", "build", "--no-tests", "--no-typechain", "--quiet"],
];

const codes = await Promise.all(builds.map(run));
process.exit(codes.find((code) => code !== 0) ?? 0);

function run(args) {
  const child = spawn("hardhat", args, { stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve(code ?? 1));
    child.on("error", (error) => {
      console.error(`build-both: cannot run hardhat: ${error.message} (start it through npm run)`);
      resolve(1);
    });
  });
}
