// SPDX-License-Identifier: MIT
import type { DeployedMarket } from "../../sdk/deployment.js";
import { USE, type AccountId, type MarketId } from "../../sdk/order.js";
import { decodeVenueLog } from "../../sdk/client/decoding.js";
import { logsIn } from "../../sdk/client/chain/blocks.js";
import type { EventKind, EventOf } from "../../sdk/state/events.js";
import { LINE_DELAY } from "../../sdk/margin/offer.js";
import { price as priceOf, size as sizeOf } from "../../sdk/units.js";
import { IClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IClearinghouse__factory.js";
import { ICollateral__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/ICollateral.sol/ICollateral__factory.js";
import { ILens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/ILens__factory.js";
import type { OnCollateral } from "../../sim/venue/onCollateral.js";
import { Day, TOKEN } from "../day/Day.js";
import type { Trader } from "../day/Trader.js";
import type { Venue } from "../run/Venue.js";

const VENUE = IClearinghouse__factory.createInterface();
const COLLATERAL = ICollateral__factory.createInterface();
const LENS = ILens__factory.createInterface();

const NANO = 10n ** 9n;
export const ETHER = 10n ** 18n;
const ANSWER = 10n ** 8n;
const MAX = 2n ** 256n - 1n;

/** What is pledged, and what everybody deposits, quote. */
export const PLEDGE = 10n * ETHER;
export const CASH = { maker: 500_000n, buyer: 1_000n, pledger: 1_500n, naked: 7_000n } as const;
const BOUGHT = ETHER / 50n;

/** Prices of bitcoin: at first, after a fall within the gap threshold, and in the crash; of ether, likewise. */
const BTC = { first: 112_000n, fallen: 110_200n, crashed: 101_000n } as const;
const ETH = { first: 4_000n, crashed: 2_800n } as const;

export interface CollateralFacts {
  readonly pledger: Trader;
  readonly naked: Trader;
  readonly absorbed: readonly AccountId[];
  /** What he took out, what was sold of his pledge, and what he paid as fees; units of ether. */
  readonly coins: bigint;
  readonly sold: bigint;
  readonly fees: bigint;
}

/** A trader who pledges ether, loses on bitcoin, is exchanged in time and in a crash, and leaves whole. */
export class CollateralDay extends Day {
  private readonly market: DeployedMarket;

  constructor(
    venue: Venue,
    private readonly ether: OnCollateral,
    say: (line: string) => void,
  ) {
    super(venue, say);
    this.market = venue.deployment.markets.find(({ symbol }) => symbol === "BTC")!;
  }

  async play(): Promise<CollateralFacts> {
    const [maker, buyer, pledger, naked] = (["maker", "buyer", "pledger", "naked"] as const).map((name) =>
      this.traderOf(name),
    ) as [Trader, Trader, Trader, Trader];
    const people = [maker, buyer, pledger, naked];
    await this.deposit(people.map(({ name, account }) => [account, CASH[name as keyof typeof CASH] * NANO]));
    await this.pledge(pledger);
    await this.buyFrom(maker, [pledger, naked], BTC.first);
    await this.fall(pledger);
    await this.sold(pledger, buyer);
    await this.crash(pledger, naked);
    const coins = await this.leave(pledger, maker);
    const sum = (list: readonly { units: bigint }[]) => list.reduce((all, { units }) => all + units, 0n);
    const sales = [...(await this.events("PledgeBought", pledger.account)), ...(await this.sales(pledger))];
    return {
      pledger,
      naked,
      absorbed: (await this.events("Absorbed")).map(({ account }) => account),
      coins,
      sold: sum(sales),
      fees: sum(await this.events("PledgeFeeTaken", pledger.account)),
    };
  }

  // ------------------------------------------------------------------ inside

  private async pledge(pledger: Trader): Promise<void> {
    const { coin, id } = this.ether;
    const { clearinghouse } = this.venue.deployment;
    await this.send([{ to: coin, data: TOKEN.encodeFunctionData("mint", [pledger.wallet.address, PLEDGE]) }]);
    const purse = await this.purseOf(pledger);
    await purse.send([
      { to: coin, data: TOKEN.encodeFunctionData("approve", [clearinghouse, PLEDGE]) },
      { to: clearinghouse, data: COLLATERAL.encodeFunctionData("pledge", [0, id, PLEDGE]) },
    ]);
    const { counted } = await this.pledgesOf(pledger);
    this.say(
      `somebody pledges 10 ether at ${ETH.first}, which count for ${quote(counted)}, and has ${CASH.pledger} in cash`,
    );
  }

  /** A bitcoin each, through the relay. */
  private async buyFrom(maker: Trader, takers: readonly Trader[], at: bigint): Promise<void> {
    await this.order(maker, -BigInt(takers.length), at, USE.MAKER, "the maker's offer");
    for (const taker of takers) {
      await this.order(taker, 1n, at, USE.TAKER, `the order of the ${taker.name}`);
      await this.until(`the ${taker.name} holds a bitcoin`, async () => (await this.held(taker)) === NANO || undefined);
    }
    this.say(`he and somebody with ${CASH.naked} in cash buy a bitcoin each at ${at}`);
  }

  private async fall(pledger: Trader): Promise<void> {
    await this.tell(BTC.fallen, ETH.first);
    await this.until("the keeper puts the pledge on offer", async () => {
      const [offer] = await this.events("PledgesOffered", pledger.account);
      return offer;
    });
    const { cash, equity } = await this.health(pledger);
    const { counted } = await this.pledgesOf(pledger);
    this.say(
      `bitcoin falls to ${BTC.fallen}: of cash ${quote(cash)} he has ${quote(equity - counted)} left with his position; ` +
        "the keeper puts his ether on offer",
    );
  }

  /** Somebody buys a little of it; the line buys the rest of what is needed, an hour later. */
  private async sold(pledger: Trader, buyer: Trader): Promise<void> {
    const purse = await this.purseOf(buyer);
    const args = [pledger.account, this.ether.id, BOUGHT, 0, buyer.wallet.address, 0n] as const;
    const { clearinghouse } = this.venue.deployment;
    await purse.send([{ to: clearinghouse, data: COLLATERAL.encodeFunctionData("buyPledge", args as never) }]);
    const [bought] = await this.events("PledgeBought", pledger.account);
    this.say(`somebody buys ${ether(bought!.units)} ether of it for ${quote(bought!.paid)}`);

    const [offer] = await this.events("PledgesOffered", pledger.account);
    await this.jumpTo(Number(offer!.since + LINE_DELAY) + 30);
    await this.tell(BTC.fallen, ETH.first);
    const sale = await this.until("the line buys what nobody bought in an hour", async () => {
      const [found] = await this.sales(pledger);
      return found;
    });
    this.say(
      `nobody buys more within an hour: the vault's line takes ${ether(sale.units)} ether for ${quote(sale.paid)}`,
    );
  }

  /** Bitcoin and ether fall at once, by more than their gaps. */
  private async crash(pledger: Trader, naked: Trader): Promise<void> {
    await this.until("the anchors are at the price", async () => (await this.isAnchored(BTC.fallen)) || undefined);
    await this.tell(BTC.crashed, ETH.crashed);
    const absorbed = await this.until("the crash is cleared", async () => {
      const [bill] = await this.events("Deleveraged");
      return bill === undefined ? undefined : await this.events("Absorbed");
    });
    const sales = await this.sales(pledger);
    const [bill] = await this.events("Deleveraged");
    const who = absorbed.map(({ account }) => (account === naked.account ? "who pledged nothing" : String(account)));
    this.say(`bitcoin falls to ${BTC.crashed} and ether to ${ETH.crashed} at once: the group is locked`);
    this.say(
      `the line takes ${ether(sales.at(-1)!.units)} ether for ${quote(sales.at(-1)!.paid)} at the price of before, and ` +
        `he has not defaulted; ${who.join(", ")} has, with ${quote(bill!.deficit)}; shortfall ${quote(bill!.shortfall)}`,
    );
  }

  private async leave(pledger: Trader, maker: Trader): Promise<bigint> {
    await this.until("the lock is over", async () => (await this.venue.lockedGroups()) === 0 || undefined);
    const held = await this.held(pledger);
    await this.order(maker, 1n, BTC.crashed, USE.MAKER, "the maker's bid", held);
    await this.order(pledger, -1n, BTC.crashed, USE.TAKER, "the closing order", held);
    await this.until("his position is closed", async () => (await this.held(pledger)) === 0n || undefined);
    const purse = await this.purseOf(pledger);
    const { clearinghouse, token } = this.venue.deployment;
    const { address } = pledger.wallet;
    const pledge = COLLATERAL.encodeFunctionData("withdrawPledge", [0, this.ether.id, MAX, address]);
    await purse.send([{ to: clearinghouse, data: pledge }]);
    const { cash } = await this.health(pledger);
    if (cash >= 1_000n) {
      await purse.send([{ to: clearinghouse, data: VENUE.encodeFunctionData("withdraw", [0, MAX, address]) }]);
    }
    const [coins, tokens] = [await this.balanceOf(this.ether.coin, address), await this.balanceOf(token, address)];
    this.say(
      `he closes at ${BTC.crashed} and takes ${ether(coins)} ether and ${(Number(tokens) / 1e6).toFixed(2)} out`,
    );
    return coins;
  }

  /** To the line. */
  private sales({ account }: Trader): Promise<EventOf<"PledgeBoughtByLine">[]> {
    return this.events("PledgeBoughtByLine", account);
  }

  private async order(who: Trader, whole: bigint, at: bigint, use: bigint, what: string, units = NANO): Promise<void> {
    const wish = {
      account: who.account,
      market: this.market.id as MarketId,
      expiry: (await this.now()) + 900n,
      ...this.salted(),
      size: sizeOf(whole * units),
      limit: priceOf(at * ETHER),
      use: use as typeof USE.MAKER,
    };
    await this.taken(what, () => this.client.post([{ wallet: who.wallet, wish }]));
  }

  private tell(btc: bigint, eth: bigint): Promise<void> {
    return this.answer([
      [this.market.aggregator, btc * ANSWER],
      [this.ether.feed, eth * ANSWER],
    ]);
  }

  private async isAnchored(at: bigint): Promise<boolean> {
    const view = await this.lens("market", this.market.id);
    return [view.anchor, view.recordedMark].every((mark) => (mark as bigint) / ETHER === at);
  }

  private async held({ account }: Trader): Promise<bigint> {
    const { positions } = (await this.lens("account", account)) as unknown as {
      positions: { market: bigint; size: bigint }[];
    };
    return positions.find(({ market }) => market === this.market.id)?.size ?? 0n;
  }

  private async health({ account }: Trader): Promise<{ cash: bigint; equity: bigint }> {
    const { health } = (await this.lens("account", account)) as unknown as { health: { cash: bigint; equity: bigint } };
    return health;
  }

  private async pledgesOf({ account }: Trader): Promise<{ counted: bigint }> {
    const data = COLLATERAL.encodeFunctionData("pledgesOf", [account]);
    const call = [{ to: this.venue.deployment.clearinghouse, data }, "latest"];
    const answer = (await this.venue.rpc.send("eth_call", call)) as string;
    return COLLATERAL.decodeFunctionResult("pledgesOf", answer)[0] as { counted: bigint };
  }

  private async lens(name: "account" | "market", id: bigint): Promise<Record<string, unknown>> {
    const { clearinghouse, lens } = this.venue.deployment;
    const data = LENS.encodeFunctionData(name as "account", [clearinghouse, id]);
    const answer = (await this.venue.rpc.send("eth_call", [{ to: lens, data }, "latest"])) as string;
    return LENS.decodeFunctionResult(name as "account", answer)[0] as unknown as Record<string, unknown>;
  }

  /** All of a kind so far, of an account if one is given. */
  private async events<K extends EventKind>(kind: K, account?: AccountId): Promise<EventOf<K>[]> {
    const { deployment, rpc } = this.venue;
    const { number } = await this.venue.head();
    const logs = await logsIn(rpc, deployment.clearinghouse, deployment.firstBlock, number);
    const events = logs.map(decodeVenueLog).filter((event) => event?.kind === kind) as unknown as EventOf<K>[];
    return events.filter((event) => account === undefined || (event as { account?: AccountId }).account === account);
  }
}

function quote(money: bigint): string {
  return (Number(money) / 1e9).toFixed(2);
}

function ether(units: bigint): string {
  return (Number(units) / 1e18).toFixed(4);
}
