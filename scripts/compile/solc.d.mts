// SPDX-License-Identifier: MIT
export const VERSION: string;
export const DIGEST: string;
export const NPM_SOLC: string;
export function sampleInput(viaIR: boolean): string;
export function digestOf(compile: (input: string) => string): string;
export function nativeSolc(
  env?: Record<string, string | undefined>,
  cache?: string,
  patience?: number,
): string | undefined;
