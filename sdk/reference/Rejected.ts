// SPDX-License-Identifier: MIT

/** The reference refuses an operation, for the reason that the clearinghouse's error of this name states. */
export class Rejected extends Error {
  constructor(readonly reason: string) {
    super(`refused: ${reason}. Bring about what the error of this name in IClearinghouse asks for, then try again.`);
  }
}
