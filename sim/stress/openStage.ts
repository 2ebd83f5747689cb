// SPDX-License-Identifier: MIT
import { ChainFollower } from "../../keeper/follow/ChainFollower.js";
import { rpcOf } from "../../sdk/client/chain/rpcOf.js";
import { accountOf } from "../../sdk/order.js";
import type { Chain } from "../venue/Chain.js";
import { VAULT_SEED, deployVenue, type ReadArtifact } from "../venue/deployVenue.js";
import { evmChain } from "../venue/evm.js";
import type { Member } from "../venue/orders.js";
import { toAnswer, toNano, toPrice, toUnits } from "../venue/units.js";
import { venueParameters, marketParameters } from "./parameters.js";
import { STEPS, type Person, type Wish } from "./population.js";
import { FIRST, MAKER_LEVERAGE, Stage, type Setting, type StageMarket } from "./Stage.js";

const GENESIS = 1_760_000_000;
const DAY = 86_400;
const MAKERS = 3;
const FILLS = 25; // a settle of so many stays below EIP-7825's limit, with the everyday build too
const MANY = 1_000_000; // blocks that a restored snapshot may go back

/** Deploys Novation on a chain of its own and lets everybody open by real signed orders. */
export async function openStage(setting: Setting, artifact: ReadArtifact): Promise<Stage> {
  const chain = await evmChain(GENESIS);
  try {
    const stage = await deploy(chain, setting, artifact);
    await endow(stage);
    const seats = await seat(stage);
    for (const market of stage.markets) await trade(stage, market, seats);
    await rest(stage);
    return stage;
  } catch (failure) {
    chain.stop();
    throw failure;
  }
}

async function deploy(chain: Chain, setting: Setting, artifact: ReadArtifact): Promise<Stage> {
  const { parameters, groups, heartbeat = DAY, sequencerGrace: grace } = setting;
  const params = marketParameters(parameters);
  const interest = new Map(groups.flat().map((symbol) => [symbol, interestOf(setting.people, symbol)]));
  const vault = ([...interest.values()].reduce((sum, each) => sum + each, 0) * parameters.vault) / 1e6;
  const venue = await deployVenue(chain, {
    artifact,
    mode: parameters.mode,
    venue: venueParameters(parameters),
    groups: groups.map((symbols) =>
      symbols.map((symbol) => ({ symbol, answer: toAnswer(firstOf(symbol)), heartbeat, params })),
    ),
    vaultBudget: BigInt(Math.ceil(vault * 1e9)),
    // The operator stays the governor: some scenarios change a parameter or a price source.
    handOver: false,
    rollup: grace === undefined ? undefined : { grace, heartbeat },
  });
  const following = { fromBlock: 0, tokenDecimals: 6, reorgDepth: MANY, firstPage: 100, largestPage: 100 };
  const { clearinghouse } = venue.at;
  const stage = new Stage(venue, setting, new ChainFollower(rpcOf(chain.provider), { clearinghouse, ...following }));
  for (const symbol of groups.flat()) {
    const first = firstOf(symbol);
    stage.markets.push({ ...stage.listed(symbol, first), first, interest: interest.get(symbol)!, makers: [] });
  }
  const units = toUnits(vault);
  await stage.fund(units > VAULT_SEED ? units - VAULT_SEED : 0n);
  return stage;
}

/** Money of the makers and of the keeper. */
async function endow(stage: Stage): Promise<void> {
  const { makers, keeper, makerLeverage = MAKER_LEVERAGE } = stage.setting;
  for (const market of stage.markets) {
    const cash = Math.max(1, (market.interest * makers) / makerLeverage / MAKERS);
    const names = Array.from({ length: MAKERS }, (_, index) => ({ name: `maker ${market.symbol} ${index}`, cash }));
    market.makers = await stage.joinAll(names);
  }
  if (keeper === 0) return;
  const shares = stage.deployed.groups.map((group) => {
    const own = stage.markets.filter((market) => market.group === group);
    const cash = (own.reduce((sum, { interest }) => sum + interest, 0) * keeper) / makerLeverage;
    return [accountOf(stage.keeper, group), cash] as const;
  });
  for (const share of shares) await stage.deposit([share]);
}

/** Everybody's orders of one market, through a dealer who in the end holds nothing. */
async function trade(stage: Stage, market: StageMarket, seats: Member[]): Promise<void> {
  const { people } = stage.setting;
  const wishes = people.flatMap((person, index) =>
    person.wishes.filter(({ symbol }) => symbol === market.symbol).map((wish) => ({ wish, member: seats[index]! })),
  );
  const sizes = sizesOf(
    wishes.map(({ wish }) => wish),
    market.first,
  );
  const dealer = await stage.join(`dealer ${market.symbol}`, 2 * market.interest);
  for (const [step, move] of STEPS.entries()) {
    const price = market.first * (1 + move);
    await stage.setMark(market, price);
    const entries = wishes
      .map(({ wish, member }, index) => ({ step: wish.step, member, size: sizes[index]!, limit: toPrice(price) }))
      .filter((each) => each.step === step);
    if (entries.length > 0) await stage.must(stage.matches(market, entries, dealer, FILLS));
  }
}

/** Accounts of the people, with their cash. */
function seat(stage: Stage): Promise<Member[]> {
  return stage.joinAll(
    stage.setting.people.map(({ wishes, leverage }, index) => {
      const gross = wishes.reduce((sum, { notional }) => sum + Math.abs(notional), 0);
      // His first position may have lost a little when he opens the second.
      const min = wishes.length > 1 ? 0.75 : 1;
      return { name: `trader ${index}`, cash: gross / (leverage * min) };
    }),
  );
}

/** Sizes in 1e-9 base that add up to nothing: the largest short takes what rounding leaves. */
function sizesOf(wishes: Wish[], first: number): bigint[] {
  const sizes = wishes.map(({ notional }) => toNano(notional / first));
  const rest = sizes.reduce((sum, size) => sum + size, 0n);
  const largest = sizes.reduce((best, size, index) => (size < sizes[best]! ? index : best), 0);
  sizes[largest]! -= rest;
  return sizes;
}

/** Rolls the anchors to the first marks, so that no run begins with a move behind it. */
async function rest(stage: Stage): Promise<void> {
  const delay = stage.setting.parameters.lockDelay + 1;
  const pokes = stage.deployed.groups.map((group) => stage.poke(group));
  for (let roll = 0; roll < 3; ++roll) {
    const marks = stage.markets.map((market) => [market, market.first] as const);
    await stage.setMarks(marks, stage.now + delay);
    await stage.must(pokes);
  }
}

function interestOf(people: readonly Person[], symbol: string): number {
  const wishes = people.flatMap((person) => person.wishes).filter((wish) => wish.symbol === symbol);
  return wishes.reduce((sum, { notional }) => sum + Math.max(0, notional), 0);
}

function firstOf(symbol: string): number {
  const price = FIRST[symbol];
  if (price === undefined)
    throw new RangeError(`no first mark is known of ${symbol}; there are ${Object.keys(FIRST).join(", ")}`);
  return price;
}
