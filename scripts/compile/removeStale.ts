// SPDX-License-Identifier: MIT
import { existsSync, globSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes the artifacts of source files that have gone, moved ones above all. Hardhat does so only in a build of
 * everything, and two artifacts of one name end in HHE1001 wherever the name is used.
 */
export function removeStale(root: string, artifacts: string): void {
  for (const source of globSync("{contracts,test}/**/*.sol", { cwd: artifacts })) {
    if (!existsSync(join(root, source))) rmSync(join(artifacts, source), { recursive: true, force: true });
  }
}
