// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { ChildProcess } from "node:child_process";
import { JsonRpcProvider, Wallet, type ContractTransactionResponse } from "ethers";
import { artifacts } from "hardhat";
import { createPublicClient, createWalletClient, defineChain, http, type Client } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { simulateContract, writeContract } from "viem/actions";
import { deployNovation, type Deployed } from "../../deploy/deploy-novation.js";
import { keyOf, startAnvil } from "../../sim/venue/anvil.js";
import * as ethers from "../../sdk/client/index.js";
import { saying, ticket } from "../../sdk/examples/ticket.js";
import { formatMoney, formatPrice } from "../../sdk/decimal.js";
import { NO_NODE } from "../../sdk/level.js";
import { USE, marketOf, saltOf, type Address, type GroupId } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { toCure, tokensFor } from "../../sdk/ticket/cure.js";
import { money, price, size } from "../../sdk/units.js";
import * as viem from "../../sdk/viem/index.js";
import { BASE, PRICE, QUOTE, TOKEN } from "../stories/venue.js";
import { importsOf, reachedFrom, sources } from "./imports.js";

const MARKET = marketOf(1, 0);
const GROUP = 1n as GroupId;
const FAR = 2n ** 40n - 1n;
const MAKER = 5;
const TAKER = 6;
const KEEPER = 7;

