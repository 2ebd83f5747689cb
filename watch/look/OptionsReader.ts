// SPDX-License-Identifier: MIT
import { headerAt } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { viewOf } from "../../sdk/client/viewOf.js";
import { venueKindOf, type Deployment } from "../../sdk/deployment.js";
import { expiryName } from "../../sdk/options/seriesName.js";
import type { AccountId, GroupId } from "../../sdk/order.js";
import type { OptionGroup } from "../../sdk/state/OptionGroup.js";
import { PHASES } from "../../sdk/views.js";
import { ChainFollower } from "../../keeper/follow/ChainFollower.js";
import { LENS, Reader } from "../../keeper/look/prices.js";
import { OPTION_LENS, OptionReader, type GroupView } from "../../keeper/options/look/lens.js";
import type { ExpirySeen, OptionGroupSeen, OptionsSeen, VenueSeen } from "./Picture.js";
import { sharePrice } from "./sharePrice.js";

const FOLLOWING = { reorgDepth: 64, firstPage: 2_000, largestPage: 50_000 };
/** The series of a ladder among the bits of a group. */
const PLACES = (1n << 31n) - 1n;

/** A clearinghouse of options at the node's head: rebuilt from its events, with what only the contracts can tell. */
export class OptionsReader {
  private readonly follower: ChainFollower;

  constructor(
    private readonly rpc: Rpc,
    private readonly deployment: Deployment,
    onPage: (to: number, head: number) => void = () => {},
  ) {
    const { clearinghouse, firstBlock: fromBlock, tokenDecimals } = deployment;
    const following = { clearinghouse, fromBlock, tokenDecimals, kind: venueKindOf(deployment), ...FOLLOWING };
    this.follower = new ChainFollower(rpc, following, onPage);
  }

  /** All accounts that were ever seen. */
  accounts(): AccountId[] {
    return [...this.follower.venue.accounts.keys()];
  }

  /** What all clearinghouses have; groups stand in `options`. */
  async venue(): Promise<VenueSeen> {
    const { head } = await this.follower.sync();
    const { venue } = this.follower;
    const { clearinghouse, lens } = this.deployment;
    const [view] = await new Reader(this.rpc, lens, LENS, head.number).ask("venue", [clearinghouse]);
    return {
      header: head,
      view: viewOf("venue", view),
      groups: [],
      accounts: venue.accounts.size,
      budgets: [...venue.groups.values()].reduce((sum, { vaultBudget }) => sum + vaultBudget, 0n),
      sharePrice: await sharePrice(this.rpc, venue.vault, head),
    };
  }

  async options(): Promise<OptionsSeen> {
    await this.follower.sync();
    const head = (await headerAt(this.rpc, "latest"))!;
    const { clearinghouse, options } = this.deployment;
    const lens = new OptionReader(new Reader(this.rpc, options!.lens, OPTION_LENS, head.number), clearinghouse);
    const groups = [...this.follower.venue.groups.values()];
    const seen = groups.map(async (group) => this.group(group.id, await lens.group(group.id), group.options!));
    return { time: head.timestamp, groups: await Promise.all(seen) };
  }

  private group(id: GroupId, view: GroupView, told: OptionGroup): OptionGroupSeen {
    const symbol = this.deployment.options!.groups.find(({ group }) => group === id)?.symbol ?? `GROUP${id}`;
    const { phase, gapped, until, absorbed, spotFresh, levelTime, levelStaleFrom, series, expiries } = view;
    const { round, cursor, deficit, lastUnlock, lock } = view;
    return {
      name: `group ${id} (${symbol} options)`,
      phase: PHASES[Number(phase)]!,
      ...{ gapped, until, absorbed, spotFresh, levelTime, levelStaleFrom },
      expiries: expiries.map(({ place, expiry, settlement, smilePending }): ExpirySeen => {
        const ladder = told.ladders.get(Number(place));
        return {
          name: `${symbol}-${expiryName(expiry)}`,
          expiry,
          isFixed: settlement !== 0n,
          isPending: smilePending,
          isOpen: ((series >> (place * 32n)) & PLACES) !== 0n,
          computedAt: ladder?.expiry === expiry ? ladder.arrays?.time : undefined,
        };
      }),
      state: [phase, absorbed, round, cursor, deficit, lastUnlock, lock].join(),
    };
  }
}
