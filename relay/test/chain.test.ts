// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Contract, ContractFactory, Interface, toQuantity } from "ethers";
import { REASON, type Statement } from "../journal/statement.js";
import { pageFromWire } from "../order/wire.js";
import { auditedOf } from "./audited.js";
import { ICollateral__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/ICollateral.sol/ICollateral__factory.js";
import { NOBODY, UNIT } from "./people.js";
import { PRICE, Venue } from "./Venue.js";

const COLLATERAL = ICollateral__factory.abi;

describe("a relay on a real node", function () {
  this.timeout(120_000);
  let venue: Venue;
  let snapshot: string;
  before(async () => (venue = await Venue.open()));
  after(() => venue.close());

  const said = async () =>
    (await venue.store.pages(1, 1_000)).flatMap(
      (body): readonly Statement[] => pageFromWire(JSON.parse(body)).statements,
    );
  const base = (size: bigint) => Number(size) / 1e9;

  const audited = () => auditedOf(venue);

  it("settles what it matches, within a block of the match", async () => {
    const maker = await venue.order(0, -2, PRICE);
    expect((await venue.post(maker)).body).to.include({ status: "open" });
    const taker = await venue.order(1, 1, PRICE + 10);
    expect((await venue.post(taker)).body).to.include({ status: "matched" });
    await venue.mine();
    expect([await venue.held(0), await venue.held(1)].map(base)).to.deep.equal([-1, 1]);
    expect([venue.live(maker).left, venue.live(maker).inflight, venue.live(taker).inflight].map(base)).to.deep.equal([
      1, 0, 0,
    ]);
    expect(await audited()).to.deep.equal([]);
  });

  it("counts what it does, for Prometheus", async () => {
    const url = `http://127.0.0.1:${venue.running.port}`;
    await venue.post(await venue.order(0, 1, PRICE, { maxFee: 0n }));
    const text = await (await fetch(`${url}/metrics`)).text();
    const value = (name: string) => Number(new RegExp(`^novation_relay_${name} (\\S+)$`, "m").exec(text)?.[1]);
    expect([value("accepted_total"), value("matches_total"), value("fills_total")]).to.deep.equal([2, 1, 1]);
    expect(value('refused_total\\{reason="FeeAboveCap"\\}')).to.equal(1);
    expect([value("mined_blocks_count"), value("mined_blocks_sum"), value("mined_seconds_count")]).to.deep.equal([
      1, 1, 1,
    ]);
    expect([value("batch_gas_count"), value("batch_gas_sum") > 100_000]).to.deep.equal([1, true]);
    expect(value("page_seconds_count")).to.equal(value("journal_page"));
    expect([value("signatures_waiting"), value("statements_waiting")]).to.deep.equal([0, 0]);
    const markets = (await (await fetch(`${url}/v1/markets`)).json()) as {
      market: number;
      mark: string;
      trades: boolean;
    }[];
    const [btc] = markets.filter(({ market }) => market === Number(venue.market.id));
    expect([btc?.mark, btc?.trades]).to.deep.equal([String(BigInt(PRICE) * UNIT), true]);
  });

  it("settles orders with triggers, of MAKER and TAKER, and many in one batch", async () => {
    const makers = await Promise.all(
      [2, 3, 4].map((trader) => venue.order(trader, -0.5, PRICE - 20, { use: 1n as never })),
    );
    for (const maker of makers) expect((await venue.post(maker)).status).to.equal(201);
    const taker = await venue.order(5, 1.5, PRICE, {
      use: 0n as never,
      trigger: BigInt(PRICE - 1) * UNIT,
      triggerAbove: true,
    });
    expect((await venue.post(taker)).body).to.include({ status: "matched" });
    await venue.mine();
    expect(base(await venue.held(5))).to.equal(1.5);
    expect(await audited()).to.deep.equal([]);
  });

  it("refuses early what the access gate does not admit, but nothing that reduces", async () => {
    const { abi, bytecode } = await venue.artifact("MockGate");
    const operator = await venue.chain.provider.getSigner(0);
    const nonce = await venue.chain.provider.getTransactionCount(operator.address);
    const gate = await new ContractFactory(abi, bytecode, operator).deploy({ nonce });
    await venue.chain.mineWaiting();
    (venue.chain as unknown as { nonces: Map<string, number> }).nonces.clear();
    const set = (at: unknown) => venue.venue.call(venue.venue.deployed.clearinghouse, "setAccessGate", [at]);
    await venue.venue.must([
      venue.venue.call(gate, "bar", [venue.traders[0]!.address, true]),
      set(await gate.getAddress()),
    ]);
    await venue.mine();
    expect(base(await venue.held(0)), "short").to.equal(-1);
    const { status, body } = await venue.post(await venue.order(0, -1, PRICE + 900));
    expect([status, body["error"]]).to.deep.equal([422, "AccessDenied"]);
    expect(body["message"]).to.match(/access gate does not admit/);
    expect((await venue.post(await venue.order(0, 1.1, PRICE - 900))).body["error"]).to.equal("AccessDenied");
    expect((await venue.post(await venue.order(0, 0.5, PRICE - 900))).status).to.equal(201);
    expect((await venue.post(await venue.order(7, 1, PRICE - 900))).status).to.equal(201);
    for (const trader of [0, 7]) {
      for (const live of venue.running.exchange.engine.ofAccount(BigInt(venue.traders[trader]!.address) << 32n)) {
        if (live.signed.order.limit === BigInt(PRICE - 900) * UNIT) await venue.running.exchange.cancel(live, "0x");
      }
    }
    await venue.venue.must([set(NOBODY)]);
    await venue.mine();
    expect((await venue.post(await venue.order(0, -1, PRICE + 900, { expiry: 1n }))).body["error"]).to.equal(
      "OrderExpired",
    );
  });

  it("counts what is pledged, less what its price lost", async () => {
    const local = venue.venue;
    const operator = await venue.chain.provider.getSigner(0);
    const deploy = async (name: string, ...args: unknown[]) => {
      const { abi, bytecode } = await venue.artifact(name);
      const nonce = await venue.chain.provider.getTransactionCount(operator.address);
      const contract = await new ContractFactory(abi, bytecode, operator).deploy(...args, { nonce });
      await venue.chain.mineWaiting();
      (venue.chain as unknown as { nonces: Map<string, number> }).nonces.clear();
      return contract;
    };
    const ether = 10n ** 18n;
    const coin = await deploy("MockToken", "Wrapped Ether", "WETH", 18);
    const source = await deploy("MockPriceSource", 3_000n * UNIT);
    const { clearinghouse } = local.deployed;
    const collateral = new Contract(local.at.clearinghouse, COLLATERAL, operator);
    const params = { haircut: 200_000, maxDiscount: 100_000, discountRate: 200_000, feeRate: 0, cap: 10n ** 24n };
    const trader = venue.traders[7]!.address;
    const pot = BigInt(local.at.vault) << 32n;
    await local.must([
      local.call(clearinghouse, "deposit", [pot, 60_000_000n * 10n ** 6n]),
      local.call(collateral, "createCollateral", [await coin.getAddress(), await source.getAddress(), params]),
      local.call(collateral, "setCollateralLine", [1n, 50_000_000n * 10n ** 9n]),
      local.call(coin, "mint", [trader, 20_000n * ether]),
    ]);
    await venue.mine();
    const order = () => venue.order(7, 300, PRICE - 900);
    expect((await venue.post(await order())).body["error"], "30 million on its cash").to.equal("InsufficientMargin");
    const own = async (contract: unknown, name: string, args: unknown[]) =>
      local.must([local.call(contract, name, args, trader)]);
    await venue.chain.provider.send("anvil_impersonateAccount", [trader]);
    await venue.chain.provider.send("anvil_setBalance", [trader, toQuantity(10n ** 19n)]);
    await own(coin, "approve", [local.at.clearinghouse, 20_000n * ether]);
    await own(collateral, "pledge", [0, 1n, 20_000n * ether]);
    await venue.mine();
    const signed = await order();
    expect((await venue.post(signed)).status, "48 million are pledged").to.equal(201);
    await venue.running.exchange.cancel(venue.live(signed), "0x");
    await local.must([local.call(source, "set", [10n * UNIT, 0])]);
    await venue.mine();
    expect((await venue.post(await order())).body["error"], "ether at 10").to.equal("InsufficientMargin");
    await own(collateral, "withdrawPledge", [0, 1n, 2n ** 256n - 1n, trader]);
    await venue.mine();
  });

  it("refuses what the contracts would, with their sentence", async () => {
    const refusal = async (signed: Awaited<ReturnType<typeof venue.order>>) => {
      const { status, body } = await venue.post(signed);
      return [status, body["error"], body["message"]] as const;
    };
    const [status, error, message] = await refusal(await venue.order(6, 5_000, PRICE));
    expect([status, error]).to.deep.equal([422, "InsufficientMargin"]);
    expect(message).to.match(/Deposit, or trade less/);
    expect((await refusal(await venue.order(6, 1, PRICE, { maxFee: 0n })))[1]).to.equal("FeeAboveCap");
    expect((await refusal(await venue.order(6, 1, PRICE, { expiry: 1n })))[1]).to.equal("OrderExpired");
    expect((await refusal(await venue.order(6, 1, PRICE, { market: 400n })))[1]).to.equal("MarketUnknown");
    expect((await refusal(await venue.order(6, 1, PRICE, { reduceOnly: true })))[1]).to.equal("NothingToReduce");
    expect((await refusal(await venue.order(6, 1, PRICE, { matcher: venue.traders[0]!.address })))[1]).to.equal(
      "MatcherOnly",
    );
    const { order } = await venue.order(6, 1, PRICE);
    expect((await refusal(venue.sign(venue.traders[5]!, order)))[1]).to.equal("SignerNotAuthorised");
    expect((await refusal({ ...venue.sign(venue.traders[5]!, order), signer: venue.traders[6]!.address }))[1]).to.equal(
      "BadSignature",
    );
    // Each alone has its margin, all together they have not.
    const sizes = [60, 60, 60, 60, 60];
    const answers: unknown[] = [];
    for (const size of sizes) answers.push((await venue.post(await venue.order(6, size, PRICE - 1_000))).status);
    expect(answers).to.include.members([201, 422]);
    for (const live of venue.running.exchange.engine.ofAccount(BigInt(venue.traders[6]!.address) << 32n)) {
      await venue.running.exchange.cancel(live, "0x");
    }
  });

  it("takes orders of a listed key and of a contract wallet", async () => {
    const agent = venue.traders[7]!;
    await venue.as(2, "setSigner", [agent.address, 2_000_000_000n]);
    await venue.mine();
    const { order } = await venue.order(2, 0.1, PRICE - 500);
    expect((await venue.post(venue.sign(agent, order))).status).to.equal(201);
    await venue.as(2, "setSigner", [agent.address, 0n]);
    await venue.mine();
    expect(venue.live({ order } as never).left, "a revoked key's orders go").to.equal(0n);

    const { abi, bytecode } = await venue.artifact("MockWallet");
    const operator = await venue.chain.provider.getSigner(0);
    const nonce = await operator.getNonce();
    const wallet = new ContractFactory(abi, bytecode, operator);
    const sent = await wallet.deploy(agent.address, { nonce });
    await venue.chain.mineWaiting();
    (venue.chain as unknown as { nonces: Map<string, number> }).nonces.clear();
    const address = (await sent.getAddress()).toLowerCase() as `0x${string}`;
    await venue.venue.deposit([[(BigInt(address) << 32n) as never, 100_000]]);
    await venue.mine();
    const { order: terms } = await venue.order(7, 0.2, PRICE, { account: BigInt(address) << 32n });
    const signed = { ...venue.sign(agent, terms, address), byContract: true };
    const posted = await venue.post(signed);
    expect(posted.body).to.include({ status: "matched" });
    await venue.mine();
    expect(venue.live(signed).inflight).to.equal(0n);
    const account = await venue.venue.deployed.lens.account(venue.venue.at.clearinghouse, terms.account);
    expect(account.positions.map(({ size }) => base(size))).to.deep.equal([0.2]);
  });

  it("cancellations on the chain, cancelBelow and withdrawals remove orders; a move of the mark does too", async () => {
    const one = await venue.order(3, 0.5, PRICE - 700);
    const two = await venue.order(3, 0.5, PRICE - 800);
    for (const each of [one, two]) await venue.post(each);
    await venue.as(3, "cancelOrder", [one.order.salt, one.order.account]);
    await venue.mine();
    expect([venue.live(one).left, base(venue.live(two).left)]).to.deep.equal([0n, 0.5]);
    await venue.as(3, "cancelBelow", [two.order.account, (two.order.salt >> 16n) + 1n]);
    await venue.mine();
    expect(venue.live(two).left).to.equal(0n);

    const large = await venue.order(4, 100, PRICE - 900);
    expect((await venue.post(large)).status).to.equal(201);
    await venue.as(4, "withdraw", [0, 700_000_000_000n, venue.traders[4]!.address]);
    await venue.mine();
    expect(venue.live(large).left, "its margin has left").to.equal(0n);
    expect((await said()).at(-1)).to.include({ kind: "dropped", reason: REASON.MARGIN });
    expect(await audited()).to.deep.equal([]);
  });

  it("what happened in a block that it could not look at is followed with the next one", async () => {
    const maker = await venue.order(0, -0.1, PRICE + 900);
    await venue.post(maker);
    expect(base(venue.live(maker).left)).to.equal(0.1);
    const lens = venue.venue.deployed.lens.interface.getFunction("group").selector;
    let failed = 0;
    venue.rpc.fault = (method, { data }) => {
      if (method !== "eth_call" || !data.startsWith(lens)) return undefined;
      ++failed;
      return "0x";
    };
    await venue.as(0, "cancelOrder", [maker.order.salt, maker.order.account]);
    await venue.running.relay.wake();
    venue.rpc.fault = () => undefined;
    expect([failed > 0, base(venue.live(maker).left)]).to.deep.equal([true, 0.1]);
    await venue.mine();
    expect(base(venue.live(maker).left), "cancelled a block ago").to.equal(0);
  });

  it("a maker that fails in the simulation is dropped with the reason, and the taker meets the next", async () => {
    const poor = await venue.order(7, -1, PRICE - 40);
    const rich = await venue.order(0, -1, PRICE - 30);
    await venue.post(poor);
    await venue.post(rich);
    const taker = await venue.order(1, 1, PRICE);
    // The maker voids his order in a block that the relay has not seen when it matches.
    await venue.as(7, "cancelOrder", [poor.order.salt, poor.order.account]);
    expect((await venue.post(taker)).body).to.include({ status: "matched" });
    await venue.mine();
    await venue.mine();
    expect(venue.live(poor).left).to.equal(0n);
    expect([venue.live(rich).left, venue.live(rich).inflight, venue.live(taker).left]).to.deep.equal([0n, 0n, 0n]);
    expect(base(await venue.held(1))).to.equal(2);
    expect(await audited()).to.deep.equal([]);
  });

  it("a hint that is too far drops nobody: the match waits, and goes with the hint of another head", async () => {
    const { interface: abi } = venue.venue.deployed.clearinghouse;
    const settle = abi.getFunction("settle")!.selector;
    const held = await venue.held(6);
    const [maker, taker] = [await venue.order(3, -0.2, PRICE - 50), await venue.order(6, 0.2, PRICE)];
    await venue.post(maker);
    let refused = 0;
    venue.rpc.fault = (method, { data }) => {
      if (method !== "eth_call" || !data.startsWith(settle)) return undefined;
      ++refused;
      return new Interface(["error HintTooFar(uint48 level)"]).encodeErrorResult("HintTooFar", [7]);
    };
    expect((await venue.post(taker)).body).to.include({ status: "matched" });
    await venue.mine();
    await venue.mine();
    expect(refused).to.be.greaterThan(1);
    expect([venue.live(maker).inflight, venue.live(taker).inflight].map(base)).to.deep.equal([0.2, 0.2]);

    venue.rpc.fault = () => undefined;
    await venue.mine();
    await venue.mine();
    expect(base((await venue.held(6)) - held)).to.equal(0.2);
    expect([venue.live(maker).left, venue.live(maker).inflight, venue.live(taker).inflight]).to.deep.equal([
      0n,
      0n,
      0n,
    ]);
    expect(await audited()).to.deep.equal([]);
  });

  it("what a block passes over for its market's sake comes back to the book, and is matched again", async () => {
    const held = await venue.held(6);
    const expiry = BigInt(venue.chain.now) + 5_000_000n;
    const maker = await venue.order(3, -0.2, PRICE - 50, { expiry });
    const taker = await venue.order(6, 0.2, PRICE, { expiry });
    await venue.post(maker);
    await venue.post(taker);
    await venue.running.relay.wake();
    await venue.chain.mine([], venue.chain.now + 4_000_000); // what is sent is in a block whose price is stale
    await venue.running.relay.wake();
    expect(await venue.held(6)).to.equal(held);
    await venue.venue.setMark(venue.market, PRICE);
    await venue.mine();
    await venue.mine();
    expect(base((await venue.held(6)) - held)).to.equal(0.2);
    expect(await audited()).to.deep.equal([]);
  });

  it("what a reorganisation takes back is sent again, and restarts lose nothing", async () => {
    const { provider } = venue.chain;
    const held = await venue.held(5);
    const maker = await venue.order(2, -0.3, PRICE - 60);
    await venue.post(maker);
    const taker = await venue.order(5, 0.3, PRICE);
    snapshot = await venue.chain.snapshot();
    await venue.post(taker);
    await venue.mine();
    expect(base((await venue.held(5)) - held)).to.equal(0.3);
    expect(await provider.send("evm_revert", [snapshot])).to.equal(true);
    await venue.chain.mineOnDemand();
    await venue.chain.mineWaiting();
    await venue.running.relay.wake();
    expect(base(venue.live(taker).inflight), "on its way again").to.equal(0.3);

    await venue.running.close();
    await venue.start();
    expect(base(venue.live(taker).inflight), "after a restart").to.equal(0.3);
    await venue.mine();
    await venue.mine();
    expect(base((await venue.held(5)) - held)).to.equal(0.3);
    expect([venue.live(taker).inflight, venue.live(maker).left, venue.live(maker).inflight]).to.deep.equal([
      0n,
      0n,
      0n,
    ]);
    expect(await audited()).to.deep.equal([]);
  });

  it("nothing is matched while there is no price; it goes on when there is", async () => {
    const ask = await venue.order(0, -0.1, PRICE - 100);
    await venue.chain.mine([], venue.chain.now + 4_000_000); // stale for long
    await venue.running.relay.wake();
    const late = await venue.order(0, -0.1, PRICE - 100);
    await venue.post(late);
    const bid = await venue.order(1, 0.1, PRICE);
    expect((await venue.post(bid)).body).to.include({ status: "open" });
    await venue.venue.setMark(venue.market, PRICE);
    await venue.mine();
    await venue.mine();
    expect([venue.live(late).left, venue.live(bid).left, venue.live(bid).inflight]).to.deep.equal([0n, 0n, 0n]);
    expect(venue.live(ask), "never posted").to.equal(undefined);
    expect(await audited()).to.deep.equal([]);
  });

  it("a maker of several matches that are mined at once is neither dropped nor restored", async () => {
    const before = (await said()).length;
    const maker = await venue.order(2, -1.5, PRICE + 5);
    expect((await venue.post(maker)).body).to.include({ status: "open" });
    for (const trader of [3, 4, 5]) {
      expect((await venue.post(await venue.order(trader, 0.5, PRICE + 10))).body).to.include({ status: "matched" });
    }
    await venue.mine();
    expect(base(venue.live(maker).left)).to.equal(0);
    const kinds = (await said()).slice(before).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "restored" || kind === "dropped")).to.deep.equal([]);
    expect(await audited()).to.deep.equal([]);
  });
});
