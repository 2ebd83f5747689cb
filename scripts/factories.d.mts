// SPDX-License-Identifier: MIT
/** Writes the factories of the interfaces in a folder of artifacts that are missing, or of another ABI. */
export function writeFactories(artifacts: string, types: string): void;
