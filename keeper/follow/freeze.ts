// SPDX-License-Identifier: MIT
import { deserialize, serialize } from "node:v8";
import { createHouse, type House } from "../../sdk/state/House.js";

/** Of the format: raise it when House changes, so that older snapshots are left alone. */
const FORMAT = 1;

/** A house as bytes, without the memory of its latest blocks. Structured clones keep maps, bigints and that a node is in both its lists. */
export function freeze(house: House): Uint8Array {
  const { journal: _, ...state } = house;
  return serialize({ format: FORMAT, state });
}

/** The house again; undefined when the bytes are of another format. */
export function thaw(bytes: Uint8Array, tokenDecimals: number, reorgDepth: number): House | undefined {
  try {
    const { format, state } = deserialize(Buffer.from(bytes)) as { format: number; state: Omit<House, "journal"> };
    if (format !== FORMAT) return undefined;
    return { ...createHouse({ tokenDecimals, reorgDepth }), ...state };
  } catch {
    return undefined;
  }
}
