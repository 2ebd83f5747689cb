// SPDX-License-Identifier: MIT
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Wallet } from "ethers";
import { updating } from "../chain/reports/bundle.js";
import { Puller } from "../chain/reports/Puller.js";
import type { ReportSource } from "../chain/reports/ReportSource.js";
import { Reports } from "../chain/reports/Reports.js";
import { Lane } from "../chain/send/Lane.js";
import { headerAt } from "../sdk/client/chain/blocks.js";
import type { Rpc } from "../sdk/client/chain/Rpc.js";
import type { MarketId } from "../sdk/order.js";
import type { Address } from "../sdk/range.js";
import { readJournal } from "./check/readJournal.js";

export interface Bringing {
  readonly node: Rpc;
  readonly chainId: bigint;
  /** Ignition's, of the deployment that is under way. */
  readonly journal: string;
  readonly reports: ReportSource;
  /** Pays for the reports. Not the deployer: Ignition counts his nonces. */
  readonly wallet: Wallet;
  readonly say: (line: string) => void;
}

const LOOK = 1_000; // ms
const GAS = 500_000n;
const TIP = 1_000_000_000n; // wei
const MAX_FEE = 10n ** 16n; // wei, of a verification
const NO_MARKET = 0n as MarketId;

/**
 * A market can only be listed while its source has a fresh price, and a source has none before somebody brings it. So
 * reports are brought from the block in which a source is there, until the deployment is over.
 */
export async function bringReports(bringing: Bringing, over: AbortSignal): Promise<void> {
  const { node, chainId, reports, wallet, say } = bringing;
  const lane = new Lane(wallet, node, node, chainId);
  const puller = new Puller(node, new Reports(reports, MAX_FEE), lane.address);
  let told = "";
  while (!over.aborted) {
    try {
      told = await bring(bringing, lane, puller, told);
    } catch (failure) {
      const why = (failure as Error).message.split("\n")[0]!;
      if (why !== told) say(`reports: ${why}`);
      told = why;
    }
    await sleep(LOOK, undefined, { signal: over }).catch(() => {});
  }
}

/** One look. What was told last. */
async function bring({ node, journal, say }: Bringing, lane: Lane, puller: Puller, told: string): Promise<string> {
  const header = (await headerAt(node, "latest"))!;
  const markets = sourcesIn(journal).map((source) => ({ id: NO_MARKET, source }));
  for (const { source, held, brought, refused } of await puller.pull(markets, header)) {
    const age = Number(header.timestamp) - held.pricedAt;
    if (brought === undefined) {
      const why = age > source.heartbeat && refused !== undefined ? refused.message : told;
      if (why !== told) say(`reports: ${source.source} has no price: ${why}`);
      told = why;
    } else if (3 * age > source.heartbeat) {
      const fees = { maxFee: 2n * (header.baseFee ?? 0n) + TIP, priorityFee: TIP };
      lane.resync();
      const { raw } = lane.sign(updating(brought), await lane.nonce([]), GAS, fees);
      await lane.broadcast(raw);
      say(
        `reports: ${source.source} gets a price of ${new Date(brought.report.says.observedAt * 1_000).toISOString()}`,
      );
    }
  }
  return told;
}

/** Price sources that are deployed by now. A line that is being written is read the next time. */
function sourcesIn(journal: string): Address[] {
  if (!existsSync(journal)) return [];
  const read = readJournal(journal, readFileSync(journal, "utf8"));
  if (typeof read === "string") return [];
  const steps = Object.entries(read.addresses).filter(([step]) => step.endsWith("PriceSource"));
  return steps.map(([, address]) => address as Address);
}
