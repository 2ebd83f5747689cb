// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { computeAddress } from "ethers";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { deployNovation, type Artifact, type Deployed, type Listing } from "../../deploy/deploy-novation.js";
import { localParameters } from "../../deploy/parameters.js";
import { keyOf } from "../venue/anvil.js";
import { Chain, type Request } from "../venue/Chain.js";
import { accountOf, signOrder } from "../venue/orders.js";
import type { DeploymentFacts } from "./deploymentFile.js";
import { MARKETS, START_PRICE, people, walletOf, type MarketName, type Person } from "./people.js";

/** A venue as the trial knows it; all of it can be written to a file. */
export interface TrialVenue {
  deployment: DeploymentFacts;
  feeds: { symbol: MarketName; market: number; group: number; feed: string; price: number }[];
  /** Everybody who trades, a list for each group, ascending. */
  accounts: { group: number; ids: string[] }[];
  /** How long it took to open, seconds. */
  seconds: number;
}

export interface VenueOptions {
  accounts: number;
  seed: number;
  /** One group of three markets instead of three groups. */
  shared: boolean;
}

/** Keys of anvil's mnemonic: the first is the operator and the oracle. */
export const RIVAL = 4;
export const FIRST_KEEPER = 5;
export const MAX_KEEPERS = 4;

const FILLS = 60; // a settle of so many stays below EIP-7825's limit
const STEPS = 9; // entry levels of a side
const KEEPER_CASH = 20_000_000; // quote, a group
const VAULT_CASH = 300_000_000; // quote

export function addressOf(index: number): string {
  return computeAddress(keyOf(index));
}

/** The prepared venue and the state of its chain, from the cache if it is there. */
export async function prepare(
  options: VenueOptions,
  cache: string,
  say: (text: string) => void = () => {},
): Promise<{ venue: TrialVenue; stateFile: string }> {
  const artifacts = join(import.meta.dirname, "../../build/artifacts");
  const built = Math.round(statSync(join(artifacts, "contracts/Clearinghouse.sol/Clearinghouse.json")).mtimeMs);
  const name = `${options.accounts}-${options.seed}${options.shared ? "-shared" : ""}-${built}`;
  const [stateFile, venueFile] = [join(cache, `${name}.state.json`), join(cache, `${name}.venue.json`)];
  if (!existsSync(stateFile) || !existsSync(venueFile)) {
    mkdirSync(cache, { recursive: true });
    const chain = await Chain.start(Math.floor(Date.now() / 1000) - 86_400);
    try {
      const venue = await open(chain, options, builtArtifacts(artifacts, "npm run trial"), say);
      const dumped = (await chain.provider.send("anvil_dumpState", [])) as string;
      writeFileSync(stateFile, gunzipSync(Buffer.from(dumped.slice(2), "hex")));
      writeFileSync(venueFile, JSON.stringify(venue));
    } finally {
      chain.stop();
    }
  }
  return { venue: JSON.parse(readFileSync(venueFile, "utf8")) as TrialVenue, stateFile };
}

