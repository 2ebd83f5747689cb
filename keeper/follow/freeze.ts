// SPDX-License-Identifier: MIT
import { deserialize, serialize } from "node:v8";
import { createVenue, type Venue } from "../../sdk/state/Venue.js";

/** Of the format: raise it when Venue changes, so that older snapshots are left alone. */
const FORMAT = 2;

/**
 * A venue as bytes, without the memory of its latest blocks. Structured clones keep maps, bigints and that a node is in
 * both its lists.
 */
export function freeze(venue: Venue): Uint8Array {
  const { journal: _, ...state } = venue;
  return serialize({ format: FORMAT, state });
}

/** The venue again; undefined when the bytes are of another format. */
export function thaw(bytes: Uint8Array, tokenDecimals: number, reorgDepth: number): Venue | undefined {
  try {
    const { format, state } = deserialize(Buffer.from(bytes)) as { format: number; state: Omit<Venue, "journal"> };
    if (format !== FORMAT) return undefined;
    return { ...createVenue({ tokenDecimals, reorgDepth }), ...state };
  } catch {
    return undefined;
  }
}
