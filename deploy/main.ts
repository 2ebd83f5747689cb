// SPDX-License-Identifier: MIT
// npm run deploy -- MODULE --network NAME --parameters FILE [--deployment-id ID] [--reset] [--reports URL]: checks what
// is to be deployed against the contracts' bounds, the roles and the chain before the first transaction, then lets
// Ignition deploy, and writes deployment.json, which keeper, relay, indexer and web read.
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import hre, { network } from "hardhat";
import { Wallet } from "ethers";
import { StartError } from "../chain/errors.js";
import type { ReportSource } from "../chain/reports/ReportSource.js";
import { reportsFrom } from "../chain/reports/reportsFrom.js";
import { RpcRefused } from "../sdk/client/chain/Rpc.js";
import { rpcOf } from "../sdk/client/chain/rpcOf.js";
import { deploymentText } from "../sdk/deployment.js";
import { checkChain } from "./check/checkChain.js";
import { checkContracts } from "./check/checkContracts.js";
import { checkParameters, streamsOf } from "./check/checkParameters.js";
import { checkReports } from "./check/checkReports.js";
import { stepsToForget } from "./check/begunSteps.js";
import { missingConfirmations, type RawReceipt } from "./check/confirmations.js";
import { readGiven } from "./check/readGiven.js";
import { readInstances } from "./check/readInstances.js";
import { readJournal } from "./check/readJournal.js";
import { bringReports } from "./bringReports.js";
import { describeDeployed } from "./describeDeployed.js";

const USAGE = "npm run deploy -- deploy/modules/Local.ts --network local --parameters deploy/parameters/local.json";
const REPORT_TIMEOUT = 5_000; // ms
/** Of anvil and Hardhat's node. */
const LOCAL_CHAIN = "31337";
const text = { type: "string" } as const;
const args = process.argv.slice(2);
const { values, positionals } = read();
const file = positionals[0];
const { network: name, parameters } = values;
if (!file || name === undefined || parameters === undefined) {
  stop([`Say what, where and with what: ${USAGE}`]);
}
if (!existsSync(file) || !existsSync(parameters))
  stop([`There is no ${existsSync(file) ? parameters : file}. ${USAGE}`]);
const id = values["deployment-id"] || undefined;
if (id !== undefined && !/^[a-zA-Z][a-zA-Z0-9_-]*$/.test(String(id))) {
  stop([`--deployment-id must be a letter and then letters, digits, - or _, not "${id}".`]);
}
if (values["default-sender"] !== undefined) {
  stop(["--default-sender cannot be used: the first account of the network deploys, and is the admin until the end."]);
}

const module = basename(file, ".ts");
const given = readGiven(parameters, module);
if (Array.isArray(given)) stop(given);
const connection = await network.create(name).catch((error: Error) => stop([firstLine(error)]));
let node = rpcOf(connection.provider);
const [deployer] = await ask<string[]>("eth_accounts");
if (deployer === undefined) stop([`The network ${name} has no account. Give it one in hardhat.config.ts.`]);
const problems = checkParameters(module, given, deployer);
if (problems.length > 0) stop(problems);

const chainId = String(BigInt(await ask<string>("eth_chainId")));
const { timestamp } = await ask<{ timestamp: string }>("eth_getBlockByNumber", ["latest", false]);
const pulled = streamsOf(module, given);
const wallet = pulled.length > 0 ? reporter() : undefined;
const unfit = await checkContracts(module, given, {
  chainId,
  time: BigInt(timestamp),
  codeAt: (address) => ask<string>("eth_getCode", [address, "latest"]),
  call: (to, data) => ask<string | undefined>("eth_call", [{ to, data }, "latest"]),
});
if (wallet !== undefined && wallet.address.toLowerCase() === deployer.toLowerCase()) {
  unfit.push(
    "NOVATION_REPORTER_KEY is the deployer's: its transactions would take the nonces that Ignition counts on.",
  );
}
const reports = wallet === undefined ? undefined : reportsOf(String(values.reports));
if (reports !== undefined) unfit.push(...(await checkReports(pulled, reports)));
if (unfit.length > 0) stop(unfit);

const folder = join("deploy/deployments", id === undefined ? `chain-${chainId}` : String(id));
const journalFile = join(folder, "journal.jsonl");
// A chain in this process keeps no journal.
const kept = connection.networkConfig.type === "http" && values.reset !== true;
if (kept && existsSync(journalFile)) await goOn();
await connection.close();

const over = new AbortController();
const bringing = pulled.length > 0 && connection.networkConfig.type === "http" ? bring() : undefined;
const deploy = [
  "--config",
  "hardhat.production.config.ts",
  "--build-profile",
  "default",
  "ignition",
  "deploy",
  ...passedOn(args),
];
const env = { ...process.env, ...(chainId === LOCAL_CHAIN && { NOVATION_LOCAL_CHAIN: "1" }) };
const child = spawn("hardhat", deploy, { stdio: "inherit", shell: process.platform === "win32", env });
const status = await new Promise<number | null>((resolve) => child.once("exit", resolve));
over.abort();
await bringing;
if (status !== 0) {
  console.error(
    "deploy: not finished. What is deployed is written down: mend the cause and give the same command again.",
  );
  console.error(
    "deploy: a step that was sent and then dropped or reverted is forgotten by `npx hardhat ignition wipe`; see deploy/README.md.",
  );
}
if (status === 0 && connection.networkConfig.type === "http") await writeDeployment();
process.exit(status ?? 1);

