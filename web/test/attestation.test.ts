// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { id, Wallet } from "ethers";
import { typedAttestation } from "../../sdk/access/attestation.js";
import { readAttestation, readAttestationGate } from "../src/data/attestation";
import { accessText } from "../src/text/access";

const text = accessText.attestation;
const [OWNER, GATE, ISSUER, VENUE] = [1, 2, 3, 4].map((digit) => `0x${String(digit).repeat(40)}` as const);
const NOW = 1_900_000_000n;
const wanted = { owner: OWNER!, gate: GATE!, chainId: 31_337n, now: NOW };

describe("an attestation that is pasted", () => {
  const attestation = { owner: OWNER!, id: 7n, expiry: NOW + 86_400n };
  const { domain, types, message } = typedAttestation(attestation, wanted.chainId, GATE!);
  const plain = { owner: OWNER, id: "7", expiry: Number(attestation.expiry) };

  it("is read from plain JSON and from typed data, as an issuer's key signed it", async () => {
    const signature = await new Wallet(`0x${"01".repeat(32)}`).signTypedData(domain, types as never, message);
    const shown = { ...domain, chainId: String(domain.chainId) };
    for (const given of [
      { ...plain, signature },
      { attestation: plain, signature, gate: GATE },
      { domain: shown, message: plain, signature },
    ]) {
      assert.deepEqual(readAttestation(` ${JSON.stringify(given)}\n`, wanted), { attestation, signature });
    }
    assert.equal(readAttestation("  ", wanted), undefined);
  });

  it("that is broken, another's or over is told in words, before anything is signed", () => {
    const signature = `0x${"ab".repeat(65)}`;
    const problem = (change: object) => {
      const read = readAttestation(JSON.stringify({ ...plain, signature, ...change }), wanted);
      return read && "problem" in read ? read.problem : undefined;
    };
    for (const text of ["{", "[]", "7", "null"]) {
      assert.deepEqual(readAttestation(text, wanted), { problem: accessText.attestation.notJson });
    }
    assert.equal(problem({}), undefined);
    assert.equal(problem({ owner: "0x12" }), text.missing("owner"));
    assert.equal(problem({ owner: ISSUER }), text.otherOwner);
    for (const id of [-1, 1.5, 2 ** 60, "18446744073709551616", null, "0x7"])
      assert.equal(problem({ id }), text.missing("id"));
    assert.equal(problem({ expiry: "1099511627776" }), text.missing("expiry"));
    for (const signature of ["0x", "ab", `0x${"ab".repeat(20)}`, 7])
      assert.equal(problem({ signature }), text.missing("signature"));
    assert.equal(problem({ domain: { chainId: 1 } }), text.otherChain);
    assert.equal(problem({ domain: { verifyingContract: ISSUER } }), text.otherGate);
    assert.match(problem({ expiry: String(NOW - 1n) })!, /^It expired at/);
    assert.equal(problem({ expiry: String(NOW) }), undefined, "it is good through its last second");
  });
});

describe("a gate", () => {
  const reverted = Object.assign(new Error("reverted"), { name: "ContractFunctionRevertedError" });
  const gate = (answers: Record<string, unknown>) =>
    ({
      readContract: async ({ functionName }: { functionName: string }) => {
        const answer = { accessGate: GATE, ...answers }[functionName];
        if (answer === undefined) throw reverted;
        return answer;
      },
    }) as never;
  const typehash = id("Attestation(address owner,uint64 id,uint40 expiry)");

  it("takes attestations if it has their type, and any other is left alone", async () => {
    const taking = gate({ ATTESTATION_TYPEHASH: typehash, issuer: ISSUER });
    assert.deepEqual(await readAttestationGate(taking, VENUE!), { gate: GATE, issuer: ISSUER });
    assert.equal(await readAttestationGate(gate({}), VENUE!), null, "a list has no such function");
    const other = gate({ ATTESTATION_TYPEHASH: `0x${"00".repeat(32)}`, issuer: ISSUER });
    assert.equal(await readAttestationGate(other, VENUE!), null);
  });
});
