// SPDX-License-Identifier: MIT

// Between figures and the contracts' integers: sizes and money in 1e-9, prices in 1e-18, a feed's answers in 1e-8,
// tokens in 1e-6.

export function toNano(value: number): bigint {
  return BigInt(Math.round(value * 1e9));
}

export function fromNano(value: bigint): number {
  return Number(value) / 1e9;
}

/** As exact as a feed's answer. */
export function toPrice(value: number): bigint {
  return toAnswer(value) * 10n ** 10n;
}

export function fromPrice(value: bigint): number {
  return Number(value) / 1e18;
}

export function toAnswer(value: number): bigint {
  return BigInt(Math.round(value * 1e8));
}

export function fromAnswer(value: bigint): number {
  return Number(value) / 1e8;
}

/** Tokens, rounded up. */
export function toUnits(value: number): bigint {
  return BigInt(Math.ceil(value * 1e6 - 1e-6));
}
