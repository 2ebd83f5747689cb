// SPDX-License-Identifier: MIT
import { typedAttestation, type Attestation } from "../access/attestation.js";
import { attestationGateAbi } from "../abis/attestationGate.js";
import type { Hex } from "../orderHash.js";
import { addressOf, OutOfRange, type Address } from "../range.js";

/** A call that presents an issuer's attestation to its gate, as viem and wagmi take it. Anyone may send it. */
export function present(gate: Address, attestation: Attestation, signature: Hex) {
  const { message } = typedAttestation(attestation, 1n, gate); // for its checks: the gate has its own chain
  if (!/^0x(?:[0-9a-fA-F]{2})+$/.test(signature)) throw new OutOfRange(signature, "signature", "0x and bytes in hex");
  const args = [{ ...message, expiry: Number(message.expiry) }, signature] as const;
  return { address: addressOf(gate, "gate"), abi: attestationGateAbi, functionName: "present", args } as const;
}
