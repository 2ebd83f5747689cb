// SPDX-License-Identifier: MIT
// npm run relay -- bond: see USAGE.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { JsonRpcProvider, NonceManager, Wallet } from "ethers";
import { z } from "zod/v4";
import { StartError } from "../../chain/errors.js";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { parseDeployment } from "../../sdk/deployment.js";
import { answerTo, Records } from "../audit/proof.js";
import { journalOf } from "../audit/journalOf.js";
import { BadOption, keysOf } from "../run/options.js";
import { errorIn } from "../settle/flaws.js";
import { Bond } from "./Bond.js";
import { parseOptions, USAGE, type Options } from "./options.js";

const ROOT = join(import.meta.dirname, "../..");
const proofSchema = z.object({
  name: z.enum(["claimPassedOver", "claimUnknownMaker", "proveBadMatch", "proveFalseExpiry", "proveTwoStories"]),
  data: z.string().regex(/^0x[0-9a-f]+$/),
});

async function run(options: Options): Promise<void> {
  const provider = new JsonRpcProvider(options.text("rpc"), undefined, { staticNetwork: true, cacheTimeout: -1 });
  try {
    await act(options, provider);
  } finally {
    provider.destroy();
  }
}

async function act(options: Options, provider: JsonRpcProvider): Promise<void> {
  const { action } = options;
  if (action === "status") return status(await Bond.at(options.address("bond"), provider), options);
  const [key] = keysOf(process.env, "NOVATION_BOND_KEY");
  if (key === undefined) throw new BadOption("No key sends: set NOVATION_BOND_KEY.");
  const wallet = new Wallet(key, provider);
  const signer = new NonceManager(wallet);
  if (action === "deploy") return deploy(options, provider, signer);
  const bond = await Bond.at(options.address("bond"), provider, signer);
  switch (action) {
    case "fund":
      await bond.fund(bond.units(options.text("amount")));
      break;
    case "claim":
      return claim(bond, options);
    case "answer":
      await answer(bond, options);
      break;
    case "decide":
      await bond.call("decide", options.whole("claim"));
      break;
    case "announce":
      await bond.call("announceWithdrawal");
      break;
    case "withdraw":
      await bond.call("withdraw", options.address("to"));
      break;
    case "collect":
      await bond.call("collect");
  }
  await status(bond, options);
}

async function deploy(options: Options, provider: JsonRpcProvider, signer: NonceManager): Promise<void> {
  const file = options.text("deployment");
  const deployment = parseDeployment(readFileSync(file, "utf8"), file);
  const { chainId } = await provider.getNetwork();
  if (chainId !== deployment.chainId) {
    throw new BadOption(`${file} is of chain ${deployment.chainId}, and the node of ${chainId}.`);
  }
  const artifact = await builtArtifacts(
    options.text("artifacts", join(ROOT, "build/artifacts")),
    "npm run build -- shipped",
  )("RelayBond");
  const terms = {
    ...{ token: deployment.token, clearinghouse: deployment.clearinghouse, relay: options.address("relay") },
    ...{ operator: options.address("operator"), beneficiary: options.address("beneficiary") },
    stake: unitsOf(options.text("stake", "100"), deployment.tokenDecimals),
    answerTime: options.whole("answer-time", "86400"),
    notice: options.whole("notice", "604800"),
    proverShare: options.whole("prover-share", "100000"),
    wrongedShare: options.whole("wronged-share", "400000"),
  };
  const address = await Bond.deploy(artifact, terms, signer);
  console.log(`bond ${address}`);
  console.log(`Fund it, and give the relay --bond ${address}.`);
}

/** Shows all proofs of a file, each by itself: what one comes to is no matter for the others. */
async function claim(bond: Bond, options: Options): Promise<void> {
  const lines = readFileSync(options.text("proofs"), "utf8")
    .split("\n")
    .filter((line) => line !== "");
  let refused = 0;
  for (const line of lines) {
    const { name, data } = proofSchema.parse(JSON.parse(line));
    try {
      const id = await bond.show(name, data);
      console.log(id === undefined ? `${name}: paid at once` : `${name}: claim ${id}`);
    } catch (failure) {
      const error = errorIn(failure);
      if (error === undefined) throw failure;
      ++refused;
      console.error(`${name}: ${error.name}: ${error.sentence}`);
    }
  }
  await status(bond, options);
  if (refused > 0) process.exitCode = 1;
}

async function answer(bond: Bond, options: Options): Promise<void> {
  const { id, order, accepted, matched } = await bond.claim(options.whole("claim"));
  const { pages, orders } = await journalOf(options.text("relay-url"));
  const records = new Records(
    pages,
    orders.map(({ order: each }) => each),
  );
  await bond.answer(answerTo(id, order, accepted, matched, records).data);
}

async function status(bond: Bond, options: Options): Promise<void> {
  const { terms } = bond;
  const of = options.maybeAddress("of");
  const { bond: units, withdrawableFrom, owed } = await bond.money(of);
  console.log(`bond of relay ${terms.relay}: ${bond.tokens(units)}, stake ${bond.tokens(terms.stake)}`);
  if (withdrawableFrom > 0) {
    const until = withdrawableFrom + Number(terms.notice);
    console.log(`its operator may withdraw from ${timeOf(withdrawableFrom)} to ${timeOf(until)}, if no claim is open`);
  }
  for (const { id, status: state, claimant, order, matched, until } of await bond.claims()) {
    const open = state === "open" || state === "answered" ? `, until ${timeOf(until)}` : "";
    console.log(`claim ${id} of ${claimant}: match ${matched}, order ${order}: ${state}${open}`);
  }
  if (owed !== undefined) console.log(`owed to ${of}: ${bond.tokens(owed)}`);
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}

/** Whole tokens in decimal, as units. */
function unitsOf(tokens: string, decimals: number): bigint {
  const [, whole, part = ""] = /^(\d{1,30})(?:\.(\d+))?$/.exec(tokens) ?? [];
  if (whole === undefined || part.length > decimals) throw new BadOption(`${tokens} is no number of tokens.`);
  return BigInt(whole + part.padEnd(decimals, "0"));
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) console.log(USAGE);
  else await run(options);
} catch (failure) {
  const { name, message } = failure as Error;
  const error = errorIn(failure);
  if (error !== undefined) console.error(`${error.name}: ${error.sentence}`);
  else if (failure instanceof StartError || name.startsWith("Deployment")) console.error(`${name}: ${message}`);
  else throw failure;
  process.exitCode = 2;
}
