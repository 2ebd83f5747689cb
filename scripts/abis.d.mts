// SPDX-License-Identifier: MIT
/** The files of sdk/ that differ from the build; written, unless it is only a check. */
export function writeAbis(check?: boolean, artifacts?: string): string[];
