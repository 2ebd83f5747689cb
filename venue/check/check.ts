// SPDX-License-Identifier: MIT
import type { Venue } from "../run/Venue.js";
import { checkContracts } from "./contracts.js";
import type { Finding } from "./Finding.js";
import { checkIndexer } from "./indexer.js";
import { checkReceipts } from "./receipts.js";
import { rebuild } from "./rebuild.js";
import { auditRelay, checkBook } from "./relay.js";

/** Every service against the chain. Nothing may move meanwhile: see `comeToRest`. */
export async function check(venue: Venue): Promise<Finding[]> {
  const { rpc, rpcUrl, deployment } = venue;
  const rebuilt = await rebuild(rpc, deployment);
  const url = (name: string) => venue.service(name).spec.url;
  const findings = [
    ...(await checkContracts(rpc, deployment, rebuilt)),
    checkReceipts(rebuilt),
    await safely("indexer", () => checkIndexer(url("indexer"), rebuilt)),
    await safely("book", () => checkBook(url("relay"), rebuilt)),
    await safely("audit", () => auditRelay(url("relay"), rpcUrl, deployment)),
  ];
  return findings;
}

/** A service that does not answer differs. */
async function safely(what: string, run: () => Promise<Finding>): Promise<Finding> {
  try {
    return await run();
  } catch (failure) {
    return { what, says: "it does not answer", faults: [(failure as Error).message] };
  }
}
