// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { network } from "hardhat";
import type { AccountId } from "../../sdk/order.js";
import { healthOf } from "../../sdk/margin/health.js";
import { liquidationMark } from "../../sdk/margin/liquidationMark.js";
import { quoteOf } from "../../sdk/margin/quote.js";
import { STANDINGS, callLevelOf, standingOf } from "../../sdk/margin/standing.js";
import { withdrawableOf } from "../../sdk/margin/withdrawable.js";
import { placeInQueue } from "../../sdk/queue/place.js";
import { nettingOf } from "../../sdk/receipt/netting.js";
import { apply } from "../../sdk/state/apply.js";
import { createVenue, type Group, type Venue } from "../../sdk/state/Venue.js";
import { rateOf } from "../../sdk/state/recovery.js";
import { Duel, type Options } from "../differential/Duel.js";
import { decode } from "../differential/decode.js";
import { historyOf, type Told } from "../differential/history.js";
import { play, type Habits } from "../differential/play.js";
import { Random } from "../differential/random.js";
import type { SnapshotStructOutput } from "../../types/ethers-contracts/contracts/mocks/SnapshotLens.js";

const QUOTE = 10n ** 9n;
const OPERATIONS = Number(process.env.NOVATION_PARITY_OPERATIONS ?? "90");
const SHIFT = Number(process.env.NOVATION_PARITY_SHIFT ?? "0");
const RUNS: [string, number, Options, Omit<Habits, "operations">][] = [
  [
    "three markets and a rich vault",
    7,
    {
      groups: [["QUEUE", "PRORATA", "QUEUE"]],
      traders: 8,
      vaultBudget: 20_000n * QUOTE,
      pot: 100_000n * QUOTE,
    },
    { sleepiness: 0.1, jump: 0.15, lateDefault: false },
  ],
  [
    "one market torn up pro rata, late defaults",
    8,
    { groups: [["PRORATA"]], traders: 8, vaultBudget: 200n * QUOTE, pot: 1_000n * QUOTE },
    { sleepiness: 0.5, jump: 0.15, lateDefault: true },
  ],
];

describe("what the SDK computes from the rebuilt state is what the lens reads", function () {
  this.timeout(0);
  const counts = { accounts: 0, legs: 0, withdrawable: 0, netted: 0 };

  for (const [name, seed, options, habits] of RUNS) {
    it(name, async () => {
      const connection = await network.create();
      const ask = (method: string, params: unknown[]) => connection.provider.request({ method, params });
      const duel = await Duel.create(connection, options);
      const from = await connection.ethers.provider.getBlockNumber();
      await play(duel, new Random(seed + SHIFT), { operations: OPERATIONS, ...habits });
      const clearinghouse = await duel.deployed.clearinghouse.getAddress();
      const history = await historyOf(ask, clearinghouse);
      const venue = createVenue({ tokenDecimals: 9, reorgDepth: 0 });
      let next = 0;
      for (const block of heightsOf(history, from)) {
        for (; next < history.length && history[next]!.at.block <= block; ++next)
          apply(venue, history[next]!.event, history[next]!.at);
        for (const group of venue.groups.values()) await compare(duel, ask, venue, group, block);
      }
    });
  }

  after(() => {
    if (process.env.NOVATION_DIFFERENTIAL_VERBOSE) console.log(counts);
    expect(counts.accounts).to.be.greaterThan(100);
    expect(counts.legs).to.be.greaterThan(100);
    expect(counts.withdrawable).to.be.greaterThan(40);
    expect(counts.netted).to.be.greaterThan(5);
  });

  async function compare(
    duel: Duel,
    ask: (method: string, params: unknown[]) => Promise<unknown>,
    venue: Venue,
    group: Group,
    block: number,
  ): Promise<void> {
    const { lens, clearinghouse } = duel.deployed;
    const at = { blockTag: block };
    const ids = [...venue.accounts.values()].filter((account) => account.group === group.id).map(({ id }) => id);
    const { venue: stored, accounts } = await snapshotAt(duel, ask, Number(group.id), ids, block);
    const now = stored.time;
    expect(rateOf(venue.recovery)).to.equal(stored.rate);
    const markets = await Promise.all(group.markets.map(({ id }) => lens.market(clearinghouse, id, at)));
    const quotes = group.markets.map((market, i) => quoteOf(market, markets[i]!, now));
    const views = await lens.accounts(clearinghouse, ids, at);
    for (const [i, id] of ids.entries()) {
      const account = venue.accounts.get(id)!;
      const health = healthOf(venue, account, quotes);
      const { cash, equity, initial, maintenance, callLevel, fresh, standing, withdrawable } = views[i]!;
      expect([health.cash, health.equity, health.initial, health.maintenance, health.fresh]).to.deep.equal([
        cash,
        equity,
        initial,
        maintenance,
        fresh,
      ]);
      const { atAnchor, atRecordedMark } = accounts[i]!.health;
      expect([health.atAnchor, health.atRecordedMark]).to.deep.equal([atAnchor, atRecordedMark]);
      expect(callLevelOf(venue, health)).to.equal(callLevel);
      expect(standingOf(venue, account, health, now)).to.equal(STANDINGS[Number(standing)]);
      ++counts.accounts;
      const netting = nettingOf(venue, account);
      const { relief, isNetted, charge } = views[i]!;
      expect([netting?.relief ?? 0n, netting?.registered ?? false]).to.deep.equal([relief, isNetted]);
      if (netting !== undefined) {
        ++counts.netted;
        expect(netting.saves >= 0n && netting.saves <= relief).to.equal(true);
        // Not registered: what it pays at most, a unit a leg of rounding aside.
        if (!isNetted) expect(netting.saves <= charge + 4n).to.equal(true);
      }
      if (account.legs.every((leg) => leg === undefined)) continue;
      // The lens says 0 while a lock, a gap or a stale price keeps everything in.
      if (withdrawable !== 0n) expect(withdrawableOf(health)).to.equal(withdrawable);
      if (withdrawable !== 0n) ++counts.withdrawable;
      for (const view of (await lens.account(clearinghouse, id, at)).positions) {
        const index = Number(view.market & 3n);
        const place = placeInQueue(group.markets[index]!, account.legs[index]!);
        expect(liquidationMark(venue, account, index, quotes, now) ?? 0n).to.equal(view.liquidationMark);
        expect(place !== undefined && view.size !== 0n).to.equal(view.placed);
        if (view.placed) expect([place!.ahead, place!.aheadShare]).to.deep.equal([view.ahead, view.aheadShare]);
        ++counts.legs;
      }
    }
  }
});

const OF_A_LOCK = ["Locked", "Absorbed", "NetRegistered", "NetSettled"];

/** After every absorb, lock and registration, and a dozen others. */
function heightsOf(history: Told[], from: number): number[] {
  const chosen = history.filter(({ event }, i) => OF_A_LOCK.includes(event.kind) || i % 8 === 0);
  return [...new Set(chosen.map(({ at }) => at.block))].filter((block) => block > from);
}

async function snapshotAt(
  duel: Duel,
  ask: (method: string, params: unknown[]) => Promise<unknown>,
  group: number,
  ids: AccountId[],
  block: number,
): Promise<SnapshotStructOutput> {
  const read = duel.lens.interface.getFunction("read");
  const data = duel.lens.interface.encodeFunctionData("read", [duel.deployed.clearinghouse.target, group, ids]);
  const call = { to: await duel.lens.getAddress(), data, gas: "0xf42400" };
  return decode(
    read.outputs[0]!,
    String(await ask("eth_call", [call, `0x${block.toString(16)}`])),
  ) as SnapshotStructOutput;
}
