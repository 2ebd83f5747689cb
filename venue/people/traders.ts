// SPDX-License-Identifier: MIT
// A process of npm run venue: market makers and takers who trade through the relay, and the bank that gives them money.
// It remembers nothing: what they have is on the chain, and salts go by the chain's clock.
import { accountOf, type AccountId, type Address } from "../../sdk/order.js";
import type { Header } from "../../sdk/client/chain/blocks.js";
import { seeded } from "../../tools/random.js";
import { IClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IClearinghouse__factory.js";
import { ILens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/ILens__factory.js";
import { MockToken__factory } from "../../types/ethers-contracts/factories/contracts/mocks/MockToken__factory.js";
import { Wallet } from "ethers";
import { commonOptions, everyBlock } from "./common.js";
import { crowdOf, type Person } from "./Crowd.js";
import { KEYS } from "./keys.js";
import { Purse } from "./Purse.js";
import { RelayClient, type Answer, type Wish } from "./RelayClient.js";
import { move, quotes, type Seen } from "./wishes.js";

const common = commonOptions();
const { deployment, rpc, seed, step, relay, many } = common;
const { clearinghouse, lens, token, markets } = deployment;
const LENS = ILens__factory.createInterface();
const HOUSE = IClearinghouse__factory.createInterface();
const TOKEN = MockToken__factory.createInterface();

const KEEPER_CASH = 500_000; // quote, a group
const ACTIVE = 0.12; // of takers in a block
const REQUOTE = 0.0004; // of the mark
const ALWAYS = 8; // blocks after which makers quote anew whatever the mark
const TOP_UP = 60; // blocks between looks for who has nothing left

const client = new RelayClient(relay, deployment);
const crowd = crowdOf(seed, many, markets);
const bank = new Purse(KEYS.bank, rpc, deployment.chainId);
const random = seeded(seed + 1);
const quoted = new Map<bigint, { mark: number; block: number }>();
const counts = { posted: 0, refused: 0 };
const refusals = new Map<string, number>();

everyBlock(common, turn, () => giveMoney([...crowd.makers, ...crowd.takers, ...keepers()]));

async function turn(header: Header): Promise<string> {
  const marks = new Map<bigint, number>();
  for (const { id } of markets) {
    const view = (await ask("market", [clearinghouse, id])) as { mark: bigint; fresh: boolean };
    if (view.fresh) marks.set(id, Number(view.mark) / 1e18);
  }
  if (header.number % TOP_UP === 0) await giveMoney(crowd.takers);
  const makers = crowd.makers.filter(({ account, market }) => {
    const [last, mark] = [quoted.get(account), marks.get(market.id)];
    if (mark === undefined) return false;
    if (last === undefined || header.number - last.block >= ALWAYS) return true;
    return Math.abs(mark - last.mark) > last.mark * REQUOTE;
  });
  const takers = crowd.takers.filter(({ market }) => marks.has(market.id) && random() < ACTIVE);
  const seen = async (person: Person): Promise<Seen> => {
    const view = (await ask("account", [clearinghouse, person.account])) as AccountView;
    const held = Number(view.positions.find(({ market }) => market === person.market.id)?.size ?? 0n) / 1e9;
    const mark = marks.get(person.market.id)!;
    return { mark, equity: Number(view.health.equity) / 1e9, held, now: Number(header.timestamp), step };
  };
  const wishes: { wallet: Person["wallet"]; wish: Wish }[] = [];
  for (const maker of makers) {
    const now = await seen(maker);
    wishes.push(...quotes(maker, now).map((wish) => ({ wallet: maker.wallet, wish })));
    quoted.set(maker.account, { mark: now.mark, block: header.number });
  }
  for (const taker of takers) {
    wishes.push(...move(taker, await seen(taker), random).map((wish) => ({ wallet: taker.wallet, wish })));
  }
  if (wishes.length > 0) count(await client.post(wishes));
  return `${counts.posted} orders posted, ${counts.refused} refused ${told()}`.trim();
}

/** Who has less than half of what he began with, and is flat, gets the rest again. */
async function giveMoney(people: readonly Pick<Person, "account" | "cash">[]): Promise<void> {
  const ids = people.map(({ account }) => account);
  const views = (await ask("accounts", [clearinghouse, ids])) as { equity: bigint; initial: bigint }[];
  const missing = people.flatMap(({ account, cash }, index) => {
    const { equity, initial } = views[index]!;
    const has = Number(equity) / 1e9;
    return initial === 0n && has < cash / 2 ? [{ account, amount: units(cash - Math.max(0, has)) }] : [];
  });
  if (missing.length === 0) return;
  const sum = missing.reduce((all, { amount }) => all + amount, 0n);
  await bank.send([
    { to: token, data: TOKEN.encodeFunctionData("mint", [bank.address, sum]) },
    { to: token, data: TOKEN.encodeFunctionData("approve", [clearinghouse, sum]) },
    ...missing.map(({ account, amount }) => ({
      to: clearinghouse,
      data: HOUSE.encodeFunctionData("deposit", [account, amount]),
    })),
  ]);
}

/** The keeper's own accounts: he takes positions over as far as they carry. */
function keepers(): { account: AccountId; cash: number }[] {
  const { address } = new Wallet(KEYS.keeper);
  const groups = new Set(markets.map(({ group }) => group));
  return [...groups].map((group) => ({ account: accountOf(address as Address, group), cash: KEEPER_CASH }));
}

function units(quote: number): bigint {
  return BigInt(Math.ceil(quote * 10 ** deployment.tokenDecimals));
}

function count(answers: readonly Answer[]): void {
  for (const { error } of answers) {
    counts.posted += 1;
    if (error === undefined) continue;
    counts.refused += 1;
    refusals.set(error, (refusals.get(error) ?? 0) + 1);
  }
}

function told(): string {
  const list = [...refusals].sort((a, b) => b[1] - a[1]).slice(0, 4);
  return list.length === 0 ? "" : `(${list.map(([code, times]) => `${code} ${times}`).join(", ")})`;
}

interface AccountView {
  readonly health: { readonly equity: bigint };
  readonly positions: readonly { readonly market: bigint; readonly size: bigint }[];
}

async function ask(name: "market" | "account" | "accounts", args: unknown[]): Promise<unknown> {
  const data = LENS.encodeFunctionData(name as "market", args as never);
  const answer = await rpc.send("eth_call", [{ to: lens, data }, "latest"]);
  return LENS.decodeFunctionResult(name as "market", answer as string)[0];
}
