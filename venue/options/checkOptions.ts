// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import { logsIn, quantity } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { decodeVenueLog } from "../../sdk/client/decoding.js";
import type { Deployment } from "../../sdk/deployment.js";
import { min } from "../../sdk/arithmetic.js";
import type { AccountId } from "../../sdk/order.js";
import { seriesKind, type SeriesId } from "../../sdk/options/series.js";
import type { EventKind, EventOf } from "../../sdk/state/events.js";
import { cashOf } from "../../sdk/state/recovery.js";
import { sizeOf } from "../../sdk/state/position.js";
import { ILens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/ILens__factory.js";
import type { Finding } from "../check/Finding.js";
import type { Rebuilt } from "../check/rebuild.js";
import { Eyes } from "./Eyes.js";
import type { DayFacts } from "./OptionDay.js";

const LENS = ILens__factory.createInterface();
const ANSWER = new Interface([
  "event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt)",
]);
const SOURCE = new Interface(["function plainFeed() view returns (address feed, uint24 heartbeat, int8 exponent)"]);
const WINDOW = 1_800n;
const ONE = 10n ** 9n;
const UNIT = 10n ** 18n;
const ROUNDING = 10_000n; // 1e-9 quote, of a day of some dozen fills

/**
 * Cash and sizes of every account by the lens and by events; tokens and claims; nobody is left to be liquidated.
 * @param isOver Nobody holds a position any more: then claims and fees are all that is booked, but for rounding.
 */
export async function checkBooks(
  rpc: Rpc,
  deployment: Deployment,
  { venue, head }: Rebuilt,
  isOver: boolean,
): Promise<Finding[]> {
  const { clearinghouse, lens, token, tokenDecimals } = deployment;
  const eyes = new Eyes(rpc, deployment, quantity(head));
  const [faults, left]: [string[], string[]] = [[], []];
  let [compared, claims] = [0, 0n];
  for (const account of venue.accounts.values()) {
    const cash = cashOf(venue, account);
    claims += cash;
    const view = await eyes.portfolio(account.id);
    compared += 1;
    if (cash !== view.cash) faults.push(`account ${account.id}: cash ${cash}, on the chain ${view.cash}`);
    const told = new Map(view.positions.map(({ series, size }) => [BigInt(series), size]));
    const group = venue.groups.get(account.group);
    account.legs.forEach((leg, index) => {
      const series = (account.group << 8n) | BigInt(index);
      const [own, theirs] = [leg && group ? sizeOf(group.markets[index]!, leg) : 0n, told.get(series) ?? 0n];
      told.delete(series);
      compared += 1;
      if (own !== theirs) faults.push(`account ${account.id}, series ${series}: ${own}, on the chain ${theirs}`);
    });
    for (const [series, size] of told)
      if (size !== 0n) faults.push(`account ${account.id} also has ${size} of ${series}`);
    const { equity, maintenance } = view.margin;
    if (equity < maintenance) left.push(`account ${account.id} has ${equity} and needs ${maintenance}`);
  }
  const data = LENS.encodeFunctionData("venue", [clearinghouse]);
  const answer = (await rpc.send("eth_call", [{ to: lens, data }, quantity(head)])) as string;
  const { held, fees, shortfall, lockedGroups } = LENS.decodeFunctionResult("venue", answer)[0];
  const balance = `0x70a08231${clearinghouse.slice(2).toLowerCase().padStart(64, "0")}`;
  const units = BigInt((await rpc.send("eth_call", [{ to: token, data: balance }, quantity(head)])) as string);
  const tokens = units * 10n ** BigInt(9 - tokenDecimals);
  if (tokens < held) faults.push(`tokens ${tokens} do not cover what is booked, ${held}`);
  if (lockedGroups > 0n) left.push(`${lockedGroups} groups are locked`);
  const says = `cash and sizes of ${venue.accounts.size} accounts, ${compared} values, as the SDK rebuilds them; tokens cover the books`;
  return [
    { what: "contracts", says, faults },
    {
      what: "keeper",
      says: `nobody below maintenance margin, no group locked, shortfall ${Number(shortfall) / 1e9}`,
      faults: left,
    },
    ...(isOver ? [{ what: "sums", ...sums(claims, fees, held) }] : []),
  ];
}

/** All that is booked is somebody's: a claim, or a fee that waits. Each fill and each payment may leave a rounding. */
function sums(claims: bigint, fees: bigint, held: bigint): Omit<Finding, "what"> {
  const rest = held - claims - fees;
  const says = `claims ${quote(claims)} and fees ${quote(fees)} are the ${quote(held)} that are booked, to ${rest} of 1e-9`;
  return { says, faults: rest < 0n || rest > ROUNDING ? [`${rest} of 1e-9 are nobody's`] : [] };
}

/** The price at expiry from the feed's rounds, what the spread paid, and that all of the money came out. */
export async function checkDay(
  rpc: Rpc,
  deployment: Deployment,
  rebuilt: Rebuilt,
  { expiry, group, spread, people, writer }: DayFacts,
): Promise<Finding[]> {
  const { clearinghouse, firstBlock } = deployment;
  const events = (await logsIn(rpc, clearinghouse, firstBlock, rebuilt.head)).flatMap(
    (log) => decodeVenueLog(log) ?? [],
  );
  const of = <K extends EventKind>(kind: K) => events.filter((event) => event.kind === kind) as EventOf<K>[];
  const fixed = of("PriceFixed").find((event) => event.group === group && event.expiry === expiry);
  const average = await averageOf(rpc, deployment, expiry, rebuilt.head);
  const price = fixed?.price ?? 0n;
  const faults = price === average ? [] : [`it is ${price}, by the feed's rounds ${average}`];
  const findings: Finding[] = [
    { what: "expiry", says: `its price ${Number(price / ONE) / 1e9} is the average of the feed's rounds`, faults },
  ];

  // The spread: premiums and fees by events, and what each leg paid at the price.
  const listed = of("LadderListed").find((event) => event.expiry === expiry)!;
  const cash = new Map<AccountId, bigint>();
  const add = (account: AccountId, amount: bigint) => cash.set(account, (cash.get(account) ?? 0n) + amount);
  for (const deposit of of("Deposited")) add(deposit.account, deposit.tokens * 1_000n);
  const sizes = new Map<SeriesId, bigint>();
  for (const { market, taker, takerSize, price: at, takerFee } of of("Traded")) {
    if (taker !== spread.taker.account) continue;
    add(taker, -(takerSize * at) / UNIT - takerFee);
    sizes.set(market as SeriesId, (sizes.get(market as SeriesId) ?? 0n) + takerSize);
  }
  for (const [series, size] of sizes) add(spread.taker.account, (size * payoff(series, listed, price)) / UNIT);
  const out = new Map<AccountId, bigint>();
  for (const { account, tokens } of of("Withdrawn")) out.set(account, (out.get(account) ?? 0n) + tokens * 1_000n);
  const [expected, paid] = [cash.get(spread.taker.account) ?? 0n, out.get(spread.taker.account) ?? 0n];
  const differs = expected - paid > 2_000n || paid - expected > 2_000n || sizes.size !== 2;
  findings.push({
    what: "spread",
    says: `its owner took out ${quote(paid)}: deposit, premiums and fees of two legs, and what they paid at that price`,
    faults: differs ? [`he took out ${paid}, and events make it ${expected}, of ${sizes.size} series`] : [],
  });

  const kept = people.flatMap(({ name, account }) => {
    const stored = rebuilt.venue.accounts.get(account);
    const rest = stored === undefined ? 0n : cashOf(rebuilt.venue, stored);
    return rest < 1_000n ? [] : [`the ${name} still has ${rest}`];
  });
  const all = [...out.values()].reduce((sum, each) => sum + each, 0n);
  findings.push({ what: "withdrawn", says: `everybody took all out, ${quote(all)} in sum`, faults: kept });

  const slices = of("Sliced").filter(({ account }) => account === writer.account);
  const parts = slices.map(({ fraction }) => `${(Number(fraction) / 1e16).toFixed(1)}%`).join(", ");
  const none = slices.length === 0 ? ["nobody took one"] : [];
  findings.push({ what: "slices", says: `${slices.length} of who sold puts, ${parts}`, faults: none });
  return findings;
}

/**
 * As docs/options.md has it, of a feed of one phase: each answer of the last half hour holds until the next one, and at
 * most for the heartbeat; the price is the average over the seconds in which one held.
 */
async function averageOf(rpc: Rpc, { options }: Deployment, expiry: bigint, head: number): Promise<bigint> {
  const { aggregator, decimals, source } = options!.groups[0]!;
  const data = SOURCE.encodeFunctionData("plainFeed");
  const answer = (await rpc.send("eth_call", [{ to: source, data }, quantity(head)])) as string;
  const heartbeat = SOURCE.decodeFunctionResult("plainFeed", answer)[1] as bigint;
  const topics = [ANSWER.getEvent("AnswerUpdated")!.topicHash];
  const filter = { address: aggregator, fromBlock: "0x0", toBlock: quantity(head), topics };
  const logs = (await rpc.send("eth_getLogs", [filter])) as { topics: string[]; data: string }[];
  const rounds = logs.map((log) => {
    const [current, , updatedAt] = ANSWER.parseLog(log)!.args as unknown as [bigint, bigint, bigint];
    return { mark: current * 10n ** BigInt(18 - decimals), time: updatedAt };
  });
  let [sum, held] = [0n, 0n];
  for (const [index, { mark, time }] of rounds.entries()) {
    const from = time > expiry - WINDOW ? time : expiry - WINDOW;
    const to = [rounds[index + 1]?.time ?? expiry, time + heartbeat, expiry].reduce((a, b) => min(a, b));
    if (to <= from) continue;
    sum += mark * (to - from);
    held += to - from;
  }
  return sum / held;
}

function payoff(series: SeriesId, { base, step }: { base: bigint; step: bigint }, price: bigint): bigint {
  const kind = seriesKind(series);
  if (kind.type === "perpetual") throw new RangeError("a perpetual has no payoff");
  if (kind.type === "future") return price;
  const strike = base + BigInt(kind.strike) * step;
  const worth = kind.type === "call" ? price - strike : strike - price;
  return worth > 0n ? worth : 0n;
}

function quote(money: bigint): string {
  return (Number(money) / 1e9).toFixed(2);
}
