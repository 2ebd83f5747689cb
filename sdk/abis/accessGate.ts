// SPDX-License-Identifier: MIT
// Written by scripts/abis.mjs, from the compiler's output.
export const accessGateAbi = [
  {"inputs":[{"name":"owner","type":"address"}],"name":"mayTrade","outputs":[{"name":"","type":"bool"}],"stateMutability":"view","type":"function"},
] as const;