function read() {
  const flag = { type: "boolean" } as const;
  const ours = {
    network: text,
    parameters: text,
    reports: text,
    "deployment-id": text,
    "default-sender": text,
    reset: flag,
  };
  // Ignition's own, which are passed on.
  const ignition = { strategy: text, verify: flag };
  try {
    return parseArgs({ args, allowPositionals: true, options: { ...ours, ...ignition } });
  } catch (error) {
    return stop([`${firstLine(error as Error)} ${USAGE}`]);
  }
}

/** Who pays for the first reports of markets whose prices are pulled; and that there are reports of them. */
function reporter(): Wallet {
  const key = process.env["NOVATION_REPORTER_KEY"] ?? "";
  if (values.reports === undefined || !/^0x[0-9a-fA-F]{64}$/.test(key)) {
    stop([
      `${module} lists a market whose prices are pulled: it needs a fresh price when it is listed. Give --reports URL, ` +
        "and in NOVATION_REPORTER_KEY a private key with ether, not the deployer's, that brings reports meanwhile.",
    ]);
  }
  return new Wallet(key);
}

function reportsOf(url: string): ReportSource {
  try {
    return reportsFrom(url, process.env, REPORT_TIMEOUT)!;
  } catch (failure) {
    if (failure instanceof StartError) return stop([failure.message]);
    throw failure;
  }
}

/** Brings reports while Ignition deploys. */
async function bring(): Promise<void> {
  const own = await network.create(name);
  const parts = { node: rpcOf(own.provider), chainId: BigInt(chainId), journal: journalFile, reports: reports! };
  await bringReports({ ...parts, wallet: wallet!, say: (line) => console.log(`deploy: ${line}`) }, over.signal);
  await own.close();
}

/** Ignition's own: it knows no reports. */
function passedOn(all: readonly string[]): string[] {
  return all.filter((each, i) => !each.startsWith("--reports") && all[i - 1] !== "--reports");
}

/** Undefined: a contract refuses the call. A node in trouble says nothing about the contract, and ends it here. */
async function ask<T>(method: string, params: unknown[] = []): Promise<T> {
  try {
    return (await node.send(method, params)) as T;
  } catch (failure) {
    if (failure instanceof RpcRefused && failure.verdict === "reverted") return undefined as T;
    const why = firstLine(failure as Error);
    return stop([`The network ${String(name)} does not answer: ${why} Start its node, or mend its address.`]);
  }
}

/** Makes sure that the journal is of this chain, and that Ignition goes on with it whatever has stopped it. */
async function goOn(): Promise<void> {
  const journal = readJournal(journalFile, readFileSync(journalFile, "utf8"));
  if (typeof journal === "string") stop([journal]);
  const hashOf = async (block: number) => {
    const found = await ask<{ hash: string } | null>("eth_getBlockByNumber", [`0x${block.toString(16)}`, false]);
    return found?.hash;
  };
  const problem = await checkChain(folder, journal, { chainId, hashOf });
  if (problem !== undefined) stop([problem]);
  const receiptOf = (hash: string) => ask<RawReceipt | null>("eth_getTransactionReceipt", [hash]);
  const noted = readFileSync(journalFile, "utf8");
  appendFileSync(journalFile, (await missingConfirmations(noted, receiptOf)) + stepsToForget(noted));
  // Ignition rewrites this file at every step: a process that was killed meanwhile leaves it empty, and a step out of
  // it.
  writeJson(join(folder, "deployed_addresses.json"), journal.addresses);
  if (chainId !== LOCAL_CHAIN || journal.last === undefined) return;
  // On such a chain Ignition deletes a journal of another run of the node, and takes any for one if its cache was
  // cleaned.
  const { instanceId } = await ask<{ instanceId: string }>("hardhat_metadata");
  const known = join(hre.config.paths.cache, ".hardhat-network-instances.json");
  writeJson(known, { ...readInstances(known), [basename(folder)]: instanceId });
}

/** The file that says where the venue is: all that reads a venue takes it. */
async function writeDeployment(): Promise<void> {
  const journal = readJournal(journalFile, readFileSync(journalFile, "utf8"));
  if (typeof journal === "string") throw new Error(journal);
  const volSource = journal.addresses[`${module}#SignedVolSource`];
  if (volSource !== undefined) {
    console.log(`\ndeploy: the source of volatilities is ${volSource}: its signers sign for it.`);
    return;
  }
  const again = await network.create(name);
  node = rpcOf(again.provider);
  const deployed = join(folder, "deployment.json");
  const built = (name: string) => hre.artifacts.readArtifact(name);
  const facts = await describeDeployed(node, folder, module, journal, built, given as Record<string, unknown>);
  writeFileSync(deployed, deploymentText(facts, deployed));
  await again.close();
  console.log(`\ndeploy: ${deployed} says where the venue is: give it to --deployment.`);
}

function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

function firstLine({ message }: Error): string {
  return message.split("\n")[0]!;
}

/** Ends here, before anything was sent. */
function stop(problems: string[]): never {
  for (const problem of problems) console.error(`deploy: ${problem}`);
  console.error("deploy: nothing was sent.");
  process.exit(2);
}
