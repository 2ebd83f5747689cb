// SPDX-License-Identifier: MIT
export const uiText = {
  close: "Close",
  back: "Back",
  dismiss: "Dismiss",
  inWallet: "Confirm in your wallet…",
  none: "none",
} as const;
