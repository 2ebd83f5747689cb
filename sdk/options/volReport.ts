// SPDX-License-Identifier: MIT
import type { Address } from "../range.js";

/** What SignedVolSource's signers sign, as EIP-712 data. */
export const VOL_REPORT_TYPES = {
  VolReport: [
    { name: "underlying", type: "bytes32" },
    { name: "expiry", type: "uint40" },
    { name: "base", type: "uint80" },
    { name: "step", type: "uint80" },
    { name: "smile", type: "uint256" },
    { name: "level", type: "uint32" },
    { name: "observedAt", type: "uint40" },
  ],
};

/** Of a source on a chain. */
export function volReportDomain(chainId: bigint, source: Address) {
  return { name: "Novation volatilities", version: "1", chainId, verifyingContract: source };
}