describe("the client for viem, on a real node", function () {
  this.timeout(0); // by itself some seconds
  let child: ChildProcess;
  let url: string;
  let provider: JsonRpcProvider;
  let deployed: Deployed;
  let addresses: viem.Addresses & { clearinghouse: Address };
  let untouched: string;

  before(async () => {
    const anvil = await startAnvil(["--gas-limit", "60000000", "--disable-code-size-limit"]);
    ({ child, url } = anvil);
    provider = new JsonRpcProvider(url, undefined, { staticNetwork: true, cacheTimeout: -1, pollingInterval: 20 });
    const deployer = await provider.getSigner(0);
    const people = await Promise.all([1, 2, 3].map((index) => provider.getSigner(index)));
    const [governor, risk, guardian] = people.map(({ address }) => address) as [string, string, string];
    deployed = await deployNovation({
      deployer,
      artifact: (name: string) => artifacts.readArtifact(name),
      holders: { GOVERNOR: governor, RISK: risk, GUARDIAN: guardian },
      vaultSeed: 1_000n * TOKEN,
    });
    addresses = {
      clearinghouse: (await deployed.clearinghouse.getAddress()) as Address,
      lens: (await deployed.lens.getAddress()) as Address,
    };
    for (const index of [MAKER, TAKER, KEEPER]) await mined(deployed.token.mint(addressOf(index), 1_000_000n * TOKEN));
    untouched = (await provider.send("evm_snapshot", [])) as string;
  });

  after(async () => {
    provider.destroy();
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  });

  async function fresh(): Promise<void> {
    await provider.send("evm_revert", [untouched]);
    untouched = (await provider.send("evm_snapshot", [])) as string;
  }

  const addressOf = (index: number): Address => new Wallet(keyOf(index)).address as Address;

  function clientsOf(index: number, chainId = 31_337): viem.Clients {
    const chain = defineChain({
      id: chainId,
      name: "local",
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: [url] } },
    });
    const transport = http(url);
    const account = privateKeyToAccount(keyOf(index) as Hex);
    return {
      publicClient: createPublicClient({ chain, transport }) as Client,
      walletClient: createWalletClient({ chain, transport, account }) as Client,
    };
  }

  const withViem = (index: number) =>
    viem.NovationClient.connect(clientsOf(index), addresses, { pollEvery: 20, timeLimit: 60_000 });
  const withEthers = (index: number) =>
    ethers.NovationClient.connect(new Wallet(keyOf(index), provider), addresses, {
      pollEvery: 20,
      timeLimit: 60_000,
    });

  /** What both clients offer, played to the end; what was told on the way. */
  async function story(maker: viem.NovationClient | ethers.NovationClient, taker: typeof maker): Promise<unknown[]> {
    const told: unknown[] = [];
    const done = async (act: Promise<{ events: readonly unknown[] }>) => told.push((await act).events);
    const refused = async (act: Promise<unknown>) =>
      told.push(
        await act.then(
          () => "no refusal",
          (failure: ethers.Refused) => [failure.error.name, failure.error.sentence],
        ),
      );
    await done(maker.deposit(20_000n * TOKEN));
    await done(taker.deposit(5_000n * TOKEN));
    await done(taker.transfer(0, 1, money(100n * QUOTE)));
    await done(taker.setSigner("0x00000000000000000000000000000000000000a1", 4_000_000_000n));
    const wish = { market: MARKET, limit: price((await maker.market(MARKET)).mark), expiry: FAR, use: USE.MAKER };
    const sell = await maker.signOrder({ ...wish, size: size(-BASE / 10n), salt: saltOf(1n, 1n) });
    await done(taker.fillOrder(sell, size(BASE / 50n), 0, NO_NODE, { deadline: FAR }));
    const buy = await taker.signOrder({ ...wish, size: size(BASE / 50n), salt: saltOf(1n, 1n), use: USE.TAKER });
    await done(maker.settle([{ taker: buy, fills: [{ maker: sell }] }], true));
    told.push(await taker.account(), await maker.market(MARKET), await maker.orderState(sell));
    told.push(await taker.shock(MARKET, -300_000n, [taker.accountId(), maker.accountId()]));
    await done(maker.cancel(sell.order));
    await done(maker.cancelBelow(7n));
    await refused(taker.fillOrder(sell, size(BASE / 50n), 0, NO_NODE, { deadline: FAR }));
    await refused(taker.withdraw(10n ** 15n));
    await refused(taker.settlement(GROUP));
    await done(taker.withdraw(1_000n * TOKEN));
    await done(taker.withdraw("all", 1));
    return told;
  }

  it("a story told through either client ends the same: events, views and refusals", async () => {
    await fresh();
    await provider.send("anvil_setBlockTimestampInterval", [1]); // both stories at the same times
    const byEthers = await story(await withEthers(MAKER), await withEthers(TAKER));
    await fresh();
    const byViem = await story(await withViem(MAKER), await withViem(TAKER));
    await provider.send("anvil_removeBlockTimestampInterval", []); // while it is set, time cannot be increased
    expect(byViem.length).to.be.greaterThan(15);
    byViem.forEach((each, i) => expect(each, `step ${i}`).to.deep.equal(byEthers[i]));
  });

  const kinds = ({ events }: viem.Done): string[] => events.map(({ kind }) => kind);
  const failureOf = (attempt: Promise<unknown>): Promise<Error & { error?: { name: string } }> =>
    attempt.then(
      () => expect.fail("no failure"),
      (failure: Error) => failure,
    );

  /** Moves the mark by so many ppm, without a gap; anchors follow. */
  async function drift(ppm: bigint): Promise<void> {
    const { feed } = deployed.markets[0]!;
    const [, answer] = await feed.latestRoundData();
    await mined(feed.setAnswer(answer + (answer * ppm) / 1_000_000n));
    for (let i = 0; i < 2; ++i) {
      await provider.send("evm_increaseTime", [130]);
      await mined(deployed.clearinghouse.poke(GROUP));
    }
  }

  /** The transaction of `from` that waits in the pool. */
  async function pendingOf(from: string): Promise<Record<string, string>> {
    for (;;) {
      const { pending } = (await provider.send("txpool_content", [])) as {
        pending: Record<string, Record<string, Record<string, string>>>;
      };
      const own = Object.entries(pending).find(([address]) => address.toLowerCase() === from.toLowerCase());
      const last = Object.values(own?.[1] ?? {}).at(-1);
      if (last !== undefined) return last;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it("margin call, cure, liquidation, lock, default and settlement by their calls", async () => {
    await fresh();
    const [maker, taker, keeper] = [await withViem(MAKER), await withViem(TAKER), await withViem(KEEPER)];
    await maker.deposit(500_000n * TOKEN);
    await keeper.deposit(200_000n * TOKEN);
    await taker.deposit(8_000n * TOKEN);
    const { mark } = await taker.market(MARKET);
    const wish = { market: MARKET, limit: mark, expiry: FAR, use: USE.MAKER, size: size(-BASE) };
    const sell = await maker.signOrder(wish);
    await taker.fillOrder(sell, size(BASE));
    await taker.withdraw("all");

    await drift(-19_000n);
    expect(kinds(await keeper.marginCall(taker.accountId()))).to.include("MarginCalled");
    expect(await failureOf(keeper.clearCall(taker.accountId()))).to.be.instanceOf(viem.Refused);
    const cure = tokensFor(toCure((await taker.account()).health), 6);
    expect(kinds(await taker.depositWithPermit(cure))).to.include.members(["Deposited", "MarginCallCleared"]);

    await drift(-19_000n);
    const some = await keeper.liquidateToAccount(taker.accountId(), MARKET, size(BASE / 5n));
    expect(kinds(some)).to.include("Liquidated");
    const rest = await keeper.liquidateMany(MARKET, [taker.accountId()], size(BASE));
    expect(kinds(rest)).to.include("Liquidated");
    const byOrders = await failureOf(keeper.liquidate(taker.accountId(), MARKET, [{ maker: sell }]));
    expect(byOrders).to.be.instanceOf(viem.Refused);
    const refusals: (string | undefined)[] = [];
    for (const attempt of [
      () => keeper.liquidateToVault(taker.accountId(), MARKET),
      () => keeper.buyInventory(MARKET, size(BASE)),
      () => keeper.collect(MARKET),
    ]) {
      refusals.push((await failureOf(attempt())).error?.name);
    }
    expect(refusals, "by name, each its own").to.deep.equal(["NotLiquidatable", "NoInventory", "MarketNotSettled"]);

    const { feed } = deployed.markets[0]!;
    const [, answer] = await feed.latestRoundData();
    await mined(feed.setAnswer((answer * 8n) / 10n));
    expect(kinds(await keeper.poke(GROUP))).to.include("Locked");
    expect((await keeper.group(GROUP)).phase).to.equal(1n);
    const gone = await keeper.absorb(GROUP, [taker.accountId()]);
    expect(kinds(gone)).to.include("Absorbed");
    expect((await keeper.settlement(GROUP)).done).to.equal(true);
    await provider.send("evm_increaseTime", [300]);
    await mined(feed.setAnswer((answer * 8n) / 10n));
    expect(kinds(await keeper.deleverage(GROUP))).to.include.members(["Charged", "Deleveraged", "Unlocked"]);
    expect(await keeper.queue(MARKET, false, 10)).to.have.length(1);
    const [health] = await keeper.accounts([maker.accountId()]);
    expect(health).to.deep.equal((await maker.account()).health);
  });

  it("ticket: what is shown before a trade is what the trade does", async () => {
    await fresh();
    const [maker, taker] = [await withViem(MAKER), await withViem(TAKER)];
    await maker.deposit(50_000n * TOKEN);
    const { mark } = await taker.market(MARKET);
    expect((await ticket(taker, MARKET, size(BASE / 5n), mark))[0]).to.contain("Deposit, or trade less.");
    await taker.deposit(5_000n * TOKEN);
    const [money1, liquidated, place] = await ticket(taker, MARKET, size(BASE / 5n), mark);
    const sell = await maker.signOrder({ market: MARKET, limit: mark, expiry: FAR, use: USE.MAKER, size: size(-BASE) });
    await taker.fillOrder(sell, size(BASE / 5n));
    const { health, positions } = await taker.account();
    expect(money1).to.contain(`equity ${formatMoney(health.equity)}`);
    expect(liquidated).to.equal(`liquidated at ${formatPrice(positions[0]!.liquidationMark)}`);
    expect(place).to.contain("0 levels ahead");
    const failure = await failureOf(taker.withdraw(10n ** 12n));
    expect(saying(failure)).to.contain("[Take at most that, or reduce positions first.]");
  });

  it("the vault: deposit, request, the price of a batch, claim", async () => {
    await fresh();
    const holder = await withViem(MAKER);
    await holder.vaultDeposit(2_000n * TOKEN);
    const { totalSupply, decimals, window, cooldown, depositFlows, vault } = await holder.vaultView();
    expect(depositFlows).to.equal("OPEN");
    expect([vault, decimals > 0]).to.deep.equal([await deployed.vault.getAddress(), true]);
    const shares = await deployed.vault.balanceOf(holder.owner);
    expect(shares > 0n && shares < totalSupply).to.equal(true);
    await holder.requestRedeem(shares / 2n);
    const [request] = await holder.requestsOf(holder.owner);
    expect([request!.pending, request!.claimable]).to.deep.equal([shares / 2n, 0n]);
    expect((await failureOf(holder.processBatch())).error?.name).to.equal("BatchNotDue");
    await provider.send("evm_increaseTime", [Number(window + cooldown) + 10]);
    for (const { feed } of deployed.markets) await mined(feed.setAnswer((await feed.latestRoundData())[1]));
    for (const id of deployed.groups) await mined(deployed.clearinghouse.poke(id));
    await holder.processBatch();
    expect((await holder.requestsOf(holder.owner))[0]!.claimable).to.equal(shares / 2n);
    const before = (await holder.tokens(holder.owner)).balance;
    await holder.claim();
    const gained = (await holder.tokens(holder.owner)).balance - before;
    expect(gained > 990n * TOKEN && gained <= 1_000n * TOKEN, String(gained)).to.equal(true);
    expect(await holder.requestsOf(holder.owner)).to.deep.equal([]);
  });

  it("a refusal is told before the wallet is asked, and a wallet on another chain signs nothing", async () => {
    await fresh();
    const { publicClient, walletClient } = clientsOf(TAKER);
    const asked: string[] = [];
    const request = (async (ask: { method: string }) => {
      asked.push(ask.method);
      if (ask.method === "eth_chainId") return "0x1";
      throw new Error("no wallet should be asked");
    }) as never;
    const elsewhere = { publicClient, walletClient: { ...walletClient, request } as Client };
    const client = await viem.NovationClient.connect(elsewhere, addresses);
    const wish = { market: MARKET, limit: price(PRICE), expiry: FAR, use: USE.MAKER, size: size(BASE) };
    for (const attempt of [
      () => client.deposit(5n),
      () => client.depositWithPermit(5n),
      () => client.signOrder(wish),
      () => client.poke(GROUP),
    ]) {
      const failure = await failureOf(attempt());
      expect(failure).to.be.instanceOf(viem.WrongChain);
      expect(failure.message).to.contain("chain 1 and the venue on 31337");
    }
    expect([...new Set(asked)]).to.deep.equal(["eth_chainId"]);

    const taker = await withViem(TAKER);
    const nonce = await provider.getTransactionCount(taker.owner);
    const failure = (await failureOf(taker.withdraw(5n * TOKEN))) as viem.Refused;
    expect([failure.error.name, failure.error.advice]).to.deep.equal([
      "InsufficientWithdrawable",
      "Take at most that, or reduce positions first.",
    ]);
    expect(await provider.getTransactionCount(taker.owner)).to.equal(nonce);
    const noAccount = { publicClient, walletClient: publicClient };
    expect((await failureOf(viem.NovationClient.connect(noAccount, addresses))).message).to.contain("no account");
  });

  it("what viem itself throws is explained too: a call by its own means", async () => {
    const { publicClient, walletClient } = clientsOf(TAKER);
    const account = walletClient.account!;
    const made = viem.calls.withdraw(addresses.clearinghouse, 0, 5n * TOKEN, account.address);
    for (const attempt of [
      () => simulateContract(publicClient, { ...made, account }),
      () => writeContract(walletClient, { ...made, account, chain: null }),
    ]) {
      const failure = viem.explained(await failureOf(attempt() as Promise<unknown>)) as viem.Refused;
      expect(failure).to.be.instanceOf(viem.Refused);
      expect(failure.error.name).to.equal("InsufficientWithdrawable");
    }
    const panic = new Error("nothing of the contracts'");
    expect(viem.explained(panic)).to.equal(panic);
  });

  it("sped up, cancelled, dropped: what becomes of a transaction is told by the same names", async () => {
    await fresh();
    await provider.send("evm_setAutomine", [false]);
    try {
      const key = "0x00000000000000000000000000000000000000a1" as Address;
      const hasty = { pollEvery: 20, timeLimit: 400 };
      const client = await viem.NovationClient.connect(clientsOf(TAKER), addresses, hasty);
      const late = (await failureOf(client.setSigner(key, 1_900_000_000n))) as viem.NotMined;
      expect(late).to.be.instanceOf(viem.NotMined);
      await provider.send("anvil_dropTransaction", [late.hash]);
      const patient = await withViem(TAKER);

      /** What a wallet does on "speed up" or "cancel": the same nonce, twice the fee. */
      const replaced = async (change: object): Promise<unknown> => {
        const done = patient.setSigner(key, 1_900_000_000n).catch((failure: unknown) => failure);
        const { from, to, nonce, input: data, maxFeePerGas } = await pendingOf(patient.owner);
        await new Promise((resolve) => setTimeout(resolve, 200)); // the client has seen it
        const fee = `0x${(2n * BigInt(maxFeePerGas!)).toString(16)}`;
        const fees = { maxFeePerGas: fee, maxPriorityFeePerGas: fee, gas: "0xf4240" };
        const sent = { from, to, data, nonce, ...fees, ...change };
        const hash = (await provider.send("eth_sendTransaction", [sent])) as string;
        await provider.send("evm_mine", []);
        return { outcome: await done, hash };
      };
      const spedUp = (await replaced({})) as { outcome: viem.Done; hash: string };
      expect([spedUp.outcome.receipt.transactionHash, kinds(spedUp.outcome)]).to.deep.equal([
        spedUp.hash,
        ["SignerSet"],
      ]);
      const cancelled = (await replaced({ to: patient.owner, data: "0x" })) as { outcome: viem.Replaced; hash: string };
      expect(cancelled.outcome).to.be.instanceOf(viem.Replaced);
      expect([cancelled.outcome.cancelled, cancelled.outcome.replacement]).to.deep.equal([true, cancelled.hash]);
      const starved = (await replaced({ gas: "0x5dc0" })) as { outcome: viem.Reverted };
      expect(starved.outcome).to.be.instanceOf(viem.Reverted);
    } finally {
      await provider.send("anvil_dropAllTransactions", []);
      await provider.send("evm_setAutomine", [true]);
    }
  });

  it("loads no ethers", () => {
    const all = sources();
    const entry = all.filter(({ path }) => path === "sdk/viem/index.ts");
    const reached = reachedFrom(entry, all);
    expect(reached).to.include("sdk/client/Follower.ts");
    const imports = all.filter(({ path }) => reached.has(path)).flatMap((source) => importsOf(source));
    expect(imports.filter((from) => /ethers/.test(from))).to.deep.equal([]);
  });
});

/** Under load a node answers before it has mined. */
async function mined(sent: Promise<ContractTransactionResponse>): Promise<void> {
  await (await sent).wait();
}
