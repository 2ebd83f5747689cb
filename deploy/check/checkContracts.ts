// SPDX-License-Identifier: MIT
import { Interface, ZeroAddress, type FunctionFragment } from "ethers";
import { contractsOf } from "./checkParameters.js";

/** The chain that answers. A call that it does not answer, or refuses, is undefined. */
export interface Reader {
  chainId: string;
  /** Of its latest block, Unix seconds. */
  time: bigint;
  codeAt: (address: string) => Promise<string>;
  call: (address: string, data: string) => Promise<string | undefined>;
}

const TOKEN = new Interface([
  "function decimals() view returns (uint8)",
  "function balanceOf(address) view returns (uint256)",
  "function allowance(address, address) view returns (uint256)",
]);
const FEED = new Interface([
  "function decimals() view returns (uint8)",
  "function latestRoundData() view returns (uint80, int256 answer, uint256, uint256 updatedAt, uint80)",
]);
const VERIFIER = new Interface([
  "function typeAndVersion() view returns (string)",
  "function s_feeManager() view returns (address)",
]);
const GATE = new Interface(["function mayTrade(address owner) view returns (bool)"]);
const PAST = new Interface([
  "function getRoundData(uint80) view returns (uint80, int256 answer, uint256, uint256 updatedAt, uint80)",
]);
const VOLS = new Interface([
  "function heartbeat() view returns (uint24)",
  "function level() view returns (uint32 value, uint40 time)",
]);
const NAMED = new Interface(["function description() view returns (string)"]);

/**
 * Why the addresses of a module are not what they are given for, one sentence each. When it is deployed, the
 * clearinghouse asks its token for decimals only: it would take a feed for one, and nobody could deposit.
 */
export async function checkContracts(
  module: string,
  parameters: Record<string, unknown>,
  reader: Reader,
): Promise<string[]> {
  const problems = contractsOf(module, parameters).map(async ([path, address, kind]) => {
    if ((await reader.codeAt(address)) === "0x") {
      return `${path}: chain ${reader.chainId} has no contract at ${address}. Give the address on this chain.`;
    }
    const of = {
      token: () => ofToken(address, reader),
      feed: () => ofFeed(path, address, parameters, reader),
      verifier: () => ofVerifier(address, reader),
      gate: () => ofGate(address, reader),
      history: () => ofHistory(path, address, parameters, reader),
      vols: () => ofVols(address, reader),
    };
    const problem = await of[kind]();
    return problem === undefined ? undefined : `${path} ${problem}`;
  });
  return (await Promise.all(problems)).filter((problem) => problem !== undefined);
}

async function ofToken(address: string, reader: Reader): Promise<string | undefined> {
  for (const { name, inputs } of TOKEN.fragments as FunctionFragment[]) {
    const answer = await ask(
      reader,
      address,
      TOKEN,
      name,
      inputs.map(() => ZeroAddress),
    );
    if (answer === undefined) return `is no token: ${address} does not answer ${name}. Give a token's address.`;
  }
  return undefined;
}

async function ofVerifier(address: string, reader: Reader): Promise<string | undefined> {
  const [name = ""] = (await ask(reader, address, VERIFIER, "typeAndVersion")) ?? [];
  const manager = await ask(reader, address, VERIFIER, "s_feeManager");
  if (manager !== undefined && String(name).startsWith("VerifierProxy ")) return undefined;
  const says = name === "" ? "does not say what it is" : `says that it is ${name}`;
  return `is no verifier proxy: ${address} ${says}. Give Chainlink's VerifierProxy of this chain.`;
}

async function ofGate(address: string, reader: Reader): Promise<string | undefined> {
  if ((await ask(reader, address, GATE, "mayTrade", [ZeroAddress])) !== undefined) return undefined;
  return `is no access gate: ${address} does not answer mayTrade. Give a gate's address, or leave it out.`;
}

/** A price at expiry is the average of past rounds: see RoundLib.hasHistory. */
async function ofHistory(
  path: string,
  address: string,
  parameters: Record<string, unknown>,
  reader: Reader,
): Promise<string | undefined> {
  const problem = await ofFeed(path, address, parameters, reader);
  if (problem !== undefined) return problem;
  const last = (await ask(reader, address, FEED, "latestRoundData"))!;
  const same = await ask(reader, address, PAST, "getRoundData", [String(last[0])]);
  if (same !== undefined && same[1] === last[1] && same[3] === last[3]) return undefined;
  return `does not tell its past rounds, which an expiry's price is made of: ${address}. Give another feed.`;
}

async function ofVols(address: string, reader: Reader): Promise<string | undefined> {
  const [heartbeat] = (await ask(reader, address, VOLS, "heartbeat")) ?? [];
  const level = await ask(reader, address, VOLS, "level");
  if (heartbeat === undefined || level === undefined) {
    return `is no source of volatilities: ${address} does not answer heartbeat and level. Deploy Volatilities first.`;
  }
  const age = reader.time - (level[1] as bigint);
  if (age <= (heartbeat as bigint)) return undefined;
  const since =
    level[1] === 0n ? "has no level" : `has a level that is ${age} s old, and its heartbeat is ${heartbeat}`;
  return `${since}. Have its signers report one, then give this command again.`;
}

async function ofFeed(
  path: string,
  address: string,
  parameters: Record<string, unknown>,
  reader: Reader,
): Promise<string | undefined> {
  for (const name of ["decimals", "latestRoundData"]) {
    const answer = await ask(reader, address, FEED, name);
    if (answer === undefined) return `is no feed: ${address} does not answer ${name}. Give a feed's address.`;
    if (name === "decimals") continue;
    const [price, updatedAt] = [answer["answer"] as bigint, answer["updatedAt"] as bigint];
    if (price <= 0n) return `answers ${price}, which is no price. Give another feed.`;
    const symbol = /\.(\w+)Feed$/.exec(path)![1]!;
    const age = reader.time - updatedAt;
    const heartbeat = BigInt(parameters[`${symbol}Heartbeat`] as number);
    if (age > heartbeat) {
      const wayOut = "Wait for an answer, or give a feed that is in use.";
      return `answered ${age} s ago, and ${symbol}Heartbeat is ${heartbeat}. ${wayOut}`;
    }
    const [description = ""] = (await ask(reader, address, NAMED, "description")) ?? [];
    const of = /^(\w+) ?\/ ?\w+$/.exec(String(description))?.[1]; // as BTC / USD
    if (of !== undefined && of.toLowerCase() !== symbol) return `is a feed of ${description}. Give one of ${symbol}.`;
  }
  return undefined;
}

/** Undefined: it is not answered, or with something else. */
async function ask(reader: Reader, address: string, abi: Interface, name: string, args: string[] = []) {
  const answer = await reader.call(address, abi.encodeFunctionData(name, args));
  try {
    return answer === undefined ? undefined : abi.decodeFunctionResult(name, answer);
  } catch {
    return undefined;
  }
}
