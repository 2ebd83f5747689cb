// SPDX-License-Identifier: MIT
import { keccak_256 } from "@noble/hashes/sha3.js";
import { pointFromScalar, signRecoverable } from "tiny-secp256k1";
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { recoverKey } from "./curve.js";

/** Half of the curve's order: of the two signatures with one meaning the contracts take that with s up to it. */
const HALF = Buffer.from("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0", "hex");

/** The address, in lower case, whose key signed `digest`; undefined when nobody can have, or in another form. */
export function recoverAddress(digest: Hex, signature: Hex): Address | undefined {
  const bytes = Buffer.from(signature.slice(2), "hex");
  const parts = partsOf(bytes);
  if (parts === undefined) return undefined;
  try {
    const key = recoverKey(Buffer.from(digest.slice(2), "hex"), parts.compact, parts.odd);
    return key === undefined ? undefined : addressOfKey(key);
  } catch {
    return undefined; // r or s out of range
  }
}

/** 65 bytes `r, s, v` with v 27 or 28, or 64 with v in the highest bit of s (EIP-2098). */
function partsOf(bytes: Buffer): { compact: Uint8Array; odd: 0 | 1 } | undefined {
  if (bytes.length === 64) {
    const compact = Uint8Array.from(bytes);
    const odd = compact[32]! >> 7 === 1 ? 1 : 0;
    compact[32]! &= 0x7f;
    return { compact, odd };
  }
  const v = bytes[64];
  if (bytes.length !== 65 || (v !== 27 && v !== 28) || HALF.compare(bytes, 32, 64) < 0) return undefined;
  return { compact: bytes.subarray(0, 64), odd: v === 28 ? 1 : 0 };
}

/** A key that signs the relay's pages. */
export interface Key {
  readonly address: Address;
  sign(digest: Hex): Hex;
}

export function keyOf(secret: Hex): Key {
  const bytes = Buffer.from(secret.slice(2), "hex");
  return {
    address: addressOfKey(pointFromScalar(bytes, false)!),
    sign(digest) {
      const { signature, recoveryId } = signRecoverable(Buffer.from(digest.slice(2), "hex"), bytes);
      return `0x${Buffer.from(signature).toString("hex")}${recoveryId === 1 ? "1c" : "1b"}`;
    },
  };
}

function addressOfKey(key: Uint8Array): Address {
  return `0x${Buffer.from(keccak_256(key.subarray(1)).subarray(12)).toString("hex")}`;
}
