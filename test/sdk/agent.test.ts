// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Interface, JsonRpcProvider, toBeHex, type Signer } from "ethers";
import { artifacts } from "hardhat";
import {
  AgentClient,
  ApprovalRefused,
  ApprovalTooSmall,
  NotAnAgent,
  NotAuthorised,
  NotForAgents,
  NovationClient,
  OtherAccount,
  type Addresses,
} from "../../sdk/client/index.js";
import { approve } from "../../sdk/client/approve.js";
import { USE, accountOf, type Address, type MarketId } from "../../sdk/order.js";
import { OutOfRange } from "../../sdk/range.js";
import { SequenceTooHigh, saltOf } from "../../sdk/salt.js";
import { price, size } from "../../sdk/units.js";
import { FakeNode, error, result } from "../keeper/nodes/FakeNode.js";
import { BASE, PRICE, TOKEN, openVenue, type Venue, type Person } from "../stories/venue.js";

const LIMIT = price(100_000n * PRICE);

describe("a client for an agent's key", () => {
  let venue: Venue;
  let owner: Person, agent: Person, maker: Person, nobody: Person;
  let addresses: Addresses;
  let own: NovationClient, other: NovationClient;
  let market: MarketId;
  let until: bigint;

  const signerOf = (person: Person) => person.signer as unknown as Signer;
  const failureOf = (attempt: Promise<unknown>): Promise<unknown> =>
    attempt.then(
      () => undefined,
      (error: unknown) => error,
    );

  before(async () => {
    venue = await openVenue();
    [owner, agent, maker, nobody] = venue.crowd as [Person, Person, Person, Person];
    market = venue.marketId as MarketId;
    addresses = { clearinghouse: venue.target, lens: (await venue.lens.getAddress()) as Address };
    own = await NovationClient.connect(signerOf(owner), addresses);
    other = await NovationClient.connect(signerOf(maker), addresses);
    await venue.fund(owner, 10_000n, 5);
    await venue.fund(maker, 10_000n);
    await venue.fund(agent, 10_000n, 5); // so that acting for itself would work
    until = (await venue.now()) + 1_000n;
    await own.setSigner(agent.address, until);
  });

  const connect = () => AgentClient.connect(signerOf(agent), addresses, { owner: owner.address, number: 5 });
  const wish = (amount: bigint, taker: boolean) => ({
    market,
    size: size(amount),
    limit: LIMIT,
    expiry: 2n ** 40n - 1n,
    use: taker ? USE.TAKER : USE.MAKER,
  });

  it("signs for the owner's account, and what is filled is the owner's", async () => {
    const client = await connect();
    expect(client.accountId).to.equal(accountOf(owner.address, 5));
    expect(await client.authorisedUntil()).to.equal(until);
    const buy = await client.signOrder(wish(BASE / 50n, true));
    expect([buy.order.account, buy.signer]).to.deep.equal([accountOf(owner.address, 5), agent.address]);
    const sell = await other.signOrder(wish(-BASE / 50n, false));
    await client.settle([{ taker: buy, fills: [{ maker: sell, size: size(BASE) }] }], true);
    expect((await client.account()).positions[0]!.size).to.equal(BASE / 50n);
    expect((await own.account(accountOf(agent.address, 5))).positions).to.have.length(0);
  });

  it("cancels the owner's orders", async () => {
    const client = await connect();
    const order = await client.signOrder(wish(BASE / 50n, false));
    const { events } = await client.cancel(order.order);
    expect(events).to.deep.equal([{ kind: "OrderCancelled", account: client.accountId, salt: order.order.salt }]);
    const below = await client.cancelBelow(7n);
    expect(below.events).to.deep.equal([{ kind: "OrdersCancelledBelow", account: client.accountId, sequence: 7n }]);
  });

  it("refuses by name what a key cannot do, or would do for itself", async () => {
    const client = await connect();
    for (const action of ["withdraw", "transfer", "setSigner", "deposit", "fillOrder"] as const) {
      const failure = await failureOf(client[action](1n, 5));
      expect(failure, action).to.be.instanceOf(NotForAgents);
      expect((failure as NotForAgents).message).to.match(/^an agent's key cannot .+ for the owner: ./);
    }
    expect((await own.account(accountOf(agent.address, 5))).health.cash).to.equal(10_000n * 10n ** 9n);
  });

  it("never acts for another account than the one it was given", async () => {
    const client = await connect();
    const foreign = { salt: saltOf(1n, 0n), account: accountOf(agent.address, 5) };
    expect(await failureOf(client.cancel(foreign))).to.be.instanceOf(OtherAccount);
    expect(await failureOf(client.cancel({ ...foreign, account: own.accountId(6) }))).to.be.instanceOf(OtherAccount);
    const strange = { ...wish(BASE, true), number: 6 };
    expect(await failureOf(client.signOrder(strange))).to.be.instanceOf(OtherAccount);
    const named = await client.signOrder({ ...wish(BASE, true), account: accountOf(agent.address, 5) } as never);
    expect(named.order.account).to.equal(client.accountId);
  });

  it("has to be told for whom, and is not the owner", async () => {
    const attempts: [unknown, unknown][] = [
      ...[undefined, null, {}, { owner: owner.address }, { number: 5 }].map((one): [unknown, unknown] => [
        one,
        OutOfRange,
      ]),
      [{ owner: owner.address, number: -1 }, OutOfRange],
      [{ owner: owner.address, number: 2 ** 32 }, OutOfRange],
      [{ owner: owner.address.slice(0, -1), number: 0 }, OutOfRange],
      [{ owner: agent.address, number: 0 }, NotAnAgent],
      [{ owner: agent.address.toLowerCase(), number: 0 }, NotAnAgent],
    ];
    for (const [principal, expected] of attempts) {
      const failure = await failureOf(AgentClient.connect(signerOf(agent), addresses, principal as never));
      expect(failure, JSON.stringify(principal)).to.be.instanceOf(expected);
    }
  });

  it("that nobody authorised is refused when it connects", async () => {
    const principal = { owner: owner.address, number: 5 };
    const failure = await failureOf(AgentClient.connect(signerOf(nobody), addresses, principal));
    expect(failure).to.be.instanceOf(NotAuthorised);
    expect((failure as NotAuthorised).until).to.equal(0n);
    expect((failure as NotAuthorised).message).to.contain("the owner has to call setSigner");
  });

  it("finds its authorisation in pieces of blocks as well, and the latest one counts", async () => {
    const piecewise = await AgentClient.connect(
      ...([signerOf(agent), addresses, { owner: owner.address, number: 5 }, { blocksAQuery: 3 }] as const),
    );
    expect(await piecewise.authorisedUntil()).to.equal(until);
    await own.setSigner(agent.address, until + 1n);
    expect(await piecewise.authorisedUntil()).to.equal(until + 1n);
  });

  it("finds the latest one in whatever order a node tells them", async () => {
    const client = await connect();
    const query = client.clearinghouse.queryFilter.bind(client.clearinghouse);
    const told = await client.authorisedUntil();
    Object.defineProperty(client.clearinghouse, "queryFilter", {
      value: async (...args: Parameters<typeof query>) => (await query(...args)).reverse(),
    });
    expect(await client.authorisedUntil()).to.equal(told);
  });

  it("pieces of no blocks, and times that no clock can wait for, are refused before anything is asked", async () => {
    const principal = { owner: owner.address, number: 5 };
    for (const options of [
      ...[0, -1, 0.5, NaN, Infinity, 10n as never].map((blocksAQuery) => ({ blocksAQuery })),
      ...[0, -1, 0.5, NaN, Infinity, 2 ** 31, "1" as never].flatMap((ms) => [{ timeLimit: ms }, { pollEvery: ms }]),
    ]) {
      const attempt = AgentClient.connect(signerOf(agent), addresses, principal, options);
      expect(await failureOf(attempt), JSON.stringify(Object.entries(options).map(String))).to.be.instanceOf(
        OutOfRange,
      );
      if ("blocksAQuery" in options) continue;
      const direct = NovationClient.connect(signerOf(owner), addresses, options);
      expect(await failureOf(direct)).to.be.instanceOf(OutOfRange);
    }
  });

  it("notices that its time is over, or that it was revoked", async () => {
    const client = await connect();
    const undo = await venue.mark();
    await own.setSigner(agent.address, 0n);
    for (const attempt of [() => client.signOrder(wish(BASE, true)), () => client.cancelBelow(8n)]) {
      const failure = (await failureOf(attempt())) as NotAuthorised;
      expect(failure.until).to.equal(0n);
      expect(failure.message).to.contain("is not authorised to act");
    }
    expect(await client.authorisedUntil()).to.equal(0n);
    await undo();
    await venue.wait(2_000n);
    const failure = (await failureOf(client.signOrder(wish(BASE, true)))) as NotAuthorised;
    expect(failure).to.be.instanceOf(NotAuthorised);
    expect(failure.message).to.match(/was authorised until \d{4}-\d\d-\d\dT/);
  });
});

describe("the client's salts, and what it refuses before it sends", () => {
  let venue: Venue;
  let client: NovationClient;
  let alice: Person;

  before(async () => {
    venue = await openVenue();
    [alice] = venue.crowd as [Person];
    const lens = (await venue.lens.getAddress()) as Address;
    client = await NovationClient.connect(alice.signer as unknown as Signer, { clearinghouse: venue.target, lens });
  });

  const wish = () => ({
    market: venue.marketId as MarketId,
    size: size(BASE),
    limit: LIMIT,
    expiry: 2n ** 40n - 1n,
    use: USE.TAKER,
  });

  async function refused(attempt: () => Promise<unknown>, kind: unknown): Promise<void> {
    let failure: unknown;
    await attempt().catch((error: unknown) => (failure = error));
    expect(failure).to.be.instanceOf(kind);
  }

  it("counts in milliseconds, and never gives a salt twice", async () => {
    const salts = [];
    for (let i = 0; i < 5; ++i) salts.push(await client.nextSalt(3n));
    for (const [i, salt] of salts.entries()) {
      expect(salt & 0xffffn).to.equal(3n);
      if (i > 0) expect(salt > salts[i - 1]!).to.equal(true);
      const apart = (salt >> 16n) - (await venue.now()) * 1_000n;
      expect(apart < 3_600_000n && apart > -3_600_000n, String(apart)).to.equal(true);
    }
    const two = await Promise.all([client.signOrder(wish()), client.signOrder(wish())]);
    expect(two[0]!.order.salt).to.not.equal(two[1]!.order.salt);
  });

  it("goes by the chain's clock where that is another", async () => {
    await venue.wait(86_400n * 30n);
    const apart = ((await client.nextSalt()) >> 16n) - (await venue.now()) * 1_000n;
    expect(apart < 3_600_000n && apart > -3_600_000n, String(apart)).to.equal(true);
  });

  it("refuses sequences more than an hour ahead", async () => {
    const now = (await venue.now()) * 1_000n;
    for (const sequence of [2n ** 48n - 1n, now + 3_700_000n]) {
      await refused(() => client.signOrder({ ...wish(), salt: saltOf(sequence, 0n) }), SequenceTooHigh);
      await refused(() => client.cancelBelow(sequence), SequenceTooHigh);
      await refused(() => client.cancel({ salt: saltOf(sequence, 0n), account: alice.id }), SequenceTooHigh);
    }
    expect((await client.signOrder({ ...wish(), salt: saltOf(now + 3_500_000n, 0n) })).order.salt >> 16n).to.equal(
      now + 3_500_000n,
    );
  });

  it("refuses what does not fit, by name", async () => {
    const maker = await client.signOrder(wish());
    const short = alice.address.slice(0, -1) as Address;
    const attempts: (() => Promise<unknown>)[] = [
      ...[-1n, 2n ** 256n, 1 as never].map((tokens) => () => client.deposit(tokens)),
      ...[-1, 2 ** 32, 1.5, "0" as never].map((number) => () => client.deposit(1n, number)),
      ...[-1n, 2n ** 256n, 2n ** 256n - 1n, "some" as never, 1 as never].map((tokens) => () => client.withdraw(tokens)),
      ...[-1, 2 ** 32, NaN].map((number) => () => client.withdraw(1n, number)),
      () => client.withdraw(1n, 0, short),
      () => client.transfer(0, 2 ** 32, 1n as never),
      () => client.transfer(-1, 0, 1n as never),
      () => client.transfer(0, 1, -1n as never),
      () => client.setSigner(short, 1n),
      () => client.setSigner(alice.address, -1n),
      () => client.setSigner(alice.address, 1_800_000_000_000n), // milliseconds
      () => client.fillOrder(maker, size(-1n)),
      () => client.fillOrder(maker, size(1n), 2 ** 32),
      () => client.fillOrder(maker, size(1n), 0, (2n ** 48n) as never),
      () => client.fillOrder(maker, size(0n)),
      () => client.settle([{ taker: { ...maker, signer: short, byContract: true }, fills: [] }]),
      () => client.settle([{ taker: maker, fills: [{ maker, size: size(-1n) }] }]),
      () => client.settle([{ taker: maker, fills: [{ maker, hint: (2n ** 48n) as never }] }]),
      () => client.settle([{ taker: { ...maker, order: { ...maker.order, salt: 2n ** 64n } }, fills: [] }]),
      () => client.cancel({ salt: 2n ** 64n, account: alice.id }),
      () => client.cancel({ salt: 1n, account: (2n ** 192n) as never }),
      () => client.cancelBelow(2n ** 48n),
      () => client.account((2n ** 192n) as never),
      () => client.market((2n ** 32n) as never),
      () => client.nextSalt(65_536n),
      () => client.signOrder({ ...wish(), expiry: 2n ** 40n }),
      () => client.signOrder({ ...wish(), number: -1 }),
    ];
    for (const attempt of attempts) {
      await refused(async () => attempt(), OutOfRange);
    }
  });
});

describe("approvals", () => {
  const NOWHERE = `0x${"11".repeat(20)}` as Address;
  const tether = (name: string) => (name === "MockToken" ? "TetherToken" : name);

  it("a token as USDT: the allowance is set to 0 first, only when the token asks for it", async () => {
    for (const isTether of [true, false]) {
      const artifact = (name: string) => artifacts.readArtifact(isTether ? tether(name) : name);
      const venue = await openVenue({ artifact } as never);
      const [alice] = venue.crowd as [Person];
      await venue.token.mint(alice.address, 100n * TOKEN);
      const lens = (await venue.lens.getAddress()) as Address;
      const client = await NovationClient.connect(alice.signer as unknown as Signer, {
        clearinghouse: venue.target,
        lens,
      });
      const approvals = async () =>
        (await venue.token.queryFilter(venue.token.filters.Approval(alice.address))).map(({ args }) => args[2]);
      await client.deposit(10n * TOKEN);
      expect(await venue.token.allowance(alice.address, venue.target)).to.equal(0n);
      await venue.token
        .connect(alice.signer)
        .approve.populateTransaction(venue.target, 3n)
        .then((call) => alice.signer.sendTransaction(call));
      const before = (await approvals()).length;
      await client.deposit(20n * TOKEN);
      expect((await approvals()).slice(before)).to.deep.equal(isTether ? [0n, 20n * TOKEN] : [20n * TOKEN]);
      expect((await client.account()).health.cash).to.equal(30n * 10n ** 9n);
      if (!isTether) continue;
      const paused = await venue.ethers.getContractAt("TetherToken", await venue.token.getAddress());
      await paused.getFunction("setPaused")(true);
      const failure = await client.deposit(1n).catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(ApprovalRefused);
    }
  });

  it("nodes that are a block behind are looked at again: neither a small allowance nor a refusal is made up", async () => {
    const TOKEN_CALLS = new Interface(["function allowance(address, address) view returns (uint256)"]);
    for (const [before, zeroFirst] of [
      [0n, false],
      [5n, true],
    ] as const) {
      // What the token says now, and what nodes that are behind still say.
      const [sent, told]: [bigint[], bigint[]] = [[], [before]];
      let late = 0;
      const seen = () => told.at(late > 0 ? (--late, -2) : -1)!;
      const provider = {
        call: async ({ data }: { data: string }) => {
          const allowance = seen();
          if (data.startsWith(TOKEN_CALLS.getFunction("allowance")!.selector)) return toBeHex(allowance, 32);
          if (zeroFirst && allowance !== 0n) throw Object.assign(new Error("execution reverted"), { code: 3 });
          return "0x";
        },
      };
      const wish = { provider: provider as never, token: NOWHERE, owner: NOWHERE, spender: NOWHERE, tokens: 9n };
      await approve(wish, async (data) => {
        const tokens = BigInt(`0x${data.slice(-64)}`);
        sent.push(tokens);
        told.push(tokens);
        late = 2;
      });
      expect(sent).to.deep.equal(zeroFirst ? [0n, 9n] : [9n]);
    }
  });

  it("a node in trouble refuses nothing: no approval is set to 0 for it, and its own words are thrown", async () => {
    const TOKEN_CALLS = new Interface(["function allowance(address, address) view returns (uint256)"]);
    const ALLOWANCE = TOKEN_CALLS.getFunction("allowance")!.selector;
    for (const told of [
      { code: -32_005, message: "daily request count exceeded, request rate limited" },
      { code: -32_000, message: "header not found" },
      { code: 3, message: "Retryable error occurred" },
      { code: -32_603, message: "failed to revert to an older head" },
    ]) {
      const node = await FakeNode.start(({ id, method, params }) => {
        if (method === "eth_chainId") return result(id, "0x1");
        const { data = "" } = (params[0] ?? {}) as { data?: string };
        return data.startsWith(ALLOWANCE) ? result(id, toBeHex(5n, 32)) : error(id, told);
      });
      const provider = new JsonRpcProvider(node.url, 1, { staticNetwork: true, batchMaxCount: 1 });
      try {
        const wish = { provider, token: NOWHERE, owner: NOWHERE, spender: NOWHERE, tokens: 9n };
        const failure: unknown = await approve(wish, async () => expect.fail("sent")).catch((each: unknown) => each);
        expect(failure, told.message).to.not.be.instanceOf(ApprovalRefused);
        expect((failure as { info?: { error: object } }).info?.error).to.include(told);
      } finally {
        provider.destroy();
        await node.stop();
      }
    }
  });

  it("a wallet that was told to approve less: a named error with both amounts", async () => {
    const venue = await openVenue();
    const [alice] = venue.crowd as [Person];
    await venue.token.mint(alice.address, 100n * TOKEN);
    const lens = (await venue.lens.getAddress()) as Address;
    const edits = new Proxy(alice.signer, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        if (key !== "sendTransaction") return value.bind(target) as unknown;
        return (call: { data: string }) =>
          target.sendTransaction({ ...call, data: call.data.replace(/.{2}$/, "01").replace(/[1-9a-f](?=.{2}$)/, "0") });
      },
    });
    const client = await NovationClient.connect(edits as unknown as Signer, { clearinghouse: venue.target, lens });
    const failure = (await client.deposit(0x1110n).catch((error: unknown) => error)) as ApprovalTooSmall;
    expect(failure).to.be.instanceOf(ApprovalTooSmall);
    expect([failure.allowance, failure.wanted]).to.deep.equal([0x1001n, 0x1110n]);
  });
});
