// SPDX-License-Identifier: MIT
import { Contract, ContractFactory, type Signer } from "ethers";
import { chainlinkConfig, deployNovation, type Artifact, type Deployed } from "../../deploy/deploy-novation.js";
import { ChainFollower } from "../../keeper/follow/ChainFollower.js";
import type { Address } from "../../sdk/order.js";
import type { Chain } from "../venue/Chain.js";
import { accountOf } from "../venue/orders.js";
import { rpcOf } from "../../sdk/client/chain/rpcOf.js";
import { evmChain } from "../venue/evm.js";
import { venueParameters, marketParameters } from "./parameters.js";
import { STEPS, type Person, type Wish } from "./population.js";
import { FIRST, Stage, answerOf, units, type Member, type Setting, type StageMarket } from "./Stage.js";

export type ReadArtifact = (name: string) => Promise<Artifact>;

const GENESIS = 1_760_000_000;
const DAY = 86_400;
const MAKERS = 3;
const MAKER_LEVERAGE = 5;
const FILLS = 25; // a settle of so many stays below EIP-7825's limit, with the everyday build too
const SEED = 1_000_000n; // opens the vault: 1 quote
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
  const signers = await chain.provider.listAccounts();
  const [operator, keeper, treasury] = [signers[0]!, signers[1]!.address as Address, signers[2]!.address as Address];
  const { parameters, groups } = setting;
  const params = marketParameters(parameters);
  const interest = new Map(groups.flat().map((symbol) => [symbol, interestOf(setting.people, symbol)]));
  const vault = ([...interest.values()].reduce((sum, each) => sum + each, 0) * parameters.vault) / 1e6;
  const deployed = await deployNovation({
    deployer: operator,
    artifact,
    treasury,
    mode: parameters.mode,
    venue: venueParameters(parameters),
    groups: groups.map((symbols) =>
      symbols.map((symbol) => ({
        symbol,
        answer: answerOf(firstOf(symbol)),
        heartbeat: setting.heartbeat ?? DAY,
        params,
      })),
    ),
    vaultSeed: SEED,
    vaultBudget: BigInt(Math.ceil(vault * 1e9)),
    // The operator stays the governor: some scenarios change a parameter or a price source.
    handOver: false,
  });
  const grace = setting.sequencerGrace;
  const sequencer =
    grace === undefined ? undefined : await onRollup(deployed, operator, artifact, grace, setting.heartbeat);
  const { clearinghouse, token, lens } = deployed;
  const [venue, fund, view] = (await Promise.all(
    [clearinghouse, deployed.vault, lens].map((each) => each.getAddress()),
  )) as [Address, Address, Address];
  const { chainId } = await chain.provider.getNetwork();
  const following = { fromBlock: 0, tokenDecimals: 6, reorgDepth: MANY, firstPage: 100, largestPage: 100 };
  const stage = new Stage({
    chain,
    deployed,
    setting,
    sequencer,
    keeper,
    treasury,
    operator: operator.address,
    at: { clearinghouse: venue, lens: view, vault: fund },
    follower: new ChainFollower(rpcOf(chain.provider), { clearinghouse: venue, ...following }),
    domain: { name: "Novation", version: "1", chainId, verifyingContract: venue },
  });
  for (const { symbol, id, group, feed } of deployed.markets) {
    const first = firstOf(symbol);
    stage.markets.push({ symbol, id, group, feed, first, price: first, interest: interest.get(symbol)!, makers: [] });
  }
  await chain.mineOnDemand();
  const all = 2n ** 80n;
  await stage.must([
    stage.call(token, "mint", [operator.address, all]),
    stage.call(token, "approve", [venue, all]),
    stage.call(token, "approve", [fund, all]),
  ]);
  if (units(vault) > SEED) {
    await stage.must([stage.call(deployed.vault, "deposit", [units(vault) - SEED, operator.address])]);
  }
  return stage;
}

/** Gives every market a price source that asks the sequencer of a rollup first. Returns the feed that tells of it. */
async function onRollup(
  { clearinghouse, markets }: Deployed,
  operator: Signer,
  artifact: ReadArtifact,
  sequencerGrace: number,
  heartbeat = DAY,
): Promise<unknown> {
  const make = async (name: string, ...args: unknown[]) => {
    const { abi, bytecode } = await artifact(name);
    const contract = await new ContractFactory(abi, bytecode, operator).deploy(...args);
    await contract.waitForDeployment();
    return new Contract(await contract.getAddress(), abi, operator);
  };
  const sequencer = await make("MockAggregator", 0, 0n);
  const now = (await operator.provider!.getBlock("latest"))!.timestamp;
  // It has been up for long.
  await (await sequencer.getFunction("setStartedAt").send(now - DAY)).wait();
  for (const { id, source } of markets) {
    const feed = await source.feed();
    const config = { ...chainlinkConfig(feed, heartbeat), sequencer, sequencerGrace };
    const adapter = await make("ChainlinkPriceSource", config);
    await (await clearinghouse.setPriceSource(id, adapter)).wait();
  }
  return sequencer;
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
  const { clearinghouse } = stage.deployed;
  for (const group of stage.deployed.groups) {
    const own = stage.markets.filter((market) => market.group === group);
    const cash = (own.reduce((sum, { interest }) => sum + interest, 0) * keeper) / makerLeverage;
    await stage.must([stage.call(clearinghouse, "deposit", [accountOf(stage.keeper, Number(group)), units(cash)])]);
  }
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
    await stage.setPrices(new Map([[market.symbol, price]]));
    const requests = [1, -1].flatMap((side) => {
      const here = wishes
        .map(({ wish, member }, index) => ({ step: wish.step, member, size: sizes[index]! }))
        .filter((each) => each.step === step && (each.size > 0n ? 1 : -1) === side);
      const batches = Array.from({ length: Math.ceil(here.length / FILLS) }, (_, i) =>
        here.slice(i * FILLS, (i + 1) * FILLS),
      );
      return batches.map((batch) => stage.match(market, dealer, batch, price));
    });
    if (requests.length > 0) await stage.must(requests);
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
  const sizes = wishes.map(({ notional }) => BigInt(Math.round((notional / first) * 1e9)));
  const rest = sizes.reduce((sum, size) => sum + size, 0n);
  const largest = sizes.reduce((best, size, index) => (size < sizes[best]! ? index : best), 0);
  sizes[largest]! -= rest;
  return sizes;
}

/** Rolls the anchors to the first marks, so that no run begins with a move behind it. */
async function rest(stage: Stage): Promise<void> {
  const delay = stage.setting.parameters.lockDelay + 1;
  const pokes = stage.deployed.groups.map((group) => stage.call(stage.deployed.clearinghouse, "poke", [group]));
  for (let roll = 0; roll < 3; ++roll) {
    await stage.setPrices(new Map(stage.markets.map(({ symbol, first }) => [symbol, first])), stage.now + delay);
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
