// SPDX-License-Identifier: MIT
import { createRequire } from "node:module";
import { recover } from "tiny-secp256k1";

/** The key, 65 bytes, whose signature this is; undefined or an error when nobody's. */
type RecoverKey = (digest: Uint8Array, compact: Uint8Array, odd: 0 | 1) => Uint8Array | undefined;

/** The part of secp256k1 that is used; it has no types. */
interface Native {
  ecdsaRecover(signature: Uint8Array, recovery: number, message: Uint8Array, compressed: boolean): Uint8Array;
}

// libsecp256k1 as a native addon, 0.045 ms a recovery; where there is none for the platform as WebAssembly, 0.19 ms.
// In JavaScript it takes 1.2 ms.
const native = loadNative();

export const recoverKey: RecoverKey =
  native === undefined
    ? (digest, compact, odd) => recover(digest, compact, odd, false) ?? undefined
    : (digest, compact, odd) => native.ecdsaRecover(compact, odd, digest, false);

export const curve = native === undefined ? "WebAssembly" : "native";

/** The addon alone: what the package falls back to is slower than ours. */
function loadNative(): Native | undefined {
  try {
    return createRequire(import.meta.url)("secp256k1/bindings.js") as Native;
  } catch {
    return undefined;
  }
}
