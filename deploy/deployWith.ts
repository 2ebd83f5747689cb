// SPDX-License-Identifier: MIT
import { Contract, ContractFactory, type Addressable, type ContractRunner, type Signer } from "ethers";
import type { Artifact } from "./deploy-novation.js";

/** Deploys a contract by its name, and waits for it. */
export type Deploy = <T = Contract>(name: string, ...args: unknown[]) => Promise<T>;

/** What `sender` deploys is called by `caller`. @param artifact As Hardhat's `artifacts.readArtifact`. */
export function deployWith(
  artifact: (name: string) => Promise<Artifact>,
  sender: Signer,
  caller: ContractRunner = sender,
): Deploy {
  return async <T = Contract>(name: string, ...args: unknown[]): Promise<T> => {
    const { abi, bytecode } = await artifact(name);
    const contract = await new ContractFactory(abi, bytecode, sender).deploy(...args);
    await contract.waitForDeployment();
    return new Contract(await contract.getAddress(), abi, caller) as unknown as T;
  };
}

/** Calls a function of a contract as `sender`, and waits for it. */
export function sendWith(sender: Signer) {
  return async (contract: Addressable, name: string, ...args: unknown[]): Promise<void> => {
    const own = (contract as Contract).connect(sender) as Contract;
    await (await own.getFunction(name).send(...args)).wait();
  };
}
