// SPDX-License-Identifier: MIT
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import type { Deployment } from "../../sdk/deployment.js";
import { audit } from "../audit/audit.js";
import { auditChain } from "../audit/auditChain.js";
import { chainFacts } from "../audit/chainFacts.js";
import type { Violation } from "../audit/Violation.js";
import { recoverAddress } from "../order/signing.js";
import { pageFromWire, signedFromWire } from "../order/wire.js";
import type { OptionVenue } from "./OptionVenue.js";

/** What an audit of a venue's relay needs. */
type Audited = Pick<OptionVenue, "store" | "key" | "url" | "running"> & {
  readonly deployment: Pick<Deployment, "chainId" | "clearinghouse">;
};

/** The journal of a venue's relay, held against the rule and the chain. */
export async function auditedOf(venue: Audited): Promise<Violation[]> {
  const lines = (await venue.store.pages(1, 1_000)).map((body) => JSON.parse(body) as { orders: unknown[] });
  const pages = lines.map(pageFromWire);
  const orders = lines.flatMap((line) => line.orders.map((each) => signedFromWire(each).order));
  const { chainId, clearinghouse } = venue.deployment;
  const { violations } = audit({ chainId, clearinghouse, relay: venue.key.address, pages, orders }, recoverAddress);
  const rpc = new HttpRpc([venue.url], { requestTimeout: 10_000, requestRetries: 0 });
  const facts = await chainFacts(rpc, clearinghouse, 1);
  const open = venue.running.exchange.matches.filter(({ row }) => row.state === "open");
  const settledTo = Math.min(venue.running.exchange.journal.head.next, ...open.map(({ row }) => row.number)) - 1;
  const submitters = venue.running.sender.lanes.map(({ address }) => address);
  const chain = await auditChain(pages, orders, facts, submitters, settledTo);
  return [...violations, ...chain.violations];
}
