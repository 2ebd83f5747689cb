// SPDX-License-Identifier: MIT
// npm run deploy -- test: the option venue of a local chain, deployed as an operator does it. The process is killed
// three times, given again, and given once more; then a signed source of volatilities, and its first report.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Contract, HDNodeWallet, JsonRpcProvider, encodeBytes32String } from "ethers";
import { readDeployment } from "../../chain/readDeployment.js";
import { stepsToForget } from "../../deploy/check/begunSteps.js";
import { ADMIN, GUARDED, ROLES, ROLE_NAMES } from "../../deploy/roles.js";
import { optionSelectorsOf } from "../../deploy/optionRoles.js";
import { VOL_REPORT_TYPES, volReportDomain } from "../../sdk/options/volReport.js";
import type { Address } from "../../sdk/order.js";
import { MNEMONIC, startAnvil } from "../../sim/venue/anvil.js";

const LOCAL = ["deploy/modules/LocalOptions.ts", "--parameters", "deploy/parameters/local-options.json"];
/** Transactions that are noted when the process is killed again: of the first batch, and some that wait for others. */
const KILLED_AFTER = [9, 30];
const AUTHORITY = [
  "function hasRole(uint64, address) view returns (bool, uint32)",
  "function getRoleGuardian(uint64) view returns (uint64)",
  "function getTargetFunctionRole(address, bytes4) view returns (uint64)",
];
const SOURCE = [
  "function update((bytes32 underlying, uint40 expiry, uint80 base, uint80 step, uint256 smile, uint32 level, uint40 observedAt), bytes[]) returns (bool)",
  "function level() view returns (uint32, uint40)",
];

