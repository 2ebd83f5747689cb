// SPDX-License-Identifier: MIT
import { assumed } from "../../chain/reports/assumed.js";
import type { Puller } from "../../chain/reports/Puller.js";
import { isDue, type RefreshRules, type ReportWatch } from "../../chain/reports/ReportWatch.js";
import type { Brought } from "../../chain/reports/Reports.js";
import type { Header } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { groupOf, type Address, type MarketId } from "../../sdk/order.js";
import type { Venue } from "../../sdk/state/Venue.js";
import type { ChainView } from "./ChainView.js";
import { see, type Sight } from "./Sight.js";

const FRESH = 0n;
const OPEN = 1n;

/** Sees the chain as settlements will find it: with the reports that they bring. */
export class Eyes {
  /** By group: what settlements have to bring, as of the last sight. */
  brought: ReadonlyMap<bigint, readonly Brought[]> = new Map();

  constructor(
    private readonly rpc: Rpc,
    private readonly venue: Venue,
    private readonly view: ChainView,
    private readonly at: { readonly clearinghouse: Address; readonly lens: Address },
    /** Undefined: no reports are brought. */
    private readonly puller: Puller | undefined,
    private readonly rules: RefreshRules,
    private readonly watch: ReportWatch,
  ) {}

  async see(header: Header): Promise<void> {
    this.view.update(await this.look(header));
  }

  private async look(header: Header): Promise<Sight> {
    const { venue } = this;
    const { clearinghouse, lens } = this.at;
    const present = await see(this.rpc, venue, clearinghouse, lens, header);
    if (this.puller === undefined) return present;
    const open = [...present.markets.values()].filter(({ status }) => status === OPEN);
    const markets = open.map(({ market, source }) => ({ id: market as MarketId, source: source as Address }));
    const pulled = await this.puller.pull(markets, header);
    const isFresh = (market: MarketId) => present.markets.get(market)?.sourceStatus === FRESH;
    this.watch.tell(pulled, header, isFresh);
    const brought = new Map<bigint, Brought[]>();
    for (const each of pulled) {
      // A stored price that is young enough is settled by.
      const isNeeded = !isFresh(each.market) || isDue(each, header, this.rules);
      if (each.brought === undefined || !each.held.isPlain || !isNeeded) continue;
      const group = groupOf(each.market);
      brought.set(group, [...(brought.get(group) ?? []), each.brought]);
    }
    this.brought = brought;
    if (brought.size === 0) return present;
    return see(this.rpc, venue, clearinghouse, lens, header, assumed([...brought.values()].flat()));
  }
}
