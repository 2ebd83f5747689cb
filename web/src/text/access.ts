// SPDX-License-Identifier: MIT
// What an owner is told that the venue's access gate does not admit.
export const accessText = {
  flat:
    "This venue has an access gate, and it does not admit your address yet. " +
    "Ask the venue's operator to be admitted: then you can deposit and trade. Withdrawals are always open.",
  holding:
    "This venue's access gate does not admit your address. You can reduce and close positions, deposit to save them, " +
    "and withdraw. New risk waits until the venue's operator has admitted you.",
} as const;
