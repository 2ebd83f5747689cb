// SPDX-License-Identifier: MIT
// npm run relay -- audit: see USAGE.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import type { Address } from "../../sdk/order.js";
import type { FullPage, SignedPage } from "../journal/page.js";
import { recoverAddress } from "../order/signing.js";
import type { Order } from "../order/Order.js";
import { pageFromWire, receiptSchema, signedFromWire } from "../order/wire.js";
import { audit } from "./audit.js";
import { auditChain } from "./auditChain.js";
import { minedFills, senderOf } from "./chainFills.js";
import { proofOf, Records } from "./proof.js";
import { sentenceOf } from "./sentences.js";

const USAGE = `npm run relay -- audit --relay URL [options]

Replays a relay's journal and proves that every match kept the order of price and time, or prints what broke it.

  --relay URL        the relay; or --journal FILE, its pages one a line, with --info FILE as /v1/info gives it
  --rpc URL          a node: fills are held against the chain
  --from-block N     the block of the deployment, for --rpc
  --receipt FILE     receipts seen elsewhere, one a line: pages that tell another story are found
  --proofs FILE      writes the calldata for the relay's bond, one proof a line

Ends with 1 when the relay broke its word.`;

interface Info {
  readonly chainId: number;
  readonly clearinghouse: Address;
  readonly relay: Address;
  readonly submitters: readonly string[];
}

const text = { type: "string" } as const;
const options = { relay: text, journal: text, info: text, rpc: text, "from-block": text, receipt: text, proofs: text };
const { values } = parsed();
if (values.help || (values.relay === undefined && (values.journal === undefined || values.info === undefined))) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}

const info = (
  values.relay === undefined
    ? JSON.parse(readFileSync(values.info!, "utf8"))
    : await (await fetch(`${values.relay}/v1/info`)).json()
) as Info;
const lines = values.relay === undefined ? readFileSync(values.journal!, "utf8") : await download(values.relay);
const pages: FullPage[] = [];
const orders: Order[] = [];
for (const line of lines.split("\n")) {
  if (line === "") continue;
  const value = JSON.parse(line) as { orders: unknown[] };
  pages.push(pageFromWire(value));
  orders.push(...value.orders.map((each) => signedFromWire(each).order));
}
const seen = values.receipt === undefined ? [] : receiptsIn(values.receipt);
const { chainId, clearinghouse, relay } = info;
const verdict = audit({ chainId: BigInt(chainId), clearinghouse, relay, pages, orders, seen }, recoverAddress);
const violations = [...verdict.violations];
if (values.rpc !== undefined) {
  const rpc = new HttpRpc([values.rpc], { requestTimeout: 30_000, requestRetries: 3 });
  const { fills, settledTo } = await minedFills(rpc, clearinghouse, Number(values["from-block"] ?? 0), pages);
  const ask = (transaction: string) => senderOf(rpc, transaction);
  violations.push(...(await auditChain(pages, orders, fills, settledTo, info.submitters, ask)));
}

console.log(
  `${verdict.pages} pages, ${verdict.statements} statements, ${verdict.matches} matches with ${verdict.fills} fills: ` +
    (violations.length === 0 ? "every match kept the order of price and time" : `${violations.length} violations`),
);
const records = new Records(pages, orders);
const proofs = violations.map((violation) => proofOf(violation, records));
violations.forEach((violation, index) => {
  const proof = proofs[index];
  console.log(`- ${sentenceOf(violation)}${proof === undefined ? "" : ` The bond takes it: ${proof.name}.`}`);
});
if (values.proofs !== undefined) {
  const told = proofs.filter((proof) => proof !== undefined).map(({ name, data }) => JSON.stringify({ name, data }));
  writeFileSync(values.proofs, told.map((line) => `${line}\n`).join(""));
}
process.exit(violations.length === 0 ? 0 : 1);

function parsed() {
  try {
    return parseArgs({ options: { ...options, help: { type: "boolean" } } });
  } catch (failure) {
    console.error(`${(failure as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

async function download(url: string): Promise<string> {
  let all = "";
  for (let from = 1; ;) {
    const part = await (await fetch(`${url}/v1/journal?from=${from}&count=500`)).text();
    if (part === "") return all;
    all += part;
    from += part.trimEnd().split("\n").length;
  }
}

function receiptsIn(file: string): SignedPage[] {
  const list = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return list.map((line) => receiptSchema.parse(JSON.parse(line)).page);
}
