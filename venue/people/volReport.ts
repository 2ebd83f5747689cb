// SPDX-License-Identifier: MIT
import { encodeBytes32String, type Wallet } from "ethers";
import { STRIKES } from "../../sdk/options/series.js";
import { VOL_REPORT_TYPES, volReportDomain } from "../../sdk/options/volReport.js";
import type { Address } from "../../sdk/order.js";

/** What signers sign of one underlying; of the level alone without an expiry, base, step and smile are zero then. */
export interface VolReport {
  readonly underlying: string;
  readonly expiry: bigint;
  readonly base: bigint;
  readonly step: bigint;
  readonly smile: bigint;
  readonly level: bigint;
  readonly observedAt: bigint;
}

/** A report of the level alone, unless `ladder` says of which strikes. */
export function volReport(
  symbol: string,
  level: bigint,
  observedAt: bigint,
  ladder: Pick<VolReport, "expiry" | "base" | "step" | "smile"> = { expiry: 0n, base: 0n, step: 0n, smile: 0n },
): VolReport {
  return { underlying: encodeBytes32String(symbol), ...ladder, level, observedAt };
}

/** Signatures in the order in which SignedVolSource takes them, that of the signers' addresses. */
export function signedBy(
  signers: readonly Wallet[],
  report: VolReport,
  chainId: bigint,
  source: Address,
): Promise<string[]> {
  const domain = volReportDomain(chainId, source);
  return Promise.all(ascending(signers).map((signer) => signer.signTypedData(domain, VOL_REPORT_TYPES, report)));
}

export function ascending(signers: readonly Wallet[]): Wallet[] {
  return [...signers].sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
}

/** Of 15 volatilities from the lowest strike, 1e-4 a root year, without basis. */
export function packSmile(vols: readonly number[]): bigint {
  if (vols.length !== STRIKES) throw new RangeError(`a smile has ${STRIKES} volatilities, not ${vols.length}`);
  return vols.reduce((word, vol, strike) => word | (BigInt(Math.round(vol)) << BigInt(16 * strike)), 0n);
}
