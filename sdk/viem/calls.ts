// SPDX-License-Identifier: MIT
// The venue's calls as viem's and wagmi's `writeContract` and `simulateContract` take them, their arguments checked.
// Whoever sends them himself gets the contracts' refusals as sentences from `explained`.
import type { ContractFunctionArgs, ContractFunctionName } from "viem";
import { clearinghouseFunctionsAbi } from "../abis/clearinghouseFunctions.js";
import { vaultAbi } from "../abis/vault.js";
import { NO_NODE, type NodeId } from "../level.js";
import { groupIdOf, type AccountId, type GroupId, type MarketId } from "../order.js";
import type { Hex } from "../orderHash.js";
import { packBatch, packMaker, packMakers, type Batch, type FillWish } from "../packing/batch.js";
import { addressOf, bigintOf, intOf, secondsOf, uintOf, wholeOf, type Address } from "../range.js";
import { PRICE_ANY, type Limit } from "./limit.js";
import type { Money, Size } from "../units.js";

type Venue = typeof clearinghouseFunctionsAbi;
type Vault = typeof vaultAbi;

/** A call of the clearinghouse. */
export interface VenueCall<Name extends ContractFunctionName<Venue, "nonpayable">> {
  readonly address: Address;
  readonly abi: Venue;
  readonly functionName: Name;
  readonly args: ContractFunctionArgs<Venue, "nonpayable", Name>;
}

/** A call of the insurance vault. */
export interface VaultCall<Name extends ContractFunctionName<Vault, "nonpayable">> {
  readonly address: Address;
  readonly abi: Vault;
  readonly functionName: Name;
  readonly args: ContractFunctionArgs<Vault, "nonpayable", Name>;
}

const MAX = 2n ** 256n - 1n;

function of<Name extends ContractFunctionName<Venue, "nonpayable">>(
  clearinghouse: Address,
  functionName: Name,
  args: VenueCall<Name>["args"],
): VenueCall<Name> {
  return { address: addressOf(clearinghouse, "clearinghouse"), abi: clearinghouseFunctionsAbi, functionName, args };
}

function ofVault<Name extends ContractFunctionName<Vault, "nonpayable">>(
  vault: Address,
  functionName: Name,
  args: VaultCall<Name>["args"],
): VaultCall<Name> {
  return { address: addressOf(vault, "vault"), abi: vaultAbi, functionName, args };
}

const accountId = (id: AccountId): bigint => uintOf(id, 192, "account id");
const marketId = (id: MarketId): number => Number(uintOf(id, 32, "market id"));
const number = (value: number): number => Number(wholeOf(value, 0n, 2n ** 32n - 1n, "account number"));
const hintOf = (hint: NodeId): number => Number(uintOf(hint, 48, "hint"));
const seconds = (value: bigint, what: string): number => Number(secondsOf(value, what));

// ------------------------------------------------------------------ accounts

export function deposit(clearinghouse: Address, account: AccountId, tokens: bigint): VenueCall<"deposit"> {
  return of(clearinghouse, "deposit", [accountId(account), uintOf(tokens, 256, "tokens")]);
}

/** A permit's signature, taken apart. */
export interface Permit {
  readonly deadline: bigint;
  readonly v: number;
  readonly r: Hex;
  readonly s: Hex;
}

export function depositWithPermit(
  clearinghouse: Address,
  account: AccountId,
  tokens: bigint,
  { deadline, v, r, s }: Permit,
): VenueCall<"depositWithPermit"> {
  const args = [accountId(account), uintOf(tokens, 256, "tokens"), uintOf(deadline, 256, "deadline"), v, r, s] as const;
  return of(clearinghouse, "depositWithPermit", args);
}

/** @param tokens Claims in token units; "all": all that is withdrawable. @param from Number of the sender's account. */
export function withdraw(
  clearinghouse: Address,
  from: number,
  tokens: bigint | "all",
  to: Address,
): VenueCall<"withdraw"> {
  const amount = tokens === "all" ? MAX : bigintOf(tokens, 0n, MAX - 1n, "tokens");
  return of(clearinghouse, "withdraw", [number(from), amount, addressOf(to, "recipient")]);
}

/** Between two of the sender's accounts. */
export function transfer(clearinghouse: Address, from: number, to: number, amount: Money): VenueCall<"transfer"> {
  return of(clearinghouse, "transfer", [number(from), number(to), bigintOf(amount, 0n, 2n ** 255n - 1n, "amount")]);
}

/** Until the Unix second `expiry`; 0 revokes the key. */
export function setSigner(clearinghouse: Address, key: Address, expiry: bigint): VenueCall<"setSigner"> {
  return of(clearinghouse, "setSigner", [addressOf(key, "key"), BigInt(seconds(expiry, "expiry in seconds"))]);
}

/** Several encoded calls of the sender's, all or nothing. */
export function multicall(clearinghouse: Address, calls: readonly Hex[]): VenueCall<"multicall"> {
  if (calls.length === 0) throw new RangeError("no call: give at least one");
  return of(clearinghouse, "multicall", [calls]);
}

// ------------------------------------------------------------------ orders

