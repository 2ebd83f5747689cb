// SPDX-License-Identifier: MIT
// What a clearinghouse of options does besides, as viem's and wagmi's `writeContract` and `simulateContract` take it,
// arguments checked. All else is in `calls`: it has the same functions, over series instead of markets.
import type { ContractFunctionArgs, ContractFunctionName } from "viem";
import { optionFunctionsAbi } from "../abis/optionFunctions.js";
import type { NodeId } from "../level.js";
import { groupIdOf, type AccountId, type GroupId } from "../order.js";
import { LADDERS, type SeriesId } from "../options/series.js";
import { addressOf, bigintOf, secondsOf, uintOf, wholeOf, type Address } from "../range.js";
import type { Money } from "../units.js";

type Options = typeof optionFunctionsAbi;

/** A call of a clearinghouse of options. */
export interface OptionCall<Name extends ContractFunctionName<Options, "nonpayable">> {
  readonly address: Address;
  readonly abi: Options;
  readonly functionName: Name;
  readonly args: ContractFunctionArgs<Options, "nonpayable", Name>;
}

function of<Name extends ContractFunctionName<Options, "nonpayable">>(
  clearinghouse: Address,
  functionName: Name,
  args: OptionCall<Name>["args"],
): OptionCall<Name> {
  return { address: addressOf(clearinghouse, "clearinghouse"), abi: optionFunctionsAbi, functionName, args };
}

const groupId = (group: GroupId): number => Number(groupIdOf(group));
const ladderOf = (ladder: number): bigint => wholeOf(ladder, 0n, BigInt(LADDERS - 1), "ladder");
const seconds = (value: bigint, what: string): number => Number(secondsOf(value, what));

/** Lists an expiry: a Friday 08:00 UTC, Unix time. Anyone. */
export function list(clearinghouse: Address, group: GroupId, expiry: bigint): OptionCall<"list"> {
  return of(clearinghouse, "list", [groupId(group), seconds(expiry, "expiry in seconds")]);
}

/** Takes over the volatility level of the group's source. Anyone. */
export function postLevel(clearinghouse: Address, group: GroupId): OptionCall<"postLevel"> {
  return of(clearinghouse, "postLevel", [groupId(group)]);
}

/** Takes over the source's smile of a ladder. Anyone. */
export function postSmile(clearinghouse: Address, group: GroupId, ladder: number): OptionCall<"postSmile"> {
  return of(clearinghouse, "postSmile", [groupId(group), ladderOf(ladder)]);
}

/** Fixes the price at which a ladder expired. Anyone. @param entries Rounds to begin with. @param rounds At most. */
export function fixPrice(
  clearinghouse: Address,
  group: GroupId,
  ladder: number,
  entries: readonly bigint[],
  rounds: bigint,
): OptionCall<"fixPrice"> {
  const rounds_ = uintOf(rounds, 256, "rounds");
  const list_ = entries.map((entry) => uintOf(entry, 80, "round"));
  return of(clearinghouse, "fixPrice", [groupId(group), ladderOf(ladder), list_, rounds_]);
}

/** Computes the risk arrays of series where they are not fresh. Anyone. */
export function refresh(clearinghouse: Address, series: readonly SeriesId[]): OptionCall<"refresh"> {
  if (series.length === 0) throw new RangeError("no series: give at least one");
  return of(clearinghouse, "refresh", [series.map((id) => Number(uintOf(id, 32, "series")))]);
}

/** What a keeper asks of a slice. */
export interface SliceTerms {
  /** Of each leg, at most; 1e-18. Default: all that restores initial margin. */
  readonly maxFraction?: bigint;
  /** Which series the account holds, a bit each; none: any. */
  readonly expected?: bigint;
  /** The least that he gets. */
  readonly minReward?: Money;
  /** Near the places of his new levels, leg by leg. */
  readonly hints?: readonly NodeId[];
}

const ONE = 10n ** 18n;

/** Takes a slice of an account below maintenance margin into the sender's account `to`. @param deadline Unix time. */
export function liquidateSlice(
  clearinghouse: Address,
  account: AccountId,
  to: number,
  deadline: bigint,
  { maxFraction = ONE, expected = 0n, minReward = 0n as Money, hints = [] }: SliceTerms = {},
): OptionCall<"liquidateSlice"> {
  return of(clearinghouse, "liquidateSlice", [
    uintOf(account, 192, "account id"),
    Number(wholeOf(to, 0n, 2n ** 32n - 1n, "account number")),
    bigintOf(maxFraction, 1n, ONE, "fraction"),
    uintOf(expected, 256, "series held"),
    bigintOf(minReward, 0n, 2n ** 127n, "reward"),
    seconds(deadline, "deadline in seconds"),
    hints.map((hint) => Number(uintOf(hint, 48, "hint"))),
  ]);
}
