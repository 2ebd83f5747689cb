// SPDX-License-Identifier: MIT

/** As far as it matters here, an error or a warning of the compiler. */
export interface Diagnostic {
  severity: string;
  message: string;
  sourceLocation?: { file: string } | undefined;
}

/**
 * Errors always do. A warning about a library's file does not, as we cannot mend it. Nor does the size of a contract
 * that this job only compiles along: its artifact comes from another job, with the settings that the config gives it.
 * Nor that of a mock: it is deployed on chains without a limit.
 */
export function concernsUs({ severity, message, sourceLocation }: Diagnostic, roots: ReadonlySet<string>): boolean {
  const file = sourceLocation?.file;
  if (severity === "error" || file === undefined) return true;
  if (file.startsWith("npm/")) return false;
  // How one forces ether on a contract.
  if (message.startsWith('"selfdestruct"')) return !file.startsWith("project/test/");
  if (!message.startsWith("Contract code size")) return true;
  return roots.has(file) && !file.startsWith("project/contracts/mocks/");
}
