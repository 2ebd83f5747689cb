// SPDX-License-Identifier: MIT
// Written by scripts/abis.mjs, from the compiler's output.
export const chainlinkPriceSourceAbi = [
  {"inputs":[],"name":"MAX_DEVIATION","outputs":[{"name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"MAX_FEED_DECIMALS","outputs":[{"name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"MAX_HEARTBEAT","outputs":[{"name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"MAX_LOT_EXPONENT","outputs":[{"name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"MAX_SEQUENCER_GRACE","outputs":[{"name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"feed","outputs":[{"name":"","type":"address"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"heartbeat","outputs":[{"name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"lotExponent","outputs":[{"name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"maxDeviation","outputs":[{"name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"plainFeed","outputs":[{"name":"plain","type":"address"},{"name":"longest","type":"uint24"},{"name":"exponent","type":"int8"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"read","outputs":[{"name":"mark","type":"uint256"},{"name":"status","type":"uint8"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"second","outputs":[{"name":"","type":"address"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"secondHeartbeat","outputs":[{"name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"sequencer","outputs":[{"name":"","type":"address"}],"stateMutability":"view","type":"function"},
  {"inputs":[],"name":"sequencerGrace","outputs":[{"name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[{"name":"feed","type":"address"}],"name":"NotAFeed","type":"error"},
  {"inputs":[{"name":"name","type":"bytes32"},{"name":"value","type":"uint256"},{"name":"low","type":"uint256"},{"name":"high","type":"uint256"}],"name":"ParameterOutOfBounds","type":"error"},
  {"inputs":[{"name":"feed","type":"address"}],"name":"SameFeedTwice","type":"error"},
] as const;
