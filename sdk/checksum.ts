// SPDX-License-Identifier: MIT
import { keccakText } from "./keccak.js";

/** Addresses whose checksum was made lately: a client asks for the same few again and again. */
const made = new Map<string, `0x${string}`>();
const KEPT = 1_024;

/** An address (0x and 40 hex digits) with the letters' cases that ERC-55 gives it. */
export function checksumOf(address: string): `0x${string}` {
  const digits = address.slice(2).toLowerCase();
  const known = made.get(digits);
  if (known !== undefined) return known;
  const hash = keccakText(digits).slice(2);
  const cased = [...digits].map((digit, i) => (parseInt(hash[i]!, 16) >= 8 ? digit.toUpperCase() : digit));
  const checked: `0x${string}` = `0x${cased.join("")}`;
  if (made.size >= KEPT) made.clear();
  made.set(digits, checked);
  return checked;
}
