// SPDX-License-Identifier: MIT
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/** keccak-256 of bytes given as 0x-prefixed hex. */
export function keccak256(data: `0x${string}`): `0x${string}` {
  if (!/^0x([0-9a-fA-F]{2})*$/.test(data))
    throw new TypeError("what is hashed is not bytes in hex: give 0x and digit pairs");
  return `0x${bytesToHex(keccak_256(hexToBytes(data.slice(2))))}`;
}

/** keccak-256 of an ASCII text. */
export function keccakText(text: string): `0x${string}` {
  return `0x${bytesToHex(keccak_256(utf8ToBytes(text)))}`;
}