export function settle(clearinghouse: Address, batch: Batch): VenueCall<"settle"> {
  return of(clearinghouse, "settle", [packBatch(batch)]);
}

/** Takes a maker order with the sender's account `number`. @param maxFee ppm of notional. @param deadline Unix time. */
export function fillOrder(
  clearinghouse: Address,
  fill: FillWish & { readonly size: Size },
  to: number,
  maxFee: bigint,
  deadline: bigint,
  hint: NodeId = NO_NODE,
): VenueCall<"fillOrder"> {
  return of(clearinghouse, "fillOrder", [
    marketId(fill.maker.order.market),
    number(to),
    packMaker(fill),
    hintOf(hint),
    Number(uintOf(maxFee, 24, "fee cap")),
    seconds(deadline, "deadline in seconds"),
  ]);
}

export function cancelOrder(clearinghouse: Address, salt: bigint, account: AccountId): VenueCall<"cancelOrder"> {
  return of(clearinghouse, "cancelOrder", [uintOf(salt, 64, "salt"), accountId(account)]);
}

export function cancelBelow(clearinghouse: Address, account: AccountId, sequence: bigint): VenueCall<"cancelBelow"> {
  return of(clearinghouse, "cancelBelow", [accountId(account), Number(uintOf(sequence, 48, "sequence"))]);
}

// ------------------------------------------------------------------ margin calls, liquidation

export function marginCall(clearinghouse: Address, account: AccountId): VenueCall<"marginCall"> {
  return of(clearinghouse, "marginCall", [accountId(account)]);
}

export function clearCall(clearinghouse: Address, account: AccountId): VenueCall<"clearCall"> {
  return of(clearinghouse, "clearCall", [accountId(account)]);
}

/** Against maker orders of the account's market. @param keeper Number of the sender's account. */
export function liquidate(
  clearinghouse: Address,
  account: AccountId,
  market: MarketId,
  keeper: number,
  makers: readonly FillWish[],
): VenueCall<"liquidate"> {
  return of(clearinghouse, "liquidate", [accountId(account), marketId(market), number(keeper), packMakers(makers)]);
}

/** Into the sender's account `keeper`, at most `max` (a magnitude). */
export function liquidateToAccount(
  clearinghouse: Address,
  account: AccountId,
  market: MarketId,
  keeper: number,
  max: Size,
  { price = PRICE_ANY, deadline, hint = NO_NODE }: Limit,
): VenueCall<"liquidateToAccount"> {
  return of(clearinghouse, "liquidateToAccount", [
    accountId(account),
    marketId(market),
    number(keeper),
    uintOf(max, 256, "size"),
    hintOf(hint),
    intOf(price, 256, "limit"),
    seconds(deadline, "deadline in seconds"),
  ]);
}

/** Longs when `max` is positive, shorts when it is negative. */
export function liquidateMany(
  clearinghouse: Address,
  market: MarketId,
  accounts: readonly AccountId[],
  keeper: number,
  max: Size,
  { price = PRICE_ANY, deadline, hint = NO_NODE }: Limit,
): VenueCall<"liquidateMany"> {
  return of(clearinghouse, "liquidateMany", [
    marketId(market),
    accounts.map(accountId),
    number(keeper),
    intOf(max, 256, "size"),
    hintOf(hint),
    intOf(price, 256, "limit"),
    seconds(deadline, "deadline in seconds"),
  ]);
}

export function liquidateToVault(
  clearinghouse: Address,
  account: AccountId,
  market: MarketId,
  keeper: number,
  hint: NodeId = NO_NODE,
): VenueCall<"liquidateToVault"> {
  return of(clearinghouse, "liquidateToVault", [accountId(account), marketId(market), number(keeper), hintOf(hint)]);
}

/** Into the sender's account `to`, at most `max` (a magnitude). */
export function buyInventory(
  clearinghouse: Address,
  market: MarketId,
  to: number,
  max: Size,
  { price = PRICE_ANY, deadline, hint = NO_NODE }: Limit,
): VenueCall<"buyInventory"> {
  return of(clearinghouse, "buyInventory", [
    marketId(market),
    number(to),
    uintOf(max, 256, "size"),
    hintOf(hint),
    intOf(price, 256, "limit"),
    seconds(deadline, "deadline in seconds"),
  ]);
}

// ------------------------------------------------------------------ locks and defaults

export function poke(clearinghouse: Address, group: GroupId): VenueCall<"poke"> {
  return of(clearinghouse, "poke", [Number(groupIdOf(group))]);
}

/** The accounts in any order, each once. */
export function absorb(clearinghouse: Address, group: GroupId, accounts: readonly AccountId[]): VenueCall<"absorb"> {
  const ids = [...new Set(accounts.map(accountId))].sort((a, b) => (a < b ? -1 : 1));
  return of(clearinghouse, "absorb", [Number(groupIdOf(group)), ids]);
}

/** Registers accounts of a locked group that have winning and losing legs: they are charged on the difference. */
export function net(clearinghouse: Address, group: GroupId, accounts: readonly AccountId[]): VenueCall<"net"> {
  return of(clearinghouse, "net", [Number(groupIdOf(group)), accounts.map(accountId)]);
}

