// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { computeAddress } from "ethers";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import type { Listing } from "../../deploy/deploy-novation.js";
import { localParameters } from "../../deploy/parameters.js";
import { deploymentText, parseDeployment, type Deployment } from "../../sdk/deployment.js";
import { accountOf, type Address } from "../../sdk/order.js";
import { keyOf } from "../venue/anvil.js";
import { Chain } from "../venue/Chain.js";
import { deployVenue, type ReadArtifact } from "../venue/deployVenue.js";
import { LocalVenue } from "../venue/LocalVenue.js";
import type { Member } from "../venue/orders.js";
import { fromNano, toAnswer, toPrice } from "../venue/units.js";
import { MARKETS, START_PRICE, people, trader, type MarketName, type Person } from "./people.js";

/** A venue as the trial knows it. */
export interface TrialVenue {
  deployment: Deployment;
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

export function addressOf(index: number): Address {
  return computeAddress(keyOf(index)) as Address;
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
      const venue = await open(chain, options, builtArtifacts(artifacts, "npm run keeper -- trial"), say);
      const dumped = (await chain.provider.send("anvil_dumpState", [])) as string;
      writeFileSync(stateFile, gunzipSync(Buffer.from(dumped.slice(2), "hex")));
      writeFileSync(venueFile, JSON.stringify({ ...venue, deployment: deploymentText(venue.deployment) }));
    } finally {
      chain.stop();
    }
  }
  const kept = JSON.parse(readFileSync(venueFile, "utf8")) as Omit<TrialVenue, "deployment"> & { deployment: string };
  return { venue: { ...kept, deployment: parseDeployment(kept.deployment, venueFile) }, stateFile };
}

/**
 * Deploys the production build and lets everybody open by real signed orders, the largest account of a market being
 * their counterparty.
 */
async function open(
  chain: Chain,
  { accounts, seed, shared }: VenueOptions,
  artifact: ReadArtifact,
  say: (text: string) => void,
): Promise<TrialVenue> {
  const began = Date.now();
  const listings = MARKETS.map((symbol): Listing => ({ ...listing(symbol), symbol }));
  const groups = shared ? [listings] : listings.map((each) => [each]);
  const vaultBudget = BigInt(VAULT_CASH / groups.length) * 1_000_000_000n;
  const venue = new LocalVenue(await deployVenue(chain, { artifact, groups, vaultBudget }));
  await venue.fund(BigInt(VAULT_CASH) * 1_000_000n);

  const everybody = people(accounts, seed, shared).map((person, index) => {
    // Who shares an account has lanes of orders of his own: both may trade one market.
    const lanes = person.wallet === index ? 0 : MARKETS.length + 1;
    return { ...person, member: trader(seed, person.wallet), lanes };
  });
  const keepers = Array.from({ length: FIRST_KEEPER + MAX_KEEPERS - RIVAL }, (_, index) => addressOf(RIVAL + index));
  await venue.deposit([
    ...everybody.map(({ member, cash }) => [member.account, cash] as const),
    ...venue.deployed.groups.flatMap((group) =>
      keepers.map((keeper) => [accountOf(keeper, group), KEEPER_CASH] as const),
    ),
  ]);
  say(`deposits made after ${seconds(began)} s`);

  const counterparties: bigint[] = [];
  for (const symbol of MARKETS) {
    const market = venue.listed(symbol, START_PRICE[symbol]);
    const largest = trader(seed, -1 - MARKETS.indexOf(symbol));
    counterparties.push(largest.account);
    const here = everybody.filter((person) => person.market === symbol);
    const gross = here.reduce((sum, { size }) => sum + Math.abs(fromNano(size)), 0) * START_PRICE[symbol];
    await venue.deposit([[largest.account, gross]]);
    for (let step = 0; step < STEPS; ++step) {
      const price = START_PRICE[symbol] * (1 + (step - (STEPS - 1) / 2) * 0.001);
      await venue.setMark(market, price);
      const entries = here
        .filter((_, index) => index % STEPS === step)
        // Whoever has several markets has an order in the lane of each.
        .map(({ member, size, lanes }) => ({
          member,
          size,
          limit: toPrice(price),
          lane: lanes + Number(market.id & 3n),
        }));
      if (entries.length > 0) await venue.must(venue.matches(market, entries, largest, FILLS));
    }
    await venue.setMark(market, START_PRICE[symbol]);
    say(`${symbol} open after ${seconds(began)} s`);
  }
  await venue.settleAnchors(venue.deployed.groups);
  return described(venue, everybody, counterparties, shared, seconds(began));
}

async function described(
  { deployment, deployed: { markets, groups } }: LocalVenue,
  everybody: (Person & { member: Member })[],
  counterparties: bigint[],
  shared: boolean,
  took: number,
): Promise<TrialVenue> {
  const accounts = groups.map((group) => {
    const own = markets.map((market, index) => ({ market, index })).filter(({ market }) => market.group === group);
    const ids = everybody
      .filter(({ market }) => own.some((each) => each.market.symbol === market))
      .map(({ member }) => member.account);
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
  return { deployment, feeds, accounts, seconds: took };
}

/** Margin and discounts of the local parameters; caps so high that nobody is refused for them. */
function listing(symbol: MarketName): Omit<Listing, "symbol"> {
  const { btcMarket } = localParameters();
  const max = 1n << 62n;
  const params = { ...btcMarket, softCap: max, hardCap: max };
  return { answer: toAnswer(START_PRICE[symbol]), heartbeat: 86_400, params };
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 100) / 10;
}
