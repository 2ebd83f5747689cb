// SPDX-License-Identifier: MIT
import { localGroups } from "../../deploy/deploy-novation.js";
import type { AccountId } from "../../sdk/order.js";
import { seeded } from "../../tools/random.js";
import { ICollateral__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/ICollateral.sol/ICollateral__factory.js";
import { CollateralModel, HELD } from "../lock/CollateralModel.js";
import { Fraction } from "../lock/Fraction.js";
import { at } from "../stress/paths.js";
import { deployVenue, type ReadArtifact } from "../venue/deployVenue.js";
import { evmChain } from "../venue/evm.js";
import { LocalVenue, ROLL, type Market } from "../venue/LocalVenue.js";
import { member, type Member } from "../venue/orders.js";
import { fromNano, toAnswer, toNano, toPrice } from "../venue/units.js";
import { FIRST, MARKETS, draw, type Account } from "./population.js";
import type { Scene } from "./scenes.js";

const GENESIS = 1_760_000_000;
const DAY = 86_400;
const FILLS = 10;
const COLLATERAL = 1n;
/** More of notional in cash than the play's accounts have: fees, and margin that grows with size. */
const SPARE = 0.02;

/** One lock, as the contracts or the model say. Quote. */
export interface Lock {
  /** Whoever was absorbed, by name. */
  readonly defaults: readonly string[];
  readonly deficit: number;
  readonly byLine: number;
  readonly stock: number;
  /** What the line gained by its purchases, at the live price. */
  readonly lineGain: number;
  readonly shortfall: number;
  /** Cash and positions of everybody at the frozen marks, after the bill. */
  readonly ends: readonly number[];
}

export interface Compared {
  readonly names: readonly string[];
  readonly contracts: Lock;
  readonly model: Lock;
}

/**
 * One lock on the contracts and on the model: all prices of a scene jump to those of a second, in one block, and the
 * group locks before anybody records them.
 */
export async function onContracts(
  scene: Scene,
  second: number,
  each: number,
  seed: number,
  artifact: ReadArtifact,
): Promise<Compared> {
  const chain = await evmChain(GENESIS);
  try {
    return await compare(chain, scene, second, draw(seeded(seed), each, scene.haircut), artifact);
  } finally {
    chain.stop();
  }
}

interface Person {
  readonly account: Account;
  readonly member: Member;
  readonly name: string;
}

async function compare(
  chain: Awaited<ReturnType<typeof evmChain>>,
  scene: Scene,
  second: number,
  accounts: readonly Account[],
  artifact: ReadArtifact,
): Promise<Compared> {
  const people = accounts.map((account, i) => {
    const name = `${account.sort} ${i}`;
    return { account, member: member(name), name };
  });
  const pledged = accounts.reduce((sum, { units }) => sum + units, 0);
  const haircut = BigInt(Math.round(scene.haircut * 1e6));
  const listings = localGroups().flat();
  const venue = new LocalVenue(
    await deployVenue(chain, {
      artifact,
      groups: [
        MARKETS.map(({ symbol, mark }) => {
          const listing = listings.find((each) => each.symbol === symbol)!;
          return { ...listing, answer: toAnswer(mark), heartbeat: DAY };
        }),
      ],
      vaultBudget: 0n,
      collateral: {
        answer: toAnswer(FIRST),
        heartbeat: DAY,
        line: toNano(Math.ceil(pledged * FIRST * (1 - scene.haircut) * 1.01)),
        params: {
          haircut,
          maxDiscount: haircut / 2n,
          discountRate: 200_000n,
          feeRate: 0n,
          cap: 2n ** 90n,
        },
      },
    }),
  );
  const collateral = { target: venue.at.clearinghouse, interface: ICollateral__factory.createInterface() };
  const markets = MARKETS.map(({ symbol, mark }) => venue.listed(symbol, mark));
  await open(venue, people, markets, collateral);
  await venue.settleAnchors([markets[0]!.group]);
  await venue.must([venue.call(collateral, "recordCollateralPrice", [COLLATERAL])], venue.now + ROLL);

  const before = await look(venue, people, collateral);
  const marks = MARKETS.map(({ mark }, k) => mark * at(scene.markets[k]!, second));
  const live = FIRST * at(scene.collateral, second);
  const jumps = markets.map((market, k) => venue.call(market.feed, "setAnswer", [toAnswer(marks[k]!)]));
  const feed = { target: venue.collateral!.feed, interface: (markets[0]!.feed as typeof collateral).interface };
  await venue.must([...jumps, venue.call(feed, "setAnswer", [toAnswer(live)])]);

  const model = modelOf(before, accounts, marks, live, scene.haircut);
  const below = people.filter((_, i) => model.alone(i).sign < 0).map(({ member }) => member.account);
  for (let i = 0; i < people.length; ++i) model.absorb(i);
  const result = model.settle();

  const group = markets[0]!.group;
  const { clearinghouse } = venue.deployed;
  await venue.must([venue.poke(group)]);
  const absorbed: AccountId[] = [];
  for (const id of below) {
    const receipts = await venue.must([venue.call(clearinghouse, "absorb", [group, [id]])]);
    for (const event of venue.eventsOf(receipts)) if (event.kind === "Absorbed") absorbed.push(event.account);
  }
  const deficit = (await venue.deployed.lens.group(clearinghouse, group)).deficit;
  // A lock that gathered nobody ends by itself.
  const last = absorbed.length > 0 ? venue.call(clearinghouse, "deleverage", [group, 1_000n]) : venue.poke(group);
  await venue.must([last], venue.now + ROLL);
  const after = await look(venue, people, collateral);
  const { shortfall } = await venue.deployed.lens.venue(clearinghouse);

  const nameOf = (ids: readonly AccountId[]) =>
    people.filter(({ member }) => ids.includes(member.account)).map(({ name }) => name);
  const state = model.collaterals[0]!;
  const [sold, paid] = [Number(after.stock) / 1e18, fromNano(before.line - after.line)];
  const modelSold = before.units.reduce(
    (sum, units, i) => sum + Number(units) / 1e18 - model.people[i]!.units[0]!.toNumber(),
    0,
  );
  const modelPaid = Fraction.of(before.line, 10n ** 9n)
    .minus(state.line)
    .toNumber();
  return {
    names: people.map(({ name }) => name),
    contracts: {
      defaults: nameOf(absorbed),
      deficit: fromNano(deficit),
      byLine: paid,
      stock: sold,
      lineGain: sold * live - paid,
      shortfall: fromNano(shortfall),
      ends: after.alone.map(fromNano),
    },
    model: {
      defaults: people.filter((_, i) => model.accounts[i]!.absorbed).map(({ name }) => name),
      deficit: result.deficit.toNumber(),
      byLine: modelPaid,
      stock: modelSold,
      lineGain: modelSold * live - modelPaid,
      shortfall: result.shortfall.toNumber(),
      ends: result.ends.map((end, i) => (end === undefined ? 0 : end.minus(model.countedValue(i)).toNumber())),
    },
  };
}

type Callable = { target: string; interface: ReturnType<typeof ICollateral__factory.createInterface> };

/** Everybody pays in, pledges and trades with street. */
async function open(
  venue: LocalVenue,
  people: readonly Person[],
  markets: readonly Market[],
  collateral: Callable,
): Promise<void> {
  await venue.fund(0n);
  const notional = ({ sizes }: Account) => sizes.reduce((sum, size, k) => sum + Math.abs(size) * MARKETS[k]!.mark, 0);
  const cost = ({ sizes }: Account) => sizes.reduce((sum, size, k) => sum + size * MARKETS[k]!.mark, 0);
  await venue.deposit(
    people.map(({ account, member }) => [member.account, account.base + cost(account) + SPARE * notional(account)]),
  );
  const coin = { target: venue.collateral!.coin, interface: venue.deployed.token.interface };
  for (const { account, member } of people) {
    const units = BigInt(Math.round(account.units * 1e9)) * 10n ** 9n;
    if (units === 0n) continue;
    const { address } = member.wallet;
    await venue.chain.provider.send("hardhat_impersonateAccount", [address]);
    await venue.chain.provider.send("hardhat_setBalance", [address, "0x1000000000000000"]);
    await venue.must([
      venue.call(coin, "mint", [address, units]),
      venue.call(coin, "approve", [venue.at.clearinghouse, units], address),
    ]);
    await venue.must([venue.call(collateral, "pledge", [0, COLLATERAL, units], address)]);
  }
  const street = people.at(-1)!.member;
  for (const [k, market] of markets.entries()) {
    const entries = people
      .filter(({ account, member }) => member !== street && toNano(account.sizes[k]!) !== 0n)
      .map(({ account, member }) => ({ member, size: toNano(account.sizes[k]!), limit: toPrice(market.mark) }));
    for (const match of venue.matches(market, entries, street, FILLS)) await venue.must([match]);
  }
}

interface Seen {
  /** Cash and positions, 1e-9 quote; units; sizes, 1e-9. */
  readonly alone: readonly bigint[];
  readonly units: readonly bigint[];
  readonly sizes: readonly (readonly bigint[])[];
  readonly marks: readonly bigint[];
  readonly line: bigint;
  readonly floor: bigint;
  readonly stock: bigint;
}

async function look(venue: LocalVenue, people: readonly Person[], collateral: Callable): Promise<Seen> {
  const { clearinghouse, lens, markets } = venue.deployed;
  const seen = [];
  for (const { member } of people) {
    const { health, positions } = await lens.account(clearinghouse, member.account);
    const [held] = (await venue.ask(collateral, "pledgesOf", [member.account])) as [
      { counted: bigint; pledges: readonly { units: bigint }[] },
    ];
    const sizes = markets.map(({ id }) => positions.find(({ market }) => market === id)?.size ?? 0n);
    const units = held.pledges.reduce((sum, pledge) => sum + pledge.units, 0n);
    seen.push({ alone: health.equity - held.counted, units, sizes });
  }
  const [view] = (await venue.ask(collateral, "collateral", [COLLATERAL])) as [
    { line: bigint; floor: bigint; stock: bigint },
  ];
  const marks = await Promise.all(markets.map(async ({ id }) => (await lens.market(clearinghouse, id)).anchor));
  return {
    alone: seen.map(({ alone }) => alone),
    units: seen.map(({ units }) => units),
    sizes: seen.map(({ sizes }) => sizes),
    marks,
    line: view.line,
    floor: view.floor,
    stock: view.stock,
  };
}

function modelOf(
  { alone, units, sizes, marks: anchors, line, floor }: Seen,
  accounts: readonly Account[],
  marks: readonly number[],
  live: number,
  haircut: number,
): CollateralModel {
  const answer = (value: number) => Fraction.of(toAnswer(value), 10n ** 8n);
  return new CollateralModel(
    HELD,
    marks.map((mark, k) => ({ anchor: Fraction.of(anchors[k]!, 10n ** 18n), frozen: answer(mark) })),
    [
      {
        haircut: answer(haircut),
        floor: Fraction.of(floor, 10n ** 18n),
        live: answer(live),
        line: Fraction.of(line, 10n ** 9n),
      },
    ],
    accounts.map((_, i) => ({
      atAnchor: Fraction.of(alone[i]!, 10n ** 9n),
      sizes: sizes[i]!.map((size) => Fraction.of(size, 10n ** 9n)),
      units: [Fraction.of(units[i]!, 10n ** 18n)],
    })),
    Fraction.ZERO,
  );
}
