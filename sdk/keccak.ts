// SPDX-License-Identifier: MIT
// Keccak-256, so that addresses and signatures can be checked without a chain library. Written for
// clarity: give orderHash a faster one where many are made.

const LANE = (1n << 64n) - 1n;
/** Bytes that one permutation takes in: 1,600 bits less twice the hash's 256. */
const RATE = 136;

/** keccak-256 of bytes given as 0x-prefixed hex. */
export function keccak256(data: `0x${string}`): `0x${string}` {
  if (!/^0x([0-9a-fA-F]{2})*$/.test(data))
    throw new TypeError("what is hashed is not bytes in hex: give 0x and digit pairs");
  return keccakBytes(Uint8Array.from(data.slice(2).match(/../g) ?? [], (byte) => parseInt(byte, 16)));
}

/** keccak-256 of an ASCII text. */
export function keccakText(text: string): `0x${string}` {
  return keccakBytes(new TextEncoder().encode(text));
}

function keccakBytes(bytes: Uint8Array): `0x${string}` {
  const padded = new Uint8Array((Math.floor(bytes.length / RATE) + 1) * RATE);
  padded.set(bytes);
  padded[bytes.length]! |= 0x01;
  padded[padded.length - 1]! |= 0x80;
  const view = new DataView(padded.buffer);
  const state = new Array<bigint>(25).fill(0n);
  for (let block = 0; block < padded.length; block += RATE) {
    for (let i = 0; i < RATE / 8; ++i) state[i]! ^= view.getBigUint64(block + 8 * i, true);
    permute(state);
  }
  const hash = new DataView(new ArrayBuffer(32));
  for (let i = 0; i < 4; ++i) hash.setBigUint64(8 * i, state[i]!, true);
  return `0x${[...new Uint8Array(hash.buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** The 24 rounds of Keccak-f[1600] (FIPS 202, section 3.2). Lane (x, y) is at x + 5y. */
function permute(a: bigint[]): void {
  const b = new Array<bigint>(25).fill(0n);
  for (const constant of ROUND_CONSTANTS) {
    // theta
    const columns = [0, 1, 2, 3, 4].map((x) => a[x]! ^ a[x + 5]! ^ a[x + 10]! ^ a[x + 15]! ^ a[x + 20]!);
    for (let x = 0; x < 5; ++x) {
      const d = columns[(x + 4) % 5]! ^ rotated(columns[(x + 1) % 5]!, 1n);
      for (let y = 0; y < 25; y += 5) a[x + y]! ^= d;
    }
    // rho and pi
    for (let x = 0; x < 5; ++x) {
      for (let y = 0; y < 5; ++y) b[y + 5 * ((2 * x + 3 * y) % 5)] = rotated(a[x + 5 * y]!, ROTATIONS[x + 5 * y]!);
    }
    // chi
    for (let y = 0; y < 25; y += 5) {
      for (let x = 0; x < 5; ++x) a[x + y] = b[x + y]! ^ (~b[((x + 1) % 5) + y]! & LANE & b[((x + 2) % 5) + y]!);
    }
    // iota
    a[0]! ^= constant;
  }
}

function rotated(lane: bigint, by: bigint): bigint {
  return ((lane << by) | (lane >> (64n - by))) & LANE;
}

const ROTATIONS = ((): bigint[] => {
  const rotations = new Array<bigint>(25).fill(0n);
  let [x, y] = [1, 0];
  for (let t = 0; t < 24; ++t) {
    rotations[x + 5 * y] = BigInt((((t + 1) * (t + 2)) / 2) % 64);
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return rotations;
})();

const ROUND_CONSTANTS = ((): bigint[] => {
  let bits = 1;
  return Array.from({ length: 24 }, () => {
    let constant = 0n;
    for (let j = 0; j < 7; ++j) {
      if (bits & 1) constant |= 1n << BigInt(2 ** j - 1);
      bits = (bits << 1) ^ (bits >> 7 ? 0x171 : 0);
    }
    return constant;
  });
})();
