// SPDX-License-Identifier: MIT
// npm run deploy -- MODULE --network NAME --parameters FILE [--deployment-id ID] [--reset]: checks what is to be deployed against the
// contracts' bounds, the roles and the chain before the first transaction, then lets Ignition deploy.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { network } from "hardhat";
import { checkChain, type ChainMark } from "./check/checkChain.js";
import { checkParameters } from "./check/checkParameters.js";
import { readParametersFile } from "./parameters.js";

const USAGE = "npm run deploy -- deploy/modules/Local.ts --network local --parameters deploy/parameters/local.json";
const args = process.argv.slice(2);
const { values, positionals } = parseArgs({
  args,
  strict: false,
  allowPositionals: true,
  options: {
    network: { type: "string" },
    parameters: { type: "string" },
    "deployment-id": { type: "string" },
    reset: { type: "boolean" },
  },
});
const file = positionals[0];
const { network: name, parameters } = values;
if (!file || typeof name !== "string" || typeof parameters !== "string") {
  stop([`Say what, where and with what: ${USAGE}`]);
}
if (!existsSync(file) || !existsSync(parameters))
  stop([`There is no ${existsSync(file) ? parameters : file}. ${USAGE}`]);

const module = basename(file, ".ts");
const given = readParametersFile(parameters);
const others = Object.keys(given).filter((each) => each !== module);
const connection = await network.create(name);
const ask = <T>(method: string, params: unknown[] = []) =>
  connection.provider.request({ method, params }) as Promise<T>;
const [deployer] = await ask<string[]>("eth_accounts").catch((error: Error) =>
  stop([`The network ${name} does not answer: ${error.message.split("\n")[0]} Start its node, or mend its address.`]),
);
const problems = [
  ...others.map((each) => `${parameters} holds ${each}, which is not the module ${module}. Take it out.`),
  ...checkParameters(module, given[module] ?? {}, deployer),
];
if (problems.length > 0) stop(problems);

const chain: ChainMark = {
  chainId: String(BigInt(await ask<string>("eth_chainId"))),
  firstBlock: (await ask<{ hash: string }>("eth_getBlockByNumber", ["0x0", false])).hash,
};
const id = values["deployment-id"];
const folder = join("deploy/deployments", typeof id === "string" ? id : `chain-${chain.chainId}`);
const mark = join(folder, "chain.json");
if (values.reset !== true) {
  const addresses = readIf<Record<string, string>>(join(folder, "deployed_addresses.json")) ?? {};
  const codes = await Promise.all(
    Object.values(addresses).map(async (at) => [at, await ask<string>("eth_getCode", [at, "latest"])] as const),
  );
  const gone = codes.filter(([, code]) => code === "0x").map(([at]) => at);
  const problem = checkChain(folder, readIf<ChainMark>(mark), chain, gone);
  if (problem) stop([problem]);
}
await connection.close();

const remember = () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(mark, `${JSON.stringify(chain, null, 2)}\n`);
};
if (values.reset !== true) remember();
const deploy = [
  "--config",
  "hardhat.production.config.ts",
  "--build-profile",
  "default",
  "ignition",
  "deploy",
  ...args,
];
const { status } = spawnSync("hardhat", deploy, { stdio: "inherit", shell: process.platform === "win32" });
remember();
if (status !== 0) {
  console.error(
    "deploy: a step failed. What is deployed is written down: mend the cause and give the same command again.",
  );
  console.error(
    "deploy: a step that was sent and then dropped or reverted is forgotten by `npx hardhat ignition wipe`; see deploy/README.md.",
  );
}
process.exit(status ?? 1);

function readIf<T>(path: string): T | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T) : undefined;
}

/** Ends here, before anything was sent. */
function stop(problems: string[]): never {
  for (const problem of problems) console.error(`deploy: ${problem}`);
  console.error("deploy: nothing was sent.");
  process.exit(2);
}
