// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { ChildProcess } from "node:child_process";
import { JsonRpcProvider, Wallet } from "ethers";
import { artifacts } from "hardhat";
import { createPublicClient, createWalletClient, defineChain, http, type Client } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { deployNovation, type Deployed } from "../../deploy/deploy-novation.js";
import { keyOf, startAnvil } from "../../sim/venue/anvil.js";
import * as ethers from "../../sdk/client/index.js";
import { NO_NODE } from "../../sdk/level.js";
import { USE, marketOf, saltOf, type Address, type GroupId } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { money, price, size } from "../../sdk/units.js";
import * as viem from "../../sdk/viem/index.js";
import { BASE, PRICE, QUOTE, TOKEN } from "../stories/venue.js";

const MARKET = marketOf(1, 0);
const GROUP = 1n as GroupId;
const FAR = 2n ** 40n - 1n;
const MAKER = 5;
const TAKER = 6;

describe("the client for viem, on a real node", function () {
  this.timeout(60_000);
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
    } as never);
    addresses = {
      clearinghouse: (await deployed.clearinghouse.getAddress()) as Address,
      lens: (await deployed.lens.getAddress()) as Address,
    };
    for (const index of [MAKER, TAKER]) await deployed.token.mint(addressOf(index), 1_000_000n * TOKEN);
    await provider.send("anvil_setBlockTimestampInterval", [1]); // both stories at the same times
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
    viem.NovationClient.connect(clientsOf(index), addresses, { pollEvery: 20, timeLimit: 3_000 });
  const withEthers = (index: number) =>
    ethers.NovationClient.connect(new Wallet(keyOf(index), provider), addresses, {
      pollEvery: 20,
      timeLimit: 3_000,
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
    const byEthers = await story(await withEthers(MAKER), await withEthers(TAKER));
    await fresh();
    const byViem = await story(await withViem(MAKER), await withViem(TAKER));
    expect(byViem.length).to.be.greaterThan(15);
    byViem.forEach((each, i) => expect(each, `step ${i}`).to.deep.equal(byEthers[i]));
  });
});
