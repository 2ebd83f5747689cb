// SPDX-License-Identifier: MIT
import { IClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IClearinghouse__factory.js";
import type { NodeId } from "../../sdk/level.js";
import type { Hex } from "../../sdk/orderHash.js";
import { packBatch } from "../../sdk/packing/batch.js";
import type { Size } from "../../sdk/units.js";
import type { Match } from "../book/Engine.js";
import type { Live } from "../book/Live.js";

const ABI = IClearinghouse__factory.createInterface();

export interface Books {
  orderOf(hash: Hex): Live;
  /** Near the place in the queue of what an order would hold: any value is valid. */
  hintOf(live: Live, size: bigint, price: bigint): bigint;
}

/** The calldata that settles matches. Strict: the first bad order refuses all. */
export function encodeSettle(matches: readonly Match[], books: Books, strict: boolean): Hex {
  const wishes = matches.map(({ taker: hash, fills }) => {
    const taker = books.orderOf(hash);
    const sum = fills.reduce((all, { size }) => all + size, 0n);
    return {
      taker: taker.signed,
      hint: books.hintOf(taker, sum, fills[0]!.price) as NodeId,
      fills: fills.map(({ order, size, price }) => {
        const maker = books.orderOf(order);
        return { maker: maker.signed, size: size as Size, hint: books.hintOf(maker, size, price) as NodeId };
      }),
    };
  });
  return ABI.encodeFunctionData("settle", [packBatch({ strict, matches: wishes as never })]) as Hex;
}
