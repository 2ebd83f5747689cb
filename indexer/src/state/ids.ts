// SPDX-License-Identifier: MIT
import type { AccountId, MarketId } from "../../../sdk/order";
import type { NodePlace } from "./needs";

/** The id of the rows of which there is one. */
export const VENUE = "VENUE";

export const positionId = (account: AccountId, market: MarketId): string => `${account}-${market}`;
export const pledgeId = (account: AccountId, collateral: bigint): string => `${account}-${collateral}`;
export const laneId = (account: AccountId, lane: bigint): string => `${account}-${lane}`;
export const nodeId = ({ market, longs, node }: NodePlace): string => `${market}-${longs ? "L" : "S"}-${node}`;
