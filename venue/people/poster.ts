// SPDX-License-Identifier: MIT
// A process of npm run venue -- --options: three signers, any two of them vouch for a report of the volatilities. It
// brings them: level and smiles go to the source, from there to the clearinghouse, and the nearest expiries are listed.
import { IOptionClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IOptionClearinghouse__factory.js";
import { SignedVolSource__factory } from "../../types/ethers-contracts/factories/contracts/options/SignedVolSource__factory.js";
import { IOptionLens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/IOptionLens__factory.js";
import type { Header } from "../../sdk/client/chain/blocks.js";
import { RpcRefused } from "../../sdk/client/chain/Rpc.js";
import { listable } from "../../sdk/options/grid.js";
import { laddersOf } from "../../sdk/options/listed.js";
import { strikeOf } from "../../sdk/options/seriesName.js";
import type { Address } from "../../sdk/order.js";
import type { ChainView } from "../../sdk/views.js";
import { commonOptions, everyBlock } from "./common.js";
import { KEYS, SIGNERS, THRESHOLD } from "./keys.js";
import { Purse, Reverted, type Sent } from "./Purse.js";
import { ascending, packSmile, signedBy, volReport, type VolReport } from "./volReport.js";

const common = commonOptions();
const { deployment, rpc } = common;
const { chainId, clearinghouse, options } = deployment;
const { lens, groups } = options!;
const VENUE = IOptionClearinghouse__factory.createInterface();
const SOURCE = SignedVolSource__factory.createInterface();
const LENS = IOptionLens__factory.createInterface();

const NEAREST = 2; // expiries that are listed
const LEVEL_AGE = 600n; // seconds after which the level is reported anew
const SMILE_AGE = 1_800n;
const ATM = 6_000; // 1e-4 a root year
const HOUR = 3_600;

const purse = new Purse(KEYS.poster, rpc, chainId);
const signers = ascending(SIGNERS).slice(0, THRESHOLD);
const told = new Map<string, bigint>();
const counts = { reports: 0, posts: 0, listed: 0 };

everyBlock(common, turn);

async function turn(header: Header): Promise<string> {
  for (const { symbol, group, volSource } of groups) {
    const view = await chainOf(group);
    const now = header.timestamp;
    const level = levelAt(now);
    if (isDue(`level ${group}`, now, LEVEL_AGE)) {
      await bring(volSource, volReport(symbol, level, now));
      await post(VENUE.encodeFunctionData("postLevel", [group]));
    }
    for (const [place, ladder] of laddersOf(view)) {
      if (ladder.expiry <= now || !isDue(`smile ${group} ${place} ${ladder.expiry}`, now, SMILE_AGE)) continue;
      const strikes = view.ladders.find((each) => Number(each.place) === place)!.strikes.map(({ strike }) => strike);
      const smile = smileAt(strikes, view.factors.spot, now);
      await bring(volSource, volReport(symbol, level, now, { ...ladder, smile }));
      await post(VENUE.encodeFunctionData("postSmile", [group, place]));
    }
    const listed = new Set(view.ladders.map(({ expiry }) => expiry));
    for (const expiry of listable(now).slice(0, NEAREST)) {
      if (!listed.has(expiry)) await list(group, symbol, volSource, expiry, now);
    }
  }
  return `${counts.reports} reports of ${THRESHOLD} of ${SIGNERS.length} signers, ${counts.posts} posted, ${counts.listed} expiries listed`;
}

/** The strikes are those that the clearinghouse asks a smile for. */
async function list(group: bigint, symbol: string, volSource: Address, expiry: bigint, now: bigint): Promise<void> {
  const call = { to: clearinghouse, data: VENUE.encodeFunctionData("list", [group, expiry]) };
  const missing = await refusal(call);
  if (missing !== undefined) {
    const error = VENUE.parseError(missing);
    if (error?.name !== "SmileMissing") throw new Error(`list ${expiry}: ${error?.name ?? missing}`);
    const [, base, step] = error.args as unknown as [bigint, bigint, bigint];
    const { factors } = await chainOf(group);
    const strikes = Array.from({ length: 15 }, (_, i) => strikeOf({ expiry, base, step }, i));
    const smile = smileAt(strikes, factors.spot, now);
    await bring(volSource, volReport(symbol, levelAt(now), now, { expiry, base, step, smile }));
  }
  await purse.send([call]);
  counts.listed += 1;
}

/** Two of three sign it, and anybody brings it. */
async function bring(source: Address, report: VolReport): Promise<void> {
  const signatures = await signedBy(signers, report, chainId, source);
  await purse.send([{ to: source, data: SOURCE.encodeFunctionData("update", [report, signatures]) }]);
  counts.reports += 1;
}

/** What the clearinghouse takes now. A keeper posts too: whoever is later changes nothing, or is refused. */
async function post(data: string): Promise<void> {
  const call = { to: clearinghouse, data };
  if ((await refusal(call)) !== undefined) return;
  try {
    await purse.send([call]);
    counts.posts += 1;
  } catch (failure) {
    if (!(failure instanceof Reverted)) throw failure;
  }
}

async function refusal({ to, data }: Sent): Promise<string | undefined> {
  try {
    await rpc.send("eth_call", [{ from: purse.address, to, data }, "latest"]);
    return undefined;
  } catch (failure) {
    if (failure instanceof RpcRefused && failure.verdict === "reverted") return String(failure.data ?? "0x");
    throw failure;
  }
}

async function chainOf(group: bigint): Promise<ChainView> {
  const data = LENS.encodeFunctionData("chain", [clearinghouse, group]);
  const answer = (await rpc.send("eth_call", [{ to: lens, data }, "latest"])) as string;
  return LENS.decodeFunctionResult("chain", answer)[0] as unknown as ChainView;
}

function isDue(what: string, now: bigint, age: bigint): boolean {
  const last = told.get(what);
  if (last !== undefined && now - last < age) return false;
  told.set(what, now);
  return true;
}

/** Swings by 2% in a day. */
function levelAt(time: bigint): bigint {
  return BigInt(Math.round((1 + 0.02 * Math.sin(Number(time) / (4 * HOUR))) * 1e9));
}

/** Higher for low strikes, and for those far from the price; it breathes by 1%. */
function smileAt(strikes: readonly bigint[], spot: bigint, time: bigint): bigint {
  const breath = 1 + 0.01 * Math.sin(Number(time) / (2 * HOUR));
  return packSmile(
    strikes.map((strike) => {
      const away = Math.log(Number(strike) / Number(spot));
      return ATM * breath * (1 - 0.2 * away + 0.4 * away * away);
    }),
  );
}
