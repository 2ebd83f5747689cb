// SPDX-License-Identifier: MIT
import { ZeroAddress, type Contract, type Signer } from "ethers";
import { deployChainlink } from "./chainlink.js";
import { COMMITTEE, DIGEST, FAULTY } from "./committee.js";

/** Chainlink's verifier and its proxy, for the committee whose keys are here. Nobody is paid. */
export async function deployVerifier(signer: Signer): Promise<{ proxy: Contract; verifier: Contract }> {
  const proxy = await deployChainlink(signer, "VerifierProxy", ZeroAddress);
  const verifier = await deployChainlink(signer, "Verifier", await proxy.getAddress());
  await (await proxy.getFunction("initializeVerifier")(await verifier.getAddress())).wait();
  const signers = COMMITTEE.map(({ address }) => address);
  await (await verifier.getFunction("setConfig")(DIGEST, signers, FAULTY, [])).wait();
  return { proxy, verifier };
}