export function deleverage(clearinghouse: Address, group: GroupId, steps: bigint): VenueCall<"deleverage"> {
  return of(clearinghouse, "deleverage", [Number(groupIdOf(group)), uintOf(steps, 256, "steps")]);
}

/** What was torn up of a position, or is left of it in a settled market. */
export function collect(clearinghouse: Address, account: AccountId, market: MarketId): VenueCall<"collect"> {
  return of(clearinghouse, "collect", [accountId(account), marketId(market)]);
}

/** Gives tokens of the sender's to whoever a shortfall hit. */
export function cover(clearinghouse: Address, tokens: bigint): VenueCall<"cover"> {
  return of(clearinghouse, "cover", [uintOf(tokens, 256, "tokens")]);
}

export function collectFees(clearinghouse: Address): VenueCall<"collectFees"> {
  return of(clearinghouse, "collectFees", []);
}

// ------------------------------------------------------------------ collateral

const collateralId = (id: bigint): bigint => bigintOf(id, 1n, MAX, "collateral id");
const unitsOf = (units: bigint): bigint => bigintOf(units, 1n, MAX - 1n, "units");

/** The highest price that is paid for a whole token, 1e-18 quote; "any": whatever it is. */
export type PriceCap = bigint | "any";
const capOf = (cap: PriceCap): bigint => (cap === "any" ? 0n : bigintOf(cap, 1n, 2n ** 255n - 1n, "limit"));

/** The clearinghouse has to be allowed to take the units. @param to Number of the sender's account. */
export function pledge(clearinghouse: Address, to: number, id: bigint, units: bigint): VenueCall<"pledge"> {
  return of(clearinghouse, "pledge", [number(to), collateralId(id), unitsOf(units)]);
}

/** @param from Number of the sender's account. @param units "all": all that is pledged of it. */
export function withdrawPledge(
  clearinghouse: Address,
  from: number,
  id: bigint,
  units: bigint | "all",
  to: Address,
): VenueCall<"withdrawPledge"> {
  const wanted = units === "all" ? MAX : unitsOf(units);
  return of(clearinghouse, "withdrawPledge", [number(from), collateralId(id), wanted, addressOf(to, "recipient")]);
}

export function offerPledges(clearinghouse: Address, account: AccountId): VenueCall<"offerPledges"> {
  return of(clearinghouse, "offerPledges", [accountId(account)]);
}

export function exchangeWithLine(
  clearinghouse: Address,
  account: AccountId,
  id: bigint,
): VenueCall<"exchangeWithLine"> {
  return of(clearinghouse, "exchangeWithLine", [accountId(account), collateralId(id)]);
}

export function recordCollateralPrice(clearinghouse: Address, id: bigint): VenueCall<"recordCollateralPrice"> {
  return of(clearinghouse, "recordCollateralPrice", [collateralId(id)]);
}

/** Who buys: at most `max` units, paid from the sender's account `number`, which has no positions. */
export interface UnitsWish {
  readonly max: bigint;
  readonly number: number;
  readonly to: Address;
  readonly limit: PriceCap;
}

/** Of what an account has on offer. */
export function buyPledge(
  clearinghouse: Address,
  account: AccountId,
  id: bigint,
  { max, number: from, to, limit }: UnitsWish,
): VenueCall<"buyPledge"> {
  return of(clearinghouse, "buyPledge", [
    accountId(account),
    collateralId(id),
    unitsOf(max),
    number(from),
    addressOf(to, "recipient"),
    capOf(limit),
  ]);
}

/** Of the vault's stock. */
export function buyStock(
  clearinghouse: Address,
  id: bigint,
  { max, number: from, to, limit }: UnitsWish,
): VenueCall<"buyStock"> {
  return of(clearinghouse, "buyStock", [
    collateralId(id),
    unitsOf(max),
    number(from),
    addressOf(to, "recipient"),
    capOf(limit),
  ]);
}

// ------------------------------------------------------------------ the vault

/** @param tokens Token units. The vault has to be allowed to take them. */
export function vaultDeposit(vault: Address, tokens: bigint, receiver: Address): VaultCall<"deposit"> {
  return ofVault(vault, "deposit", [uintOf(tokens, 256, "tokens"), addressOf(receiver, "receiver")]);
}

export function requestRedeem(
  vault: Address,
  shares: bigint,
  controller: Address,
  owner: Address,
): VaultCall<"requestRedeem"> {
  return ofVault(vault, "requestRedeem", [
    uintOf(shares, 256, "shares"),
    addressOf(controller, "controller"),
    addressOf(owner, "owner"),
  ]);
}

/** Claims what was priced of the controller's requests: `shares` is at most `maxRedeem`. */
export function claim(vault: Address, shares: bigint, receiver: Address, controller: Address): VaultCall<"redeem"> {
  return ofVault(vault, "redeem", [
    uintOf(shares, 256, "shares"),
    addressOf(receiver, "receiver"),
    addressOf(controller, "controller"),
  ]);
}

export function processBatch(vault: Address): VaultCall<"processBatch"> {
  return ofVault(vault, "processBatch", []);
}
