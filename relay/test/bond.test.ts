// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { join } from "node:path";
import { Contract, ContractFactory, Interface, type JsonRpcSigner } from "ethers";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { Chain } from "../../sim/venue/Chain.js";
import { audit } from "../audit/audit.js";
import { answerTo, proofOf, Records } from "../audit/proof.js";
import { Journal } from "../journal/Journal.js";
import { NO_PAGE, pageDigest, relayDomain, sealPage, type FullPage, type Head } from "../journal/page.js";
import { REASON, STAND, type Statement } from "../journal/statement.js";
import type { Order, SignedOrder } from "../order/Order.js";
import { keyOf, recoverAddress } from "../order/signing.js";
import { CHAIN, CLEARINGHOUSE, NANO, hashOf, orderOf } from "./people.js";

const ROOT = join(import.meta.dirname, "../..");
const BOND = 1_000_000n;
const STAKE = 100n;
const DAY = 86_400;

/** A relay that cheats in each way that its bond knows, caught by the auditor, and made to pay by what it prints. */
describe("the bond of a relay that cheats", function () {
  this.timeout(60_000);
  const key = keyOf(`0x${"42".repeat(32)}`);
  const artifact = builtArtifacts(join(ROOT, "artifacts"), "npm run build");
  let chain: Chain;
  let signers: JsonRpcSigner[];
  let token: Contract;
  let bond: Contract;
  let snapshot: string;
  let now: number;

  const deploy = async (name: string, ...args: unknown[]) => {
    const { abi, bytecode } = await artifact(name);
    const contract = await new ContractFactory(abi, bytecode, signers[0]).deploy(...args);
    await contract.waitForDeployment();
    return new Contract(await contract.getAddress(), abi, signers[0]);
  };
  const call = async (contract: Contract, name: string, ...args: unknown[]) =>
    (await contract.getFunction(name).send(...args)).wait();
  const send = async (data: string) =>
    (await signers[2]!.sendTransaction({ to: await bond.getAddress(), data })).wait();
  /** A block behind the time to answer. */
  const later = async () => {
    const { timestamp } = (await chain.provider.getBlock("latest"))!;
    await chain.provider.send("evm_setNextBlockTimestamp", [timestamp + DAY + 1]);
    await chain.provider.send("evm_mine", []);
  };
  const owed = (who: string) => bond.getFunction("owed").staticCall(who) as Promise<bigint>;

  before(async () => {
    now = Math.floor(Date.now() / 1_000);
    chain = await Chain.start(now);
    const list = (await chain.provider.listAccounts()) as JsonRpcSigner[];
    signers = list;
    token = await deploy("MockToken", "Quote", "QUOTE", 6);
    bond = await deploy("RelayBond", {
      token: await token.getAddress(),
      clearinghouse: CLEARINGHOUSE,
      relay: key.address,
      operator: list[0]!.address,
      beneficiary: list[1]!.address,
      stake: STAKE,
      answerTime: DAY,
      notice: 7 * DAY,
      proverShare: 100_000,
      wrongedShare: 400_000,
    });
    for (const who of [0, 2]) {
      await call(token, "mint", list[who]!.address, 10n * BOND);
      await call(token.connect(list[who]!) as Contract, "approve", await bond.getAddress(), 10n * BOND);
    }
    await call(bond, "deposit", BOND);
  });
  beforeEach(async () => (snapshot = await chain.provider.send("evm_snapshot", [])));
  afterEach(() => chain.provider.send("evm_revert", [snapshot]));
  after(() => chain.stop());

  /** A journal that says what it is told to. */
  class Story {
    readonly journal = new Journal(key, CHAIN, CLEARINGHOUSE, NO_PAGE);
    readonly pages: FullPage[] = [];
    readonly orders: Order[] = [];

    say(...statements: Statement[]): void {
      this.pages.push(this.journal.write(statements, now).page);
    }

    accept(...list: SignedOrder[]): Statement[] {
      return list.map((signed) => {
        this.orders.push(signed.order);
        const { size } = signed.order;
        return { kind: "accepted", order: hashOf(signed), size: size < 0n ? -size : size, stand: STAND.BOOK };
      });
    }

    get evidence() {
      const { pages, orders } = this;
      return { chainId: CHAIN, clearinghouse: CLEARINGHOUSE, relay: key.address, pages, orders } as const;
    }

    proofs(seen: FullPage[] = []) {
      const { violations } = audit({ ...this.evidence, seen }, recoverAddress);
      const records = new Records(this.pages, this.orders);
      return violations.map((violation) => proofOf(violation, records)).filter((proof) => proof !== undefined);
    }
  }

  const expiry = () => BigInt(now + 10 * DAY);
  const fill = (signed: SignedOrder) => ({ order: hashOf(signed), size: 5n * NANO, price: signed.order.limit });
  const ownerOf = ({ order }: SignedOrder) => `0x${(order.account >> 32n).toString(16).padStart(40, "0")}`;

  function passedOver(bestLimit: number) {
    const story = new Story();
    const best = orderOf(1, -5, bestLimit, { expiry: expiry() });
    const filled = orderOf(2, -5, 100, { expiry: expiry() });
    const taker = orderOf(3, 5, 101, { expiry: expiry() });
    const noise = Array.from({ length: 5 }, (_, i) => orderOf(10 + i, 1, 50, { expiry: expiry() }));
    story.say(...story.accept(...noise.slice(0, 3), best, filled));
    story.say(...story.accept(...noise.slice(3), taker));
    return { story, best, filled, taker };
  }

  for (const limit of [99, 100]) {
    it(`passing over ${limit === 99 ? "a better price" : "an earlier order of the same price"}`, async () => {
      const { story, best, filled, taker } = passedOver(limit);
      story.say({ kind: "matched", order: hashOf(taker), fills: [fill(filled)] });
      const [proof] = story.proofs();
      expect(proof?.name).to.equal("claimPassedOver");
      await send(proof!.data);
      await later();
      await call(bond, "decide", 1);
      expect(await owed(ownerOf(best))).to.equal((BOND * 4n) / 10n);
      expect(await owed(signers[2]!.address)).to.equal(BOND / 10n + STAKE);
    });
  }

  it("an honest relay answers a claim by its journal, and keeps its bond", async () => {
    const { story, best, filled, taker } = passedOver(99);
    const half = { ...fill(best), size: 2n * NANO };
    const other = orderOf(8, 2, 101, { expiry: expiry() });
    story.say(...story.accept(other), { kind: "matched", order: hashOf(other), fills: [half] });
    story.say({ kind: "dropped", order: hashOf(best), size: 3n * NANO, reason: REASON.MARGIN });
    story.say({ kind: "matched", order: hashOf(taker), fills: [fill(filled)] });
    expect(story.proofs()).to.deep.equal([]);

    // Somebody claims all the same, and leaves out what he knows.
    const records = new Records(story.pages, story.orders);
    const match = story.journal.head.next - 1;
    const violation = { kind: "passed over", match, fill: 0, accepted: 4 } as const;
    const claim = proofOf({ ...violation, passed: hashOf(best), filled: hashOf(filled) }, records);
    await send(claim!.data);
    await send(answerTo(1n, hashOf(best), 4, match, records).data);
    await later();
    await call(bond, "decide", 1);
    expect(await bond.getFunction("bond").staticCall()).to.equal(BOND);
    expect(await owed(signers[0]!.address), "the stake").to.equal(STAKE);
  });

  it("filling an order that was never accepted", async () => {
    const { story, taker } = passedOver(99);
    const insider = orderOf(9, -5, 98, { expiry: expiry() });
    story.orders.push(insider.order);
    story.say({ kind: "matched", order: hashOf(taker), fills: [fill(insider)] });
    const proof = story.proofs().find(({ name }) => name === "claimUnknownMaker");
    await send(proof!.data);
    await later();
    await call(bond, "decide", 1);
    expect(await owed(signers[2]!.address)).to.equal(BOND / 10n + STAKE);
  });

  it("dropping an order as expired that is not", async () => {
    const { story, best } = passedOver(99);
    story.say({ kind: "dropped", order: hashOf(best), size: 5n * NANO, reason: REASON.EXPIRED });
    const [proof] = story.proofs();
    await send(proof!.data);
    expect(await owed(ownerOf(best))).to.equal((BOND * 4n) / 10n);
  });

  const cheats: [string, (story: Story) => void][] = [
    [
      "another price than the maker's",
      (story) => {
        const [maker, taker] = [orderOf(1, -5, 99, { expiry: expiry() }), orderOf(2, 5, 101, { expiry: expiry() })];
        story.say(...story.accept(maker, taker));
        story.say({ kind: "matched", order: hashOf(taker), fills: [{ ...fill(maker), price: 10n ** 20n }] });
      },
    ],
    [
      "a maker beyond the taker's limit",
      (story) => {
        const [maker, taker] = [orderOf(1, -5, 102, { expiry: expiry() }), orderOf(2, 5, 101, { expiry: expiry() })];
        story.say(...story.accept(maker, taker));
        story.say({ kind: "matched", order: hashOf(taker), fills: [fill(maker)] });
      },
    ],
    [
      "one owner with himself",
      (story) => {
        const [maker, taker] = [orderOf(1, -5, 99, { expiry: expiry() }), orderOf(1, 5, 101, { expiry: expiry() })];
        story.say(...story.accept(maker, taker));
        story.say({ kind: "matched", order: hashOf(taker), fills: [fill(maker)] });
      },
    ],
    [
      "an order that expired long before",
      (story) => {
        const maker = orderOf(1, -5, 99, { expiry: BigInt(now - 61) });
        const taker = orderOf(2, 5, 101, { expiry: expiry() });
        story.say(...story.accept(maker, taker));
        story.say({ kind: "matched", order: hashOf(taker), fills: [fill(maker)] });
      },
    ],
  ];
  for (const [what, cheat] of cheats) {
    it(`matching ${what}, which the orders themselves exclude`, async () => {
      const story = new Story();
      cheat(story);
      const [proof, ...more] = story.proofs();
      expect([proof?.name, more.length]).to.deep.equal(["proveBadMatch", 0]);
      await send(proof!.data);
      expect(await owed(signers[2]!.address), "at once").to.equal(BOND / 10n);
    });
  }

  const broken: [string, (head: Head) => [Head, number]][] = [
    ["dated back", (head) => [{ ...head, time: 0 }, now - 1]],
    ["with a gap in the numbers of statements", (head) => [{ ...head, next: head.next + 1 }, now]],
    ["that does not follow on the one before", (head) => [{ ...head, hash: NO_PAGE.hash }, now]],
  ];
  for (const [what, cheat] of broken) {
    it(`signing a page ${what}`, async () => {
      const { story, best } = passedOver(99);
      const drop: Statement = { kind: "dropped", order: hashOf(best), size: 5n * NANO, reason: REASON.MARGIN };
      const [from, time] = cheat(story.journal.head);
      const { page } = sealPage(from, [drop], time);
      const signature = key.sign(pageDigest(relayDomain(CHAIN, CLEARINGHOUSE), page));
      story.pages.push({ ...page, signature, statements: [drop] });
      const [proof, ...more] = story.proofs();
      expect([proof?.name, more.length]).to.deep.equal(["proveTwoStories", 0]);
      await send(proof!.data);
      expect(await owed(signers[2]!.address)).to.equal(BOND / 10n);
    });
  }

  it("showing two readers two journals: what the one was given proves it to the other", async () => {
    const { story, best, filled } = passedOver(99);
    const other = new Journal(key, CHAIN, CLEARINGHOUSE, story.journal.head);
    const drop = (signed: SignedOrder): Statement[] => [
      { kind: "dropped", order: hashOf(signed), size: 5n * NANO, reason: REASON.MARGIN },
    ];
    story.say(...drop(best));
    const second = [...story.pages.slice(0, 2), other.write(drop(filled), now).page];
    expect(story.proofs()).to.deep.equal([]);
    const [proof, ...more] = story.proofs(second);
    expect([proof?.name, more.length]).to.deep.equal(["proveTwoStories", 0]);
    await send(proof!.data);
    expect(await owed(signers[2]!.address)).to.equal(BOND / 10n);
  });

  it("telling two stories, and making up an answer afterwards", async () => {
    const { story, best, filled, taker } = passedOver(99);
    story.say({ kind: "matched", order: hashOf(taker), fills: [fill(filled)] });
    const [claim] = story.proofs();
    await send(claim!.data);

    // In place of its second page the relay signs one in which the order was dropped.
    const [first, second] = story.pages as [FullPage, FullPage];
    const made: Statement[] = [...second.statements];
    made[0] = { kind: "dropped", order: hashOf(best), size: 5n * NANO, reason: REASON.MARGIN };
    const head = { page: 1, next: second.first, hash: second.previous, time: first.time };
    const { page } = sealPage(head, made, second.time);
    const forged = {
      ...page,
      signature: key.sign(pageDigest(relayDomain(CHAIN, CLEARINGHOUSE), page)),
      statements: made,
    };
    const records = new Records([first, forged, story.pages[2]!], story.orders);
    await send(answerTo(1n, hashOf(best), 4, story.journal.head.next - 1, records).data);

    const [stories] = story.proofs([forged]).filter(({ name }) => name === "proveTwoStories");
    const abi = new Interface((await artifact("RelayBond")).abi);
    const bare = ({ page: number, first: from, count, time, previous, root }: FullPage) => ({
      page: number,
      first: from,
      count,
      time,
      previous,
      root,
    });
    const refute = abi.encodeFunctionData("refute", [1, bare(forged), bare(second), second.signature]);
    const before = await chain.provider.send("evm_snapshot", []);
    await send(refute);
    expect(await owed(ownerOf(best)), "the claim is upheld").to.equal((BOND * 4n) / 10n);
    await chain.provider.send("evm_revert", [before]);
    await send(stories!.data);
    expect(await owed(signers[2]!.address), "without a claim too").to.equal(BOND / 10n);
  });
});
