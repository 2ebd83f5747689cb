// SPDX-License-Identifier: MIT
import { secp256k1 } from "@noble/curves/secp256k1";
import { checksumOf } from "./checksum.js";
import { keccak256 } from "./keccak.js";
import type { Address } from "./range.js";

/** The order of the curve's group. */
export const ORDER = secp256k1.CURVE.n;

/** Who signed `digest` with (r, s) and the parity of R's y; undefined when nobody can have. */
export function recoverSigner(digest: bigint, r: bigint, s: bigint, odd: boolean): Address | undefined {
  if (r <= 0n || r >= ORDER || s <= 0n || s >= ORDER) return undefined;
  try {
    const signature = new secp256k1.Signature(r, s).addRecoveryBit(odd ? 1 : 0);
    const key = signature.recoverPublicKey(digest.toString(16).padStart(64, "0")).toHex(false);
    return checksumOf(`0x${keccak256(`0x${key.slice(2)}`).slice(26)}`);
  } catch {
    return undefined; // r is no point's x, or the key would be the point at infinity
  }
}
