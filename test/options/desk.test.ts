// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { createPublicClient, createWalletClient, defineChain, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { AgentClient, NovationClient, Refused, optionDesk } from "../../sdk/client/index.js";
import { quoteAndTrade } from "../../sdk/examples/options.js";
import type { OptionDesk } from "../../sdk/options/OptionDesk.js";
import { quoteLane } from "../../sdk/options/quoteLane.js";
import { USE, type Address, type GroupId } from "../../sdk/order.js";
import { laneOf, sequenceOf } from "../../sdk/salt.js";
import { signerOf } from "../../sdk/signature.js";
import { orderDigest } from "../../sdk/orderHash.js";
import { packBatch } from "../../sdk/packing/batch.js";
import { price, size } from "../../sdk/units.js";
import * as viem from "../../sdk/viem/index.js";
import { BASE, Day, EXPIRY, PRICE, mined, type Person } from "./Day.js";
import { expectNear } from "../stories/venue.js";

const AMPLE = { gasLimit: 6_000_000n };

describe("options by name, over ethers and over viem", function () {
  this.timeout(0); // by itself some seconds
  let day: Day;
  let addresses: { clearinghouse: Address; lens: Address };
  let options: { lens: Address; groups: { symbol: string; group: GroupId }[] };
  let people: Person[];
  const client = ({ wallet }: Person) => NovationClient.connect(wallet, addresses, { pollEvery: 20 });
  const desk = async (person: Person) => optionDesk(await client(person), options as never);

  before(async () => {
    day = await Day.open(0);
    const { clearinghouse, lens, optionLens, group } = day.venue;
    const at = async (contract: { getAddress(): Promise<string> }) => (await contract.getAddress()) as Address;
    addresses = { clearinghouse: await at(clearinghouse), lens: await at(lens) };
    options = { lens: await at(optionLens), groups: [{ symbol: "ETH", group: group as GroupId }] };
    const refusal = await clearinghouse.list.staticCall(group, EXPIRY).catch((failure: { data: string }) => failure);
    const { args } = clearinghouse.interface.parseError((refusal as { data: string }).data)!;
    const [, base, step] = args as unknown as [bigint, bigint, bigint];
    await day.smile(base, step, 6_000n);
    await mined(clearinghouse.list(group, EXPIRY, AMPLE));
    await day.settleAnchors();
    people = await Promise.all(
      [
        [1, 500_000n],
        [2, 20_000n],
        [3, 20_000n],
      ].map(([index, quote]) => day.person(Number(index), BigInt(quote!))),
    );
  });
  after(() => day.close());

  it("the example quotes, trades a spread, and the Greeks are those that were foretold", async () => {
    const [maker, taker, sender] = people as [Person, Person, Person];
    const found = await quoteAndTrade(await desk(maker), await desk(taker), await client(sender));
    expect(found.names).to.deep.equal(["ETH-5DEC25-4000-C", "ETH-5DEC25-4250-C"]);
    // Some blocks later; theta goes on.
    for (const name of ["delta", "gamma", "vega", "theta"] as const) {
      const [is, was] = [Number(found.greeks[name]), Number(found.expectedGreeks[name])];
      expect(Math.abs(is - was), name).to.be.lessThan(Math.abs(was) / 1_000 + 10);
    }
    const foretold = found.expected.initial;
    expectNear(found.margin.initial, foretold, foretold / 1_000n, "initial margin");
    expect(found.margin.profits.length).to.equal(16);
    expect(found.greeks.delta < 0n && found.greeks.vega < 0n).to.equal(true);
  });

  it("gives every quote a lane of its own and all one sequence, the next of which is higher", async () => {
    const maker = await desk(people[0]!);
    const side = (at: bigint) => ({ price: price(at * PRICE), size: size(BASE) });
    const wishes = [
      { series: "ETH-5DEC25-4000-C", bid: side(220n), ask: side(250n) },
      { series: "ETH-PERPETUAL", ask: side(4_010n) },
      { series: "ETH-5DEC25", bid: side(3_990n) },
    ];
    const [first, second] = [await maker.quotes(wishes), await maker.quotes(wishes)];
    const lanes = first.map(({ order }) => laneOf(order.salt));
    expect(lanes).to.deep.equal(first.map(({ order }) => quoteLane(order.market, order.size > 0n)));
    expect(new Set(lanes).size).to.equal(4);
    expect(new Set(first.map(({ order }) => sequenceOf(order.salt))).size).to.equal(1);
    expect(sequenceOf(second[0]!.order.salt) > sequenceOf(first[0]!.order.salt)).to.equal(true);
    expect(first.every(({ order }) => order.use === USE.MAKER)).to.equal(true);
    // On the chain too: cancelling the later quote of a lane voids the earlier.
    const trader = await client(people[0]!);
    await trader.cancel(second[0]!.order);
    const { clearinghouse } = day.venue;
    const taker = await client(people[2]!);
    const failure = await taker.settle([], true).catch((why: unknown) => why);
    expect((failure as Refused).error?.name).to.equal("EmptyBatch");
    const fill = await clearinghouse
      .connect(people[2]!.wallet)
      .settle.staticCall(
        packBatch({
          strict: true,
          matches: [
            {
              taker: await (
                await desk(people[2]!)
              ).sign({ series: wishes[0]!.series, size: size(-BASE), limit: price(210n * PRICE), use: USE.TAKER }),
              hint: 0n as never,
              fills: [{ maker: first[0]!, size: size(BASE), hint: 0n as never }],
            },
          ],
        }),
      )
      .catch((why: { data: string }) => why.data);
    expect(clearinghouse.interface.parseError(fill as unknown as string)!.name).to.equal("OrderCancelledOrFilled");
  });

  it("refuses names of nothing, and orders that outlive their series", async () => {
    const one = await desk(people[0]!);
    const wish = { series: "ETH-5DEC25-4000-C", size: size(BASE), limit: price(100n * PRICE) };
    const failureOf = (run: Promise<unknown>) =>
      run.then(
        () => "nothing",
        (why: Error) => why.name,
      );
    expect(await failureOf(one.sign({ ...wish, series: "BTC-5DEC25-4000-C" }))).to.equal("SeriesNameUnknown");
    expect(await failureOf(one.sign({ ...wish, series: "ETH-5DEC25-4001-C" }))).to.equal("SeriesNameUnknown");
    expect(await failureOf(one.sign({ ...wish, expiry: BigInt(EXPIRY) + 1n }))).to.equal("OutlivesSeries");
    expect((await one.sign({ ...wish, expiry: BigInt(EXPIRY) })).order.expiry).to.equal(BigInt(EXPIRY));
    const { order } = await one.sign(wish);
    expect(order.expiry - BigInt(await day.now())).to.equal(600n);
  });

  it("an agent's desk signs for the owner's account", async () => {
    const [owner, key] = [people[0]!, people[2]!];
    await mined(day.venue.clearinghouse.connect(owner.wallet).setSigner(key.wallet.address, BigInt(EXPIRY)));
    const agent = await AgentClient.connect(key.wallet, addresses, {
      owner: owner.wallet.address as Address,
      number: 0,
    });
    const made = await optionDesk(agent, options as never);
    const [signed] = await made.quotes([
      { series: "ETH-5DEC25-4000-P", bid: { price: price(PRICE), size: size(BASE) } },
    ]);
    expect([signed!.order.account, signed!.signer]).to.deep.equal([owner.id, key.wallet.address]);
  });

  it("over viem the same orders, the same account", async () => {
    const taker = people[1]!;
    const chain = defineChain({
      id: 31_337,
      name: "local",
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: [day.url] } },
    });
    const transport = http(day.url);
    const account = privateKeyToAccount(taker.wallet.privateKey as `0x${string}`);
    const clients = {
      publicClient: createPublicClient({ chain, transport }),
      walletClient: createWalletClient({ chain, transport, account }),
    };
    const made = await viem.optionDesk(await viem.NovationClient.connect(clients, addresses), options as never);
    const other: OptionDesk = await desk(taker);
    expect(await made.portfolio()).to.deep.equal(await other.portfolio());
    const legs = [{ series: "ETH-5DEC25-4000-P", size: size(-BASE), limit: price(100n * PRICE) }];
    expect(await made.preview(legs)).to.deep.equal(await other.preview(legs));
    const { order, signature } = await made.sign({ ...legs[0]!, salt: 7n << 16n });
    expect(order).to.deep.equal((await other.sign({ ...legs[0]!, salt: 7n << 16n })).order);
    const digest = orderDigest(order, 31_337n, addresses.clearinghouse);
    expect(signerOf(digest, signature)!.toLowerCase()).to.equal(taker.wallet.address.toLowerCase());
  });
});
