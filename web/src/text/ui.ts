// SPDX-License-Identifier: MIT
export const uiText = {
  close: "Close",
  back: "Back",
  dismiss: "Dismiss",
  inWallet: "Confirm in your wallet…",
  none: "none",
  steps: "Steps",
  together: "Your wallet sends these together, as one transaction: all of them or none.",
  done: "done",
  review: "Review",
  max: "Max",
  you: "you",
  more: "Show more",
} as const;
