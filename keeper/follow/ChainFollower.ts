// SPDX-License-Identifier: MIT
import type { Header } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { Follower, type FollowerState } from "../../sdk/client/Follower.js";
import type { Address, VenueKind } from "../../sdk/order.js";
import type { VenueEvent } from "../../sdk/state/events.js";
import type { Venue } from "../../sdk/state/Venue.js";
import type { Snapshot } from "../../chain/store/Store.js";
import { freeze, thaw } from "./freeze.js";

export interface FollowOptions {
  readonly clearinghouse: Address;
  readonly fromBlock: number;
  readonly tokenDecimals: number;
  /** What the clearinghouse lists. Default: linear. */
  readonly kind?: VenueKind;
  readonly reorgDepth: number;
  readonly firstPage: number;
  readonly largestPage: number;
}

export interface Progress {
  readonly head: Header;
  /**
   * The events since the last call; undefined when the venue was set back, so that whoever derives from it starts anew.
   */
  readonly events: readonly VenueEvent[] | undefined;
  readonly reorg: boolean;
  /** The venue was built from the deployment again, as the chain has none of the blocks that were known. */
  readonly rebuilt: boolean;
  /** Events had been missed, and were fetched again. */
  readonly healed: boolean;
}

/** The SDK's follower as the keeper uses it: with snapshots, and without the events of history. */
export class ChainFollower {
  private readonly follower: Follower;
  /** The venue was set anew since the last `sync`. */
  private set = true;

  constructor(
    rpc: Rpc,
    private readonly options: FollowOptions,
    onPage: (to: number, head: number) => void = () => {},
  ) {
    const { firstPage: blocksAQuery, largestPage: maxBlocksAQuery } = options;
    this.follower = new Follower(rpc, { ...options, blocksAQuery, maxBlocksAQuery, tellHistory: false, onPage });
  }

  get venue(): Venue {
    return this.follower.venue;
  }

  get state(): FollowerState {
    return this.follower.state;
  }

  /** Goes on from a snapshot, if its block is still the chain's. */
  async resume({ state, block, hash }: Snapshot): Promise<boolean> {
    const { tokenDecimals, reorgDepth } = this.options;
    const venue = thaw(state, tokenDecimals, reorgDepth);
    if (venue === undefined || !(await this.follower.resume(venue, block, hash))) return false;
    this.set = true;
    return true;
  }

  /** From the deployment again; carefully: without trust in what the node finds. */
  restart(careful = false): void {
    this.follower.restart(careful);
    this.set = true;
  }

  /** Applies all that is new up to the chain's head. */
  async sync(): Promise<Progress> {
    const { header, events: told, revertedTo, reorg, rebuilt, healed } = await this.follower.sync();
    const events = this.set || revertedTo !== undefined ? undefined : told.map(({ event }) => event);
    this.set = false;
    return { head: header, events, reorg, rebuilt: rebuilt && reorg, healed };
  }

  /** The venue as of its last final block, as bytes; undefined while none is known. */
  snapshot(): Snapshot | undefined {
    return this.follower.atFinal((venue, block, hash) => ({ block, hash, state: freeze(venue) }));
  }
}
