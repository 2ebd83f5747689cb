// SPDX-License-Identifier: MIT
// What is said of a call that is tried before it is signed.
export const actText = {
  gas: "Gas, estimated",
  cost: "It costs, about",
  costNote: "At the node's gas price of now, in ether. What is not used is not charged.",
  ether: (amount: string) => `${amount} ether`,
  reward: "It pays you",
  nothing: "nothing",
  rewardNote: "Into your account of the venue that is chosen above.",
  refused: "refused now",
  refusedHelp: "It was tried on the chain as it is. Nothing was asked of your wallet.",
} as const;
