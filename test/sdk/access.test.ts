// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { network } from "hardhat";
import { typedAttestation } from "../../sdk/access/attestation.js";
import type { Address } from "../../sdk/order.js";

describe("attestations of an access gate", () => {
  it("are signed as the gate takes them, and are worth nothing at another gate or on another chain", async () => {
    const { ethers } = await network.create();
    const [admin, issuer, owner] = await ethers.getSigners();
    const authority = await ethers.deployContract("AccessManager", [admin!.address]);
    const gates = [0, 1].map(() => ethers.deployContract("AttestationGate", [authority, issuer!.address]));
    const [gate, twin] = await Promise.all(gates);
    const { chainId } = await ethers.provider.getNetwork();
    const attestation = { owner: owner!.address as Address, id: 7n, expiry: 2n ** 40n - 1n };
    const sign = async (chain: bigint, at: string) => {
      const { domain, types, message } = typedAttestation(attestation, chain, at as Address);
      return issuer!.signTypedData(domain, types as never, message);
    };
    const [at, elsewhere] = [await gate!.getAddress(), await twin!.getAddress()];
    for (const signature of [await sign(chainId + 1n, at), await sign(chainId, elsewhere)]) {
      await expect(gate!.present(attestation, signature))
        .to.be.revertedWithCustomError(gate!, "NotAttested")
        .withArgs(owner!.address, issuer!.address);
    }
    expect(await gate!.mayTrade(owner!.address)).to.equal(false);
    await gate!.present(attestation, await sign(chainId, at));
    expect(await gate!.mayTrade(owner!.address)).to.equal(true);
    await gate!.connect(issuer!).revoke(owner!.address, 7n);
    expect(await gate!.mayTrade(owner!.address)).to.equal(false);
  });

  it("out of range are refused before anybody signs them", () => {
    const gate = `0x${"11".repeat(20)}` as Address;
    const attestation = { owner: gate, id: 2n ** 64n, expiry: 1n };
    expect(() => typedAttestation(attestation, 1n, gate)).to.throw(RangeError);
    expect(() => typedAttestation({ ...attestation, id: 1n, expiry: 2n ** 40n }, 1n, gate)).to.throw(RangeError);
  });
});