/** Deploys the production build and lets everybody open by real signed orders, the largest account of a market being their counterparty. */
async function open(
  chain: Chain,
  { accounts, seed, shared }: VenueOptions,
  artifact: (name: string) => Promise<Artifact>,
  say: (text: string) => void,
): Promise<TrialVenue> {
  const began = Date.now();
  const signers = await chain.provider.listAccounts();
  const operator = signers[0]!;
  const listings = MARKETS.map((symbol): Listing => ({ ...listing(symbol), symbol }));
  const deployed = await deployNovation({
    deployer: operator,
    artifact,
    groups: shared ? [listings] : listings.map((each) => [each]),
    vaultSeed: 1_000_000n,
    vaultBudget: BigInt(VAULT_CASH / (shared ? 1 : MARKETS.length)) * 1_000_000_000n,
    treasury: signers[2]!.address,
  });
  await chain.mineOnDemand();
  const { clearinghouse, token, vault } = deployed;
  const verifyingContract = await clearinghouse.getAddress();
  const vaultAddress = await vault.getAddress();
  const { chainId } = await chain.provider.getNetwork();
  const domain = { name: "Novation", version: "1", chainId, verifyingContract };
  const call = (contract: unknown, name: string, args: unknown[]): Request => {
    const { target, interface: abi } = contract as Callable;
    return { from: operator.address, to: String(target), data: abi.encodeFunctionData(name, args) };
  };
  const must = (requests: Request[]) => chain.mustMine(0, requests, clearinghouse.interface);

  const all = 2n ** 80n;
  await must([
    call(token, "mint", [operator.address, all]),
    call(token, "approve", [verifyingContract, all]),
    call(token, "approve", [vaultAddress, all]),
  ]);
  await must([call(vault, "deposit", [BigInt(VAULT_CASH) * 1_000_000n, operator.address])]);

  const everybody = people(accounts, seed, shared).map((person, index) => {
    const wallet = walletOf(seed, person.wallet);
    // Who shares an account has lanes of orders of his own: both may trade one market.
    const lanes = person.wallet === index ? 0 : MARKETS.length + 1;
    return { ...person, key: wallet, account: accountOf(wallet.address, 0), lanes };
  });
  const deposit = (account: bigint, cash: number) =>
    call(clearinghouse, "deposit", [account, BigInt(Math.ceil(cash * 1e6))]);
  const deposits = everybody.map(({ account, cash }) => deposit(account, cash));
  for (const group of deployed.groups) {
    for (let index = RIVAL; index < FIRST_KEEPER + MAX_KEEPERS; ++index) {
      deposits.push(deposit(accountOf(addressOf(index), Number(group)), KEEPER_CASH));
    }
  }
  for (let from = 0; from < deposits.length; from += 500) await must(deposits.slice(from, from + 500));
  say(`deposits made after ${seconds(began)} s`);

  const counterparties: bigint[] = [];
  for (const market of deployed.markets) {
    const symbol = market.symbol as MarketName;
    const wallet = walletOf(seed, -1 - MARKETS.indexOf(symbol));
    const largest = accountOf(wallet.address, 0);
    counterparties.push(largest);
    const here = everybody.filter((person) => person.market === symbol);
    const gross = here.reduce((sum, { size }) => sum + Math.abs(Number(size)) / 1e9, 0) * START_PRICE[symbol];
    await must([deposit(largest, gross)]);
    let sequence = 0;
    for (let step = 0; step < STEPS; ++step) {
      const price = START_PRICE[symbol] * (1 + (step - (STEPS - 1) / 2) * 0.001);
      const limit = BigInt(Math.round(price * 1e8)) * 10n ** 10n;
      await must([call(market.feed, "setAnswer", [answerOf(price)])]);
      const requests: Request[] = [];
      for (const buys of [true, false]) {
        const side = here.filter(({ size }, index) => size > 0n === buys && index % STEPS === step);
        for (let from = 0; from < side.length; from += FILLS) {
          const fills = side.slice(from, from + FILLS).map((each) => {
            const wish = {
              account: each.account,
              market: market.id,
              size: each.size,
              limit,
              taker: false,
              sequence: 1,
            };
            // Whoever has several markets has an order in the lane of each.
            const maker = signOrder(each.key, domain, { ...wish, lane: each.lanes + Number(market.id & 3n) });
            return { maker, size: each.size < 0n ? -each.size : each.size, hint: 0n };
          });
          const total = fills.reduce((sum, fill) => sum + fill.maker.order.size, 0n);
          const wish = { account: largest, market: market.id, size: -total, limit, taker: true };
          const taker = signOrder(wallet, domain, { ...wish, sequence: ++sequence });
          requests.push(call(clearinghouse, "settle", [market.group, [{ taker, hint: 0n, fills }], true]));
        }
      }
      if (requests.length > 0) await must(requests);
    }
    await must([call(market.feed, "setAnswer", [answerOf(START_PRICE[symbol])])]);
    say(`${symbol} open after ${seconds(began)} s`);
  }
  // Twice: the second makes the anchor of what the first recorded.
  const pokes = deployed.groups.map((group) => call(clearinghouse, "poke", [group]));
  for (let roll = 0; roll < 2; ++roll) await chain.mustMine(chain.now + 130, pokes, clearinghouse.interface);
  return described(deployed, Number(chainId), everybody, counterparties, shared, seconds(began));
}

async function described(
  { clearinghouse, lens, vault, token, markets, groups }: Deployed,
  chainId: number,
  everybody: (Person & { account: bigint })[],
  counterparties: bigint[],
  shared: boolean,
  took: number,
): Promise<TrialVenue> {
  const [venue, view, fund, coin] = await Promise.all(
    [clearinghouse, lens, vault, token].map((each) => each.getAddress()),
  );
  const accounts = groups.map((group) => {
    const own = markets.map((market, index) => ({ market, index })).filter(({ market }) => market.group === group);
    const ids = everybody
      .filter(({ market }) => own.some((each) => each.market.symbol === market))
      .map(({ account }) => account);
    const list = [...new Set([...ids, ...own.map(({ index }) => counterparties[index]!)])];
    return { group: Number(group), ids: list.sort((a, b) => (a < b ? -1 : 1)).map(String) };
  });
  if (shared && accounts.length !== 1) throw new Error("one group was asked for");
  const feeds = await Promise.all(
    markets.map(async ({ symbol, id, group, feed }) => ({
      symbol: symbol as MarketName,
      market: Number(id),
      group: Number(group),
      feed: await feed.getAddress(),
      price: START_PRICE[symbol as MarketName],
    })),
  );
  const own = groups.map((id) => ({
    id: Number(id),
    markets: feeds.filter(({ group }) => group === Number(id)).map(({ market }) => market),
  }));
  const addresses = { clearinghouse: venue!, lens: view!, vault: fund!, token: coin! };
  const deployment = { chainId, fromBlock: 1, ...addresses, tokenDecimals: 6, groups: own };
  return { deployment, feeds, accounts, seconds: took };
}

/** Margin and discounts of the local parameters; caps so high that nobody is refused for them. */
function listing(symbol: MarketName): Omit<Listing, "symbol"> {
  const { btcMarket } = localParameters();
  const max = 1n << 62n;
  const params = { ...btcMarket, softCap: max, hardCap: max };
  return { answer: answerOf(START_PRICE[symbol]), heartbeat: 86_400, params };
}

export function answerOf(price: number): bigint {
  return BigInt(Math.round(price * 1e8));
}

interface Callable {
  target: unknown;
  interface: { encodeFunctionData(name: string, args: unknown[]): string };
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 100) / 10;
}
