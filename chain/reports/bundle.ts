// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import type { Address } from "../../sdk/order.js";
import type { Call } from "../send/Call.js";
import { PULLED } from "./PulledSource.js";
import type { Brought } from "./Reports.js";

export const BUNDLE = new Interface([
  "function run(tuple(address source, bytes signedReport, uint256 fee)[] updates, tuple(address target, bytes data)[] calls) payable returns (bytes[] results)",
]);

/** One transaction that brings reports and then makes calls; all or nothing. */
export function bundled(bundle: Address, brought: readonly Brought[], calls: readonly Call[]): Call {
  const updates = brought.map(({ source, report, fee }) => [source.source, report.bytes, fee]);
  const data = BUNDLE.encodeFunctionData("run", [updates, calls.map(({ to, data }) => [to, data])]);
  return { to: bundle, data, value: brought.reduce((sum, { fee }) => sum + fee, 0n) };
}

/** One transaction that only brings a report. It does not fail when it is no newer than what is stored. */
export function updating({ source, report, fee }: Brought): Call {
  return { to: source.source, data: PULLED.encodeFunctionData("update", [report.bytes]), value: fee };
}

/** What each call of a bundle returned. */
export function resultsOf(answer: string): readonly string[] {
  return BUNDLE.decodeFunctionResult("run", answer)[0] as string[];
}
