// SPDX-License-Identifier: MIT
import { liveQuotes } from "../../keeper/look/quotes.js";
import { healthAt } from "../../keeper/look/snapshotOf.js";
import { min } from "../../sdk/arithmetic.js";
import { legOf } from "../../sdk/margin/leg.js";
import { accountOf, ownerOf, type AccountId } from "../../sdk/order.js";
import { isRegistered } from "../../sdk/state/relief.js";
import { auditVenue } from "../venue/audit.js";
import type { Stage } from "./Stage.js";

/** An account as a settlement finds or leaves it, 1e-9 quote. */
interface Standing {
  /** Equity if the marks were the anchors, and at the frozen marks. */
  atAnchor: bigint;
  atFrozen: bigint;
  /** It has a leg on the side that gained in the jump, and none on one that lost. */
  onlyWins: boolean;
  /** It has both, and is registered. */
  registered: boolean;
}

// One unit of 1e-9 quote for each of some roundings of an account.
const ROUNDING = 100n;

/** Looks at everybody around each settlement, and at the whole venue when asked. */
export class Audit {
  readonly broken: string[] = [];
  /** The largest part of his equity at the frozen marks that a charge took from a winner. */
  worstOfEquity = 0;

  constructor(private readonly stage: Stage) {}

  /** INV-5 of what `settle` does to a group; whoever is charged is measured. */
  async around(group: bigint, settle: () => Promise<unknown>): Promise<void> {
    const before = await this.standings(group);
    await settle();
    const state = this.stage.venue.groups.get(group as never)!;
    if (state.phase !== "NORMAL") return; // a step of several
    const after = await this.standings(group);
    for (const [id, { atAnchor, atFrozen, onlyWins, registered }] of before) {
      // The frozen marks are the anchors now.
      const later = after.get(id)?.atAnchor;
      if (later === undefined || !(onlyWins || registered)) continue;
      if (atFrozen > 0n) this.worstOfEquity = Math.max(this.worstOfEquity, Number(atFrozen - later) / Number(atFrozen));
      if (atAnchor >= 0n && atFrozen >= 0n && later + ROUNDING < min(atAnchor, atFrozen)) {
        const had = `${atAnchor} at the anchor and ${atFrozen} at the frozen mark`;
        this.broken.push(`INV-5: account ${id} had ${had}, and has ${later} after the settlement`);
      }
    }
    for (const { id, estateLong, estateShort } of state.markets) {
      if (estateLong + estateShort > BigInt(before.size)) {
        this.broken.push(`INV-3: ${estateLong} and ${estateShort} left in the estate of market ${id}`);
      }
    }
  }

  /**
   * INV-1 and INV-2 of the venue as the contracts tell it, everybody read; and INV-12, the followed state against it.
   */
  async whole(): Promise<{ rate: number; belowZero: number; debt: number; vaultDebt: number }> {
    const { rate, equities, debts, broken } = await auditVenue(this.stage, this.everybody());
    this.broken.push(...broken.map(({ id, what }) => `${id}: ${what}`));
    await this.followed(equities);
    const below = [...equities].filter(([, equity]) => equity < 0n);
    const vault = this.stage.at.vault.toLowerCase();
    return {
      rate: Number(rate) / 1e18,
      belowZero: below.length,
      debt: Number(debts) / 1e9,
      vaultDebt: below.reduce((sum, [id, equity]) => {
        return sum + (ownerOf(id).toLowerCase() === vault ? -Number(equity) / 1e9 : 0);
      }, 0),
    };
  }

  private everybody(): AccountId[] {
    const { stage } = this;
    const numbers = [0, ...stage.deployed.groups.map(Number)];
    const owners = [stage.at.vault, stage.keeper, stage.treasury];
    return [
      ...stage.members.map(({ account }) => account),
      ...owners.flatMap((owner) => numbers.map((n) => accountOf(owner, n))),
    ];
  }

  private async followed(told: ReadonlyMap<bigint, bigint>): Promise<void> {
    const { stage } = this;
    const { groups, header } = await stage.look();
    for (const account of stage.venue.accounts.values()) {
      const state = stage.venue.groups.get(account.group);
      const equity = told.get(account.id);
      if (state === undefined || equity === undefined || account.legs.every((leg) => leg === undefined)) continue;
      const quotes = liveQuotes(state, groups.get(state.id)!, header.timestamp);
      const mine = healthAt(stage.venue, state, account, quotes).equity;
      // A view may run a second later than the last block, in which funding goes on.
      const slack = (mine > equity ? mine - equity : equity - mine) * 1_000_000n;
      if (slack > (equity < 0n ? -equity : equity) + 10n ** 9n) {
        this.broken.push(`INV-12: account ${account.id} has ${equity}, its events make ${mine}`);
      }
    }
  }

  private async standings(group: bigint): Promise<Map<AccountId, Standing>> {
    const { stage } = this;
    const { groups } = await stage.look();
    const state = stage.venue.groups.get(group as never)!;
    const view = groups.get(state.id)!;
    const { timestamp } = (await stage.look()).header;
    const quotes = liveQuotes(state, view, timestamp);
    const jumps = view.markets.map(({ anchor, recordedMark }) => recordedMark - anchor);
    const found = new Map<AccountId, Standing>();
    for (const account of stage.venue.accounts.values()) {
      if (account.group !== state.id || account.legs.every((leg) => leg === undefined)) continue;
      // The vault takes over and is funded meanwhile.
      if (ownerOf(account.id).toLowerCase() === stage.at.vault.toLowerCase()) continue;
      const { atAnchor, atRecordedMark } = healthAt(stage.venue, state, account, quotes);
      let [wins, loses] = [false, false];
      account.legs.forEach((leg, index) => {
        if (leg === undefined) return;
        const { size } = legOf(state.markets[index]!, leg, quotes[index]!);
        const gain = size * jumps[index]!;
        if (gain > 0n) wins = true;
        if (gain < 0n) loses = true;
      });
      const registered = isRegistered(state, account);
      found.set(account.id, { atAnchor, atFrozen: atRecordedMark, onlyWins: wins && !loses, registered });
    }
    return found;
  }
}
