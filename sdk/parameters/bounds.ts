// SPDX-License-Identifier: MIT

/** The values of all parameters of one kind, as integers: where one bound depends on another parameter. */
export type Integers<P> = { readonly [name in keyof P]: bigint };

/** From the lowest to the highest value that the contract takes. */
export type Range = readonly [low: bigint, high: bigint];

/** Of each parameter, given the others. */
export type Bounds<P> = { readonly [name in keyof P]: (p: Integers<P>) => Range };

/** What a group may have as the vault's budget, 1e-9 quote: what a uint96 holds. */
export const VAULT_BUDGET: Range = [0n, (1n << 96n) - 1n];
