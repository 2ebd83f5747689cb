// SPDX-License-Identifier: MIT
import { attestationGateAbi } from "../../../sdk/abis/attestationGate.js";
import { clearinghouseFunctionsAbi } from "../../../sdk/abis/clearinghouseFunctions.js";
import type { Attestation } from "../../../sdk/access/attestation.js";
import type { Address } from "../../../sdk/range.js";
import type { Reader } from "../chain/reader";
import { isRevert } from "../chain/refusal";
import { moment } from "../format";
import { accessText } from "../text/access";
import { useChain } from "./lens";

const text = accessText.attestation;
/** Of `Attestation(address owner,uint64 id,uint40 expiry)`: which gates have it, take attestations. */
const TYPEHASH = "0x968a5ffdb2c71ea0090a7bac2785460e6dd9eff0454266b58b4656ac09f65698";

export interface AttestationGate {
  readonly gate: Address;
  readonly issuer: Address;
}

/** The venue's gate, if it is one that takes attestations. */
export async function readAttestationGate(client: Reader, clearinghouse: Address): Promise<AttestationGate | null> {
  const venue = { address: clearinghouse, abi: clearinghouseFunctionsAbi } as const;
  const gate = await client.readContract({ ...venue, functionName: "accessGate" });
  const contract = { address: gate, abi: attestationGateAbi } as const;
  try {
    const typehash = await client.readContract({ ...contract, functionName: "ATTESTATION_TYPEHASH" });
    if (typehash !== TYPEHASH) return null;
    return { gate, issuer: await client.readContract({ ...contract, functionName: "issuer" }) };
  } catch (failure) {
    if (isRevert(failure)) return null;
    throw failure;
  }
}

/** Asked for owners who are not admitted alone. */
export function useAttestationGate(isBarred: boolean) {
  return useChain(
    ["attestationGate"],
    ({ client, here }) => readAttestationGate(client, here.deployment.clearinghouse),
    isBarred,
  );
}

export interface Signed {
  readonly attestation: Attestation;
  readonly signature: `0x${string}`;
}

export type ReadAttestation = Signed | { readonly problem: string } | undefined;

interface Wanted {
  readonly owner: Address;
  readonly gate: Address;
  readonly chainId: bigint;
  readonly now: bigint;
}

/**
 * What an issuer signed, as it was pasted: JSON with owner, id, expiry and signature, or typed data (`domain`,
 * `message`) with the signature beside it. What is plainly wrong is said; the gate has the last word.
 */
export function readAttestation(pasted: string, wanted: Wanted): ReadAttestation {
  if (pasted.trim() === "") return undefined;
  const given = jsonOf(pasted);
  const said = objectOf(given?.["message"]) ?? objectOf(given?.["attestation"]) ?? given;
  if (given === undefined || said === undefined) return { problem: text.notJson };
  const [id, expiry] = [wholeOf(said["id"], 64), wholeOf(said["expiry"], 40)];
  const owner = said["owner"];
  if (typeof owner !== "string" || !/^0x[0-9a-fA-F]{40}$/.test(owner)) return { problem: text.missing("owner") };
  if (id === undefined) return { problem: text.missing("id") };
  if (expiry === undefined) return { problem: text.missing("expiry") };
  const signature = given["signature"] ?? said["signature"];
  if (typeof signature !== "string" || !/^0x(?:[0-9a-fA-F]{2}){64,4096}$/.test(signature))
    return { problem: text.missing("signature") };
  const domain = objectOf(given["domain"]);
  if (domain?.["chainId"] !== undefined && wholeOf(domain["chainId"], 256) !== wanted.chainId)
    return { problem: text.otherChain };
  const at = domain?.["verifyingContract"] ?? given["gate"];
  if (at !== undefined && !same(at, wanted.gate)) return { problem: text.otherGate };
  if (!same(owner, wanted.owner)) return { problem: text.otherOwner };
  if (expiry < wanted.now) return { problem: text.expired(moment(expiry)) };
  return { attestation: { owner: wanted.owner, id, expiry }, signature: signature as `0x${string}` };
}

type Json = Record<string, unknown>;

const same = (one: unknown, other: string) => typeof one === "string" && one.toLowerCase() === other.toLowerCase();

function objectOf(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function jsonOf(pasted: string): Json | undefined {
  try {
    return objectOf(JSON.parse(pasted));
  } catch {
    return undefined;
  }
}

/** A whole number from 0, as a JSON number that is exact or as decimal digits. */
function wholeOf(value: unknown, bits: number): bigint | undefined {
  const digits = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof digits !== "string" || !/^\d{1,78}$/.test(digits)) return undefined;
  const whole = BigInt(digits);
  return whole < 1n << BigInt(bits) ? whole : undefined;
}
