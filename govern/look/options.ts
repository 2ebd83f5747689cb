// SPDX-License-Identifier: MIT
import { Interface, type InterfaceAbi } from "ethers";
import { optionLensAbi } from "../../sdk/abis/optionLens.js";
import { logsIn } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { decodeVenueLog } from "../../sdk/client/decoding.js";
import { optionViewOf } from "../../sdk/client/viewOf.js";
import type { Deployment } from "../../sdk/deployment.js";
import type { AccountId, GroupId } from "../../sdk/order.js";
import { PERPETUAL_INDEX } from "../../sdk/options/series.js";
import type { Address } from "../../sdk/range.js";
import type { OptionLensView } from "../../sdk/views.js";
import { ask } from "./ask.js";

/** A group of an option venue at one block, as governance sees it. */
export interface OptionGroupSeen {
  readonly group: bigint;
  /** As people call it; of a group that was created later than the deployment file `group-N`. */
  readonly symbol: string;
  readonly view: OptionLensView<"group">;
  /** Of the underlying's price, and of its volatilities. */
  readonly source: Address;
  readonly volSource: Address;
  /** 1e-9 quote. */
  readonly vaultBudget: bigint;
}

const LENS = new Interface(optionLensAbi as unknown as InterfaceAbi);
const BLOCKS = 2_000; // a query

/** The groups of an option venue; none of a linear one. Sources and budgets are what events told last. */
export async function readOptionGroups(
  rpc: Rpc,
  deployment: Deployment,
  groups: bigint,
  block: number,
  time?: bigint,
): Promise<OptionGroupSeen[]> {
  const { options, clearinghouse, firstBlock } = deployment;
  if (options === undefined) return [];
  const [sources, vols, budgets] = [new Map<bigint, Address>(), new Map<bigint, Address>(), new Map<bigint, bigint>()];
  for (let from = firstBlock; from <= block; from += BLOCKS) {
    for (const log of await logsIn(rpc, clearinghouse, from, Math.min(block, from + BLOCKS - 1))) {
      const event = decodeVenueLog(log);
      if (event?.kind === "MarketCreated" || event?.kind === "PriceSourceSet") {
        sources.set(event.market >> 8n, event.source);
      } else if (event?.kind === "VolSourceSet") vols.set(event.group, event.source);
      else if (event?.kind === "VaultBudgetSet") budgets.set(event.group, event.budget);
    }
  }
  const ids = Array.from({ length: Number(groups) }, (_, i) => BigInt(i + 1));
  return Promise.all(
    ids.map(async (group) => {
      const [answer] = await ask(rpc, LENS, options.lens, "group", [clearinghouse, group], block, time);
      const known = options.groups.find((each) => each.group === group);
      return {
        group,
        symbol: known?.symbol ?? `group-${group}`,
        view: optionViewOf("group", answer),
        source: sources.get(group)!,
        volSource: vols.get(group)!,
        vaultBudget: budgets.get(group) ?? 0n,
      };
    }),
  );
}

/** The perpetual of a group, whose parameters are those of trading in all of it. */
export function perpetualOf(group: bigint): bigint {
  return (group << 8n) | BigInt(PERPETUAL_INDEX);
}

/** How accounts of a group stand, by the lens. */
export async function healthsOf(
  rpc: Rpc,
  { clearinghouse, options }: Deployment,
  group: GroupId,
  accounts: readonly AccountId[],
  time: bigint,
): Promise<OptionLensView<"healths">> {
  const args = [clearinghouse, group, accounts];
  const [answer] = await ask(rpc, LENS, options!.lens, "healths", args, "latest", time);
  return optionViewOf("healths", answer);
}
