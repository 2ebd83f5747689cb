// SPDX-License-Identifier: MIT
import { ZeroAddress, type Contract, type Signer, type Wallet } from "ethers";
import { deployChainlink } from "./chainlink.js";
import { COMMITTEE, DIGEST, FAULTY } from "./committee.js";

/** Chainlink's verifier and its proxy, for the committee whose keys are here. Nobody is paid. */
export async function deployVerifier(
  signer: Signer,
  members: readonly Wallet[] = COMMITTEE,
  faulty = FAULTY,
): Promise<{ proxy: Contract; verifier: Contract }> {
  const proxy = await deployChainlink(signer, "VerifierProxy", ZeroAddress);
  const verifier = await deployChainlink(signer, "Verifier", await proxy.getAddress());
  await (await proxy.getFunction("initializeVerifier")(await verifier.getAddress())).wait();
  const signers = members.map(({ address }) => address);
  await (await verifier.getFunction("setConfig")(DIGEST, signers, faulty, [])).wait();
  return { proxy, verifier };
}
