// SPDX-License-Identifier: MIT
// Written by scripts/abis.mjs, from the compiler's output.
export const priceSourceAbi = [
  {"inputs":[],"name":"plainFeed","outputs":[{"name":"feed","type":"address"},{"name":"heartbeat","type":"uint24"},{"name":"exponent","type":"int8"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"read","outputs":[{"name":"mark","type":"uint256"},{"name":"status","type":"uint8"}],"stateMutability":"view","type":"function"},
] as const;
