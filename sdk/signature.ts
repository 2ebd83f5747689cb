// SPDX-License-Identifier: MIT
import type { Hex } from "./orderHash.js";
import type { Address } from "./range.js";
import { ORDER, recoverSigner } from "./recoverSigner.js";

/** What a wallet gave is no signature of a key. */
export class BadSignature extends Error {
  override readonly name = "BadSignature";

  constructor(
    readonly signature: unknown,
    readonly reason: string,
  ) {
    const shown = typeof signature === "string" ? signature.slice(0, 200) : typeof signature;
    super(`${shown} is no signature: ${reason}`);
  }
}

interface Parts {
  readonly r: bigint;
  readonly s: bigint;
  /** Of the parity of R's y. */
  readonly odd: boolean;
}

const HIGH = 1n << 255n;
/** What ends a signature of a contract wallet that is not deployed (ERC-6492). */
const NOT_DEPLOYED = "6492".repeat(16);

/**
 * The 65 bytes `r, s, v` of a key's signature, in one form: v 27 or 28, s in the lower half. Wallets also give v 0 or
 * 1, the other s, or 64 bytes with v inside s (ERC-2098); all of them are the same signature.
 */
export function normalSignature(signature: string): Hex {
  const { r, s, odd } = partsOf(signature);
  return `0x${word(r)}${word(s)}${odd ? "1c" : "1b"}`;
}

/** The same signature in the 64 bytes in which it is packed (ERC-2098). */
export function compactSignature(signature: string): Hex {
  const { r, s, odd } = partsOf(signature);
  return `0x${word(r)}${word(odd ? s + HIGH : s)}`;
}

/** The address whose key signed `digest`; undefined when no key can have. */
export function signerOf(digest: Hex, signature: string): Address | undefined {
  const { r, s, odd } = partsOf(signature);
  return recoverSigner(BigInt(digest), r, s, odd);
}

/**
 * The signature inside an ERC-6492 one, which is what a contract wallet wants once it is deployed; any other as it is.
 * The clearinghouse asks
 * deployed wallets only.
 */
export function unwrappedSignature(signature: Hex): Hex {
  if (!isWrapped(signature)) return signature;
  const data = signature.slice(2, -NOT_DEPLOYED.length);
  const at = Number(BigInt(`0x${data.slice(128, 192)}`)) * 2;
  const length = Number(BigInt(`0x${data.slice(at, at + 64) || "0"}`)) * 2;
  const inner = data.slice(at + 64, at + 64 + length);
  if (inner.length !== length || length === 0) throw new BadSignature(signature, "its ERC-6492 wrapping is cut");
  return `0x${inner}`;
}

/** Of a contract wallet that is not deployed. */
export function isWrapped(signature: string): boolean {
  return signature.toLowerCase().endsWith(NOT_DEPLOYED) && signature.length > 2 + 5 * 64;
}

/** r, the lower s, and the parity that belongs to it. */
function partsOf(signature: string): Parts {
  const match = typeof signature === "string" ? /^(?:0x)?((?:[0-9a-fA-F]{2})*)$/.exec(signature) : null;
  if (match === null) throw new BadSignature(signature, "it is not bytes in hex");
  const digits = match[1]!;
  if (digits.length !== 128 && digits.length !== 130) {
    throw new BadSignature(signature, `it has ${digits.length / 2} bytes, and a key's has 65, or 64 (ERC-2098)`);
  }
  const [r, second] = [BigInt(`0x${digits.slice(0, 64)}`), BigInt(`0x${digits.slice(64, 128)}`)];
  const compact = digits.length === 128;
  const s = compact ? second & (HIGH - 1n) : second;
  const odd = compact ? second >= HIGH : isOdd(signature, parseInt(digits.slice(128), 16));
  if (r === 0n || r >= ORDER || s === 0n || s >= ORDER) throw new BadSignature(signature, "r or s is out of range");
  return s > ORDER / 2n ? { r, s: ORDER - s, odd: !odd } : { r, s, odd };
}

function isOdd(signature: string, v: number): boolean {
  if (v === 0 || v === 27) return false;
  if (v === 1 || v === 28) return true;
  throw new BadSignature(signature, `its last byte is ${v}, and a key's is 0, 1, 27 or 28`);
}

function word(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}