const began = performance.now();
const ids = [`test-${process.pid}`, `test-${process.pid}-volatilities`] as const;
const folders = ids.map((id) => join("deploy/deployments", id));
const temporary = mkdtempSync(join(tmpdir(), "deploy-test-"));
const { child: node, url } = await startAnvil(["--block-time", "1", "--mixed-mining"]);
const provider = new JsonRpcProvider(url, undefined, { staticNetwork: true, pollingInterval: 100 });
try {
  await venue();
  await volatilities();
  tell("all of it holds");
} finally {
  provider.destroy();
  node.kill("SIGKILL");
  for (const folder of [...folders, temporary]) rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

async function venue(): Promise<void> {
  const journal = join(folders[0]!, "journal.jsonl");
  const killWhen = async (isSo: () => boolean) => {
    const run = deploy(LOCAL, ids[0]);
    await until(isSo);
    process.kill(-run.pid, "SIGKILL");
    await run.ended;
    tell(`killed when ${confirmedIn(journal)} transactions were noted`);
  };
  for (let kills = 0; !hasOnlyBegun(journal); ++kills) {
    assert.ok(kills < 10, "it notes what a step sends before it can be killed");
    await killWhen(() => confirmedIn(journal) > 0 && hasOnlyBegun(journal));
  }
  for (const count of KILLED_AFTER) await killWhen(() => confirmedIn(journal) >= count);
  const resumed = await deploy(LOCAL, ids[0]).ended;
  assert.equal(resumed.code, 0, resumed.said);
  tell("given again, it goes on to the end");

  const accounts = (await provider.send("eth_accounts", [])) as string[];
  const [deployer, governor, risk, guardian] = accounts as [string, string, string, string];
  const sent = await provider.getTransactionCount(deployer);
  const again = await deploy(LOCAL, ids[0]).ended;
  assert.equal(again.code, 0, again.said);
  assert.match(again.said, /Nothing new to deploy/);
  assert.equal(await provider.getTransactionCount(deployer), sent, "nothing is sent");
  tell("given once more, it says that there is nothing to do");

  const found = readDeployment(join(folders[0]!, "deployment.json"));
  const authority = new Contract(found.authority, AUTHORITY, provider);
  const holders = { GOVERNOR: governor, RISK: risk, GUARDIAN: guardian };
  const { governorDelay, riskDelay } = JSON.parse(readFileSync(LOCAL[2]!, "utf8")).LocalOptions;
  const delays = { GOVERNOR: BigInt(governorDelay), RISK: BigInt(riskDelay), GUARDIAN: 0n };
  for (const role of ROLE_NAMES) {
    const held = await authority.getFunction("hasRole")(ROLES[role].id, holders[role]);
    assert.deepEqual([...held], [true, delays[role]], role);
    for (const selector of optionSelectorsOf(role)) {
      const asked = await authority.getFunction("getTargetFunctionRole")(found.clearinghouse, selector);
      assert.equal(asked, ROLES[role].id, `${role} ${selector}`);
    }
  }
  for (const [role, by] of GUARDED) {
    assert.equal(await authority.getFunction("getRoleGuardian")(ROLES[role].id), by, `the guardian of ${role}`);
  }
  assert.equal((await authority.getFunction("hasRole")(ADMIN, deployer))[0], false, "the deployer is admin no more");
  assert.equal((await authority.getFunction("hasRole")(ADMIN, governor))[0], true);
  assert.deepEqual(
    found.options!.groups.map(({ symbol, group }) => [symbol, Number(group)]),
    [["ETH", 1]],
  );
  for (const address of [found.clearinghouse, found.vault, found.lens, found.options!.lens]) {
    assert.notEqual(await provider.getCode(address), "0x", address);
  }
  tell("roles, guardians and delays are those of the files, and the deployer has none");
}

async function volatilities(): Promise<void> {
  const signers = [0, 1, 2].map((index) => HDNodeWallet.fromPhrase(MNEMONIC, undefined, `m/44'/60'/1'/0/${index}`));
  signers.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  const given = JSON.parse(readFileSync("deploy/parameters/volatilities.json", "utf8"));
  given.Volatilities.signers = signers.map(({ address }) => address);
  const file = join(temporary, "volatilities.json");
  writeFileSync(file, JSON.stringify(given));
  const { code, said } = await deploy(["deploy/modules/Volatilities.ts", "--parameters", file], ids[1]).ended;
  assert.equal(code, 0, said);
  const address = /the source of volatilities is (0x[0-9a-fA-F]{40})/.exec(said)?.[1] as Address | undefined;
  assert.ok(address, said);

  const deployer = await provider.getSigner(0);
  const source = new Contract(address, SOURCE, deployer);
  const observedAt = (await provider.getBlock("latest"))!.timestamp;
  const report = {
    underlying: encodeBytes32String("ETH"),
    expiry: 0,
    base: 0,
    step: 0,
    smile: 0,
    level: 10 ** 9,
    observedAt,
  };
  const domain = volReportDomain((await provider.getNetwork()).chainId, address);
  const signatures = signers.slice(0, 2).map((signer) => signer.signTypedData(domain, VOL_REPORT_TYPES, report));
  await (await source.getFunction("update")(report, await Promise.all(signatures))).wait();
  assert.deepEqual([...(await source.getFunction("level")())], [10n ** 9n, BigInt(observedAt)]);
  tell("two of three signers vouch for a level, and the source has it");
}

/** The command as `npm run deploy` runs it, in a group of its own with all that it starts. */
function deploy(args: readonly string[], id: string) {
  const env = { ...process.env, HARDHAT_CONFIG: "hardhat.production.config.ts", NOVATION_NODE: url };
  const command = ["--import", "tsx", "deploy/main.ts", ...args, "--network", "local", "--deployment-id", id];
  const child = spawn(process.execPath, command, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk));
  const ended = new Promise<{ code: number | null; said: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, said }));
  });
  return { pid: child.pid!, ended };
}

function confirmedIn(journal: string): number {
  if (!existsSync(journal)) return 0;
  return readFileSync(journal, "utf8").split('"type":"TRANSACTION_CONFIRM"').length - 1;
}

/** A step is noted to begin, and not what it sends. */
function hasOnlyBegun(journal: string): boolean {
  try {
    return stepsToForget(readFileSync(journal, "utf8")) !== "";
  } catch {
    return false; // its last line is being written
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (const from = Date.now(); !isSo();) {
    if (Date.now() - from > 300_000) throw new Error("it does not come");
    await new Promise(setImmediate);
  }
}

function tell(what: string): void {
  console.log(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${what}`);
}
