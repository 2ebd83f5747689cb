// SPDX-License-Identifier: MIT

/** Class names of those that are there. */
export function classes(...names: readonly (string | false | undefined)[]): string {
  return names.filter(Boolean).join(" ");
}
