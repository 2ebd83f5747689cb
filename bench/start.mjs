// SPDX-License-Identifier: MIT
// npm run bench [-- keeper] [options]: gas against size, or the keeper's scan. Only the first needs the contracts, and builds them.
import { spawnSync } from "node:child_process";

const [name, ...rest] = process.argv.slice(2);

if (name === "keeper") {
  run(["tsx", "bench/keeper.ts", ...rest], "inherit");
} else {
  run(["hardhat", "build", "--no-tests", "--quiet"], 2);
  run(["hardhat", "--config", "hardhat.production.config.ts", "build", "--no-tests", "--no-typechain", "--quiet"], 2);
  const production = "HARDHAT_CONFIG=hardhat.production.config.ts";
  run(["node", "scripts/with-env.mjs", production, "tsx", "bench/growth.ts", ...process.argv.slice(2)], "inherit");
}

function run([command, ...args], stdout) {
  const { status, error } = spawnSync(command, args, { stdio: ["inherit", stdout, "inherit"] });
  if (error) console.error(`bench: cannot run ${command}: ${error.message} (start it through npm run)`);
  if (status !== 0) process.exit(status ?? 1);
}
