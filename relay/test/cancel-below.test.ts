// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { audit } from "../audit/audit.js";
import { readJournal } from "../audit/journalOf.js";
import { cancelBelowDigest } from "../order/cancel.js";
import { recoverAddress } from "../order/signing.js";
import { Place, signedBy, traderOf } from "./Place.js";
import { CHAIN, CLEARINGHOUSE, hashOf } from "./people.js";

describe("cancelling all orders below a sequence", () => {
  let place: Place;
  beforeEach(async () => (place = await Place.open()));
  afterEach(() => place.close());
  const [ann, bob] = [traderOf(1), traderOf(2)];
  const account = BigInt(ann.address) << 32n;
  const at = (sequence: bigint, lane: bigint) => ({ salt: (sequence << 16n) | lane });

  it("takes those of the account and of lower sequences, in all lanes, with receipts and proof for the audit", async () => {
    const [low, other, high] = [
      signedBy(ann, -1, 110, at(1_000n, 1n)),
      signedBy(ann, 1, 90, at(1_999n, 2n)),
      signedBy(ann, 1, 91, at(2_000n, 3n)),
    ];
    const others = signedBy(bob, 1, 92, at(1n, 1n));
    for (const each of [low, other, high, others]) expect((await place.order(each)).status).to.equal(201);
    const signature = ann.sign(cancelBelowDigest(account, 2_000n, CHAIN, CLEARINGHOUSE));
    const { status, body } = await place.post("/v1/cancels/below", {
      account: String(account),
      below: "2000",
      signature,
    });
    expect(status).to.equal(200);
    const told = body as { hash: string; left: string; reason: string; receipt: object }[];
    expect(told.map(({ hash, left, reason }) => [hash, left, reason])).to.deep.equal([
      [hashOf(low), "0", "CANCELLED"],
      [hashOf(other), "0", "CANCELLED"],
    ]);
    expect(told.every(({ receipt }) => typeof receipt === "object")).to.equal(true);
    const left = (signed: typeof low) => place.exchange.engine.orders.get(hashOf(signed))!.left > 0n;
    expect([high, others].map(left)).to.deep.equal([true, true]);

    const text = (await place.get("/v1/journal")).body as unknown as string;
    const { pages, orders, cancels } = readJournal(text);
    const relay = place.exchange.journal.relay;
    const evidence = { chainId: CHAIN, clearinghouse: CLEARINGHOUSE, relay, pages } as const;
    const judged = (shown: typeof cancels) =>
      audit({ ...evidence, orders: orders.map(({ order }) => order), cancels: shown }, recoverAddress).violations;
    expect(cancels.length).to.equal(2);
    expect(judged(cancels)).to.deep.equal([]);
    // A signature for lower sequences alone proves nothing of these, nor does one that says another bound.
    const lower = ann.sign(cancelBelowDigest(account, 1_500n, CHAIN, CLEARINGHOUSE));
    const kinds = (shown: typeof cancels) => judged(shown).map(({ kind }) => kind);
    expect(kinds(cancels.map((each) => ({ ...each, signature: lower, below: "1500" })))).to.deep.equal(["false drop"]);
    expect(kinds(cancels.map((each) => ({ ...each, below: "3000" })))).to.deep.equal(["false drop", "false drop"]);
  });

  it("is refused to others, and of no orders it is no failure", async () => {
    const wish = { account: String(account), below: "2000" };
    const sign = (key: typeof ann) => key.sign(cancelBelowDigest(account, 2_000n, CHAIN, CLEARINGHOUSE));
    const refused = await place.post("/v1/cancels/below", { ...wish, signature: sign(bob) });
    expect([refused.status, refused.body["error"]]).to.deep.equal([403, "SignerNotAuthorised"]);
    const none = await place.post("/v1/cancels/below", { ...wish, signature: sign(ann) });
    expect([none.status, none.body]).to.deep.equal([200, []]);
  });
});
