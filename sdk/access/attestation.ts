// SPDX-License-Identifier: MIT
import type { Address } from "../range.js";
import { addressOf, uintOf } from "../range.js";

/** What an issuer says of an owner to an AttestationGate: he may trade through the second `expiry`. */
export interface Attestation {
  readonly owner: Address;
  /** The issuer's counter of the owner's attestations, from 1: to revoke one revokes all before it. */
  readonly id: bigint;
  /** Last second of validity, Unix time. */
  readonly expiry: bigint;
}

export const ATTESTATION_TYPES = {
  Attestation: [
    { name: "owner", type: "address" },
    { name: "id", type: "uint64" },
    { name: "expiry", type: "uint40" },
  ],
} as const;

/** The attestation as EIP-712 typed data, for `gate` on a chain: worth nothing at another gate or on another chain. */
export function typedAttestation(attestation: Attestation, chainId: bigint, gate: Address) {
  const { owner, id, expiry } = attestation;
  addressOf(owner, "owner");
  uintOf(id, 64, "id");
  uintOf(expiry, 40, "expiry");
  const domain = {
    name: "Novation access",
    version: "1",
    chainId,
    verifyingContract: addressOf(gate, "gate"),
  } as const;
  return { domain, types: ATTESTATION_TYPES, primaryType: "Attestation", message: { owner, id, expiry } } as const;
}
