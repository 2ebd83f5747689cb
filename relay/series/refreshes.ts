// SPDX-License-Identifier: MIT
import { IOptionMargin__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IOptionMargin__factory.js";
import type { Call } from "../../chain/send/Call.js";
import type { Address } from "../../sdk/order.js";
import type { Match } from "../book/Engine.js";
import type { Books } from "../settle/encode.js";
import type { OptionView, Side } from "./OptionView.js";

const ABI = IOptionMargin__factory.createInterface();

/** Stores risk arrays before a batch when its fills would compute them so often that this is dearer. */
export function refreshes(view: OptionView, clearinghouse: Address, { orderOf }: Books) {
  const since = new Map<bigint, number>();
  return (batch: readonly Match[]): Call | undefined => {
    const accountOf = (order: `0x${string}`) => orderOf(order).signed.order.account;
    const sides = batch.flatMap(({ market, taker, fills }) =>
      fills.flatMap(({ order }): Side[] => [
        { account: accountOf(taker), market },
        { account: accountOf(order), market },
      ]),
    );
    const series = view.refreshFor(sides, since);
    if (series.length === 0) return undefined;
    return { to: clearinghouse, data: ABI.encodeFunctionData("refresh", [series]) };
  };
}
