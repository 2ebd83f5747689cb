// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";

/**
 * Which run of a local node each deployment is of, as Ignition's cache says it. A process that was killed while it
 * wrote leaves the file empty or cut off, and Ignition ends on that each time: such a file counts as none.
 */
export function readInstances(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
