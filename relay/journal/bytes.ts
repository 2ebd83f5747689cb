// SPDX-License-Identifier: MIT
import { keccak_256 } from "@noble/hashes/sha3.js";
import type { Hex } from "../../sdk/orderHash.js";

/** A word of the ABI, 64 hexadecimal digits: negative numbers in two's complement. */
export function word(value: bigint | number | boolean): string {
  const whole = BigInt(value);
  return (whole < 0n ? BigInt.asUintN(256, whole) : whole).toString(16).padStart(64, "0");
}

/** A 32-byte value, or an address, as a word. */
export function wordOf(hex: Hex): string {
  return hex.slice(2).toLowerCase().padStart(64, "0");
}

/** keccak-256 of digits without 0x. */
export function hashHex(digits: string): Hex {
  return toHex(keccak_256(Buffer.from(digits, "hex")));
}

export function hashText(ascii: string): Hex {
  return toHex(keccak_256(Buffer.from(ascii, "latin1")));
}

function toHex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}

/** The EIP-712 domain separator of a name for one contract on one chain. Version "1". */
export function domainSeparator(name: string, chainId: bigint, verifyingContract: Hex): Hex {
  const type = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
  const words = [hashText(type), hashText(name), hashText("1")].map(wordOf);
  return hashHex([...words, word(chainId), wordOf(verifyingContract)].join(""));
}

/** What is signed of a struct. */
export function typedDigest(domain: Hex, struct: Hex): Hex {
  return hashHex(`1901${domain.slice(2)}${struct.slice(2)}`);
}
