// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { accountOf, type Address } from "../../sdk/order.js";
import { SqliteStore } from "../../chain/store/SqliteStore.js";
import { PRICE, TOKEN } from "../stories/venue.js";
import { benchForEach, type Bench } from "./bench.js";

describe("a keeper whom a trader has listed as his signer, without asking", () => {
  let bench: Bench;
  benchForEach({ maxInventory: "1000000000000000" }, (opened) => (bench = opened));

  /** What the keeper does about the first trader, below maintenance margin, with money of its own to take him over. */
  const kinds = async (): Promise<string[]> => {
    const { venue, wallet, again, traders } = bench;
    const giver = traders[3]!;
    const own = accountOf(wallet.address as Address, 1);
    await venue.token.mint(giver.address, 100_000n * TOKEN);
    await venue.token.connect(giver.signer).approve(venue.target, 100_000n * TOKEN);
    await venue.clearinghouse.connect(giver.signer).deposit(own, 100_000n * TOKEN);
    await venue.drift(94_800n * PRICE);
    const keeper = await again({ store: new SqliteStore(":memory:", "listed") });
    const from = await venue.ethers.provider.getBlockNumber();
    await keeper.look();
    const { filters } = venue.clearinghouse;
    const of = [filters.Liquidated(traders[0]!.id), filters.MarginCalled(traders[0]!.id)];
    const found = await Promise.all(of.map((filter) => venue.clearinghouse.queryFilter(filter as never, from + 1)));
    return found.flat().map((log) => (log as unknown as { eventName: string }).eventName);
  };

  it("takes over whom nobody has listed", async () => {
    expect(await kinds()).to.include("Liquidated");
  });

  it("takes over nobody at the mark for no discount; nor after he was struck off the list again", async () => {
    const { venue, wallet, traders } = bench;
    const trader = venue.clearinghouse.connect(traders[0]!.signer);
    await trader.setSigner(wallet.address, 1n);
    expect(await kinds()).to.deep.equal(["MarginCalled"]);
    await trader.setSigner(wallet.address, 0n);
    expect(await kinds()).to.not.include("Liquidated");
  });

  it("a trader whom the keeper's key has listed is its own too", async () => {
    const { venue, wallet, traders } = bench;
    const signer = wallet.connect(venue.ethers.provider as never);
    await (await venue.clearinghouse.connect(signer as never).setSigner(traders[0]!.address, 1n)).wait();
    expect(await kinds()).to.deep.equal(["MarginCalled"]);
  });
});
