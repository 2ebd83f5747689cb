// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { seriesOf } from "../../sdk/options/series.js";
import { BASE, Day, EXPIRY, PRICE, QUOTE, TOKEN, mined, refusalOf, type Person } from "./Day.js";

const AMPLE = { gasLimit: 6_000_000n };
/** Quote: what the debtor pays in, and by about how much he is short in the end. */
const [PAID_IN, SHORT] = [1_000n, 50n];

describe("a debt below minDebt when all positions are closed, on a real node", function () {
  this.timeout(0); // by itself half a minute
  let day: Day;
  let maker: Person;
  let debtor: Person;
  let end: number;
  const call = seriesOf(1n, { type: "call", ladder: 0, strike: 7 });

  before(async () => {
    day = await Day.open(0);
    const { clearinghouse, group } = day.venue;
    const refusal = await clearinghouse.list.staticCall(group, EXPIRY).catch((failure: { data: string }) => failure);
    const { args } = clearinghouse.interface.parseError((refusal as { data: string }).data)!;
    await day.smile(args["base"] as bigint, args["step"] as bigint, 6_000n);
    await mined(clearinghouse.list(group, EXPIRY, AMPLE));
    await day.settleAnchors();
    [maker, debtor] = [await day.person(1, 50_000n), await day.person(2, PAID_IN)];
    const price = await day.mark(call);
    await day.trade(debtor, [{ maker, series: call, size: -BASE, price }]);
    end = Number(4_000n + price / PRICE + PAID_IN + SHORT);
    // Nobody liquidates, and no step opens a gap.
    for (let spot = 4_000; spot < end;) {
      spot = Math.min(end, Math.floor(spot * 1.019));
      await day.spot(spot);
      await day.settleAnchors();
    }
  });

  after(async () => {
    await day.close();
  });

  const expire = async () => {
    const { clearinghouse, group, feed } = day.venue;
    for (let now = await day.now(); now < EXPIRY - 3_600; now = await day.now()) {
      await day.pass(Math.min(80_000, EXPIRY - 3_600 - now));
      await day.spot(end);
    }
    const [round] = await feed.latestRoundData();
    await day.pass(EXPIRY - (await day.now()) + 60);
    await day.spot(end);
    await mined(clearinghouse.fixPrice(group, 0, [(1n << 64n) | round], 50, AMPLE));
    await day.settleAnchors();
  };

  it("keeps the ladder's place: it is neither collected nor worth a lock", async () => {
    const { clearinghouse, group } = day.venue;
    await expire();
    const { equity } = await day.standing(debtor.id);
    expect(equity < 0n && equity > -100n * QUOTE, String(equity)).to.equal(true);
    await mined(clearinghouse.collect(maker.id, call));
    expect(await refusalOf(clearinghouse.collect.staticCall(debtor.id, call), day.venue)).to.equal("AccountInsolvent");
    expect(await refusalOf(clearinghouse.absorb.staticCall(group, [debtor.id]), day.venue)).to.equal("DebtTooSmall");
    expect((await day.books()).live).to.not.equal(0n);
  });

  it("until anybody pays it in and collects: nobody is locked for it, and the vault pays nothing", async () => {
    const { clearinghouse, token } = day.venue;
    const stranger = await day.person(3, 1n);
    const { equity } = await day.standing(debtor.id);
    const owed = -equity / (QUOTE / TOKEN) + 1n;
    await mined(token.connect(stranger.wallet).mint(stranger.wallet.address, owed));
    await mined(token.connect(stranger.wallet).approve(await clearinghouse.getAddress(), owed));
    await mined(clearinghouse.connect(stranger.wallet).deposit(debtor.id, owed));
    await mined(clearinghouse.connect(stranger.wallet).collect(debtor.id, call));
    expect((await day.books()).live, "the place is free").to.equal(0n);
    expect((await day.standing(debtor.id)).cash).to.be.within(0n, QUOTE / TOKEN);
    expect(await day.phase()).to.equal(0n);
  });
});
