// SPDX-License-Identifier: MIT
// npm run relay -- audit: see USAGE.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod/v4";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import type { Address } from "../../sdk/order.js";
import type { SignedPage } from "../journal/page.js";
import { recoverAddress } from "../order/signing.js";
import { ownerOf } from "../order/Order.js";
import { bytes, hash32, receiptSchema, signedPageSchema } from "../order/wire.js";
import { audit, type SentCancel } from "./audit.js";
import { auditChain } from "./auditChain.js";
import { chainFacts } from "./chainFacts.js";
import { journalOf, linesOf, readJournal } from "./journalOf.js";
import { proofOf, Records } from "./proof.js";
import { sentenceOf } from "./sentences.js";

const USAGE = `npm run relay -- audit --relay URL [options]

Replays a relay's journal and proves that every match kept the order of price and time, or prints what broke it.

  --relay URL        the relay; or --journal FILE, its pages one a line, with --info FILE as /v1/info gives it
  --rpc URL          a node: fills, cancellations and the clock are held against the chain
  --from-block N     the block of the deployment, for --rpc
  --submitters A[,A] keys that submit for the relay, beside those that it tells
  --receipt FILE     receipts seen elsewhere, one a line: pages that tell another story are found
  --other FILE       the journal as another reader was given it, one page a line
  --cancels FILE     cancellations that were sent: {"order", "signature", "sentAt"}, one a line; "below" if it was
                     CancelBelow
  --proofs FILE      writes the calldata for the relay's bond, one proof a line
  --json             one document for programs

Ends with 1 when the relay broke its word.`;

interface Info {
  readonly chainId: number;
  readonly clearinghouse: Address;
  readonly relay: Address;
  readonly submitters: readonly string[];
}

const text = { type: "string" } as const;
const options = {
  json: { type: "boolean" } as const,
  ...{ relay: text, journal: text, info: text, rpc: text, "from-block": text, submitters: text },
  ...{ receipt: text, other: text, cancels: text, proofs: text },
};
const sentSchema = z.strictObject({
  order: hash32,
  signature: bytes,
  below: z.string().regex(/^\d+$/).optional(),
  sentAt: z.number().int(),
});
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
const {
  pages,
  orders: signed,
  cancels,
} = values.relay === undefined ? readJournal(readFileSync(values.journal!, "utf8")) : await journalOf(values.relay);
const orders = signed.map(({ order }) => order);
const { chainId, clearinghouse, relay } = info;
const rpc =
  values.rpc === undefined ? undefined : new HttpRpc([values.rpc], { requestTimeout: 30_000, requestRetries: 3 });
const facts = rpc && (await chainFacts(rpc, clearinghouse, Number(values["from-block"] ?? 0)));
const agents = signed.map(({ order, signer }) => `${ownerOf(order.account)}/${signer.toLowerCase()}`);
const evidence = {
  chainId: BigInt(chainId),
  ...{ clearinghouse, relay, pages, orders, cancels },
  signers: new Set([...agents, ...(facts?.signers ?? [])]),
  sent: inFile(values.cancels, (line) => sentSchema.parse(line) as SentCancel),
  seen: [
    ...inFile(values.receipt, (line): SignedPage => receiptSchema.parse(line).page),
    ...inFile(values.other, (line): SignedPage => signedPageSchema.parse(line)),
  ],
};
const verdict = audit(evidence, recoverAddress);
const violations = [...verdict.violations];
if (facts !== undefined) {
  const submitters = [...info.submitters, ...(values.submitters?.split(",") ?? [])];
  const chain = await auditChain(pages, orders, facts, submitters);
  violations.push(...chain.violations);
  for (const [sender, count] of chain.others) say(`${sender} filled orders of the book ${count} times`);
}

say(
  `${verdict.pages} pages, ${verdict.statements} statements, ${verdict.matches} matches with ${verdict.fills} fills: ` +
    (violations.length === 0 ? "every match kept the order of price and time" : `${violations.length} violations`),
);
const records = new Records(pages, orders);
const proofs = violations.map((violation) => proofOf(violation, records));
violations.forEach((violation, index) => {
  const proof = proofs[index];
  const taken = proof === undefined ? "" : ` The bond takes it: ${proof.name}.`;
  say(`- ${violation.kind}: ${sentenceOf(violation)}${taken}`);
});
if (values.json) {
  const { pages: count, statements, matches, fills } = verdict;
  const told = violations.map((violation, index) => {
    return { kind: violation.kind, says: sentenceOf(violation), proof: proofs[index]?.name ?? null };
  });
  console.log(JSON.stringify({ ok: told.length === 0, pages: count, statements, matches, fills, violations: told }));
}
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

/** For people: with --json the document is all that is printed. */
function say(line: string): void {
  if (!values.json) console.log(line);
}

function inFile<T>(file: string | undefined, read: (line: unknown) => T): T[] {
  return file === undefined ? [] : linesOf(readFileSync(file, "utf8")).map(read);
}
