// SPDX-License-Identifier: MIT
import { buildModule } from "@nomicfoundation/ignition-core";

const NOBODY = "0x0000000000000000000000000000000000000000";

/**
 * A source of volatilities of one underlying, on any network: `threshold` of its signers vouch for each report, and
 * anybody brings it. An option group needs a source with a fresh level when it is created, and signers sign for an
 * address: so it stands before the venue. Nobody sets other signers; the governor can give the group another source.
 */
export default buildModule("Volatilities", (m) => {
  const given = ["underlying", "heartbeat", "signers", "threshold"].map((name) => m.getParameter(name));
  return { volSource: m.contract("SignedVolSource", [NOBODY, ...given]) };
});
