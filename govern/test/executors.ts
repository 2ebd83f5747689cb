// SPDX-License-Identifier: MIT
import { createRequire } from "node:module";
import { Contract, ContractFactory, HDNodeWallet, Signature, concat, solidityPacked, type Signer } from "ethers";
import type { Artifact } from "../../deploy/deploy-novation.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";
import { MNEMONIC } from "../../sim/venue/anvil.js";
import type { SafeBatch } from "../write/safe.js";
import { compiled } from "./compile.js";

const require = createRequire(import.meta.url);
const SAFES = "@safe-global/safe-smart-account/build/artifacts/contracts";
const safeArtifact = (path: string) => require(`${SAFES}/${path}`) as Artifact;

async function deploy({ abi, bytecode }: Artifact, signer: Signer, ...args: unknown[]): Promise<Contract> {
  const contract = await new ContractFactory(abi, bytecode, signer).deploy(...args);
  await contract.waitForDeployment();
  return new Contract(await contract.getAddress(), abi, signer);
}

export const addressOf = async (contract: Contract) => (await contract.getAddress()) as Address;

/** A Safe of three owners, of which two have to sign, by the contracts that Safe publishes. */
export class TestSafe {
  private constructor(
    readonly safe: Contract,
    readonly address: Address,
    private readonly multiSend: Contract,
    private readonly owners: readonly HDNodeWallet[],
  ) {}

  static async deploy(signer: Signer): Promise<TestSafe> {
    const owners = [20, 21, 22].map((i) => HDNodeWallet.fromPhrase(MNEMONIC, undefined, `m/44'/60'/0'/0/${i}`));
    const singleton = await deploy(safeArtifact("Safe.sol/Safe.json"), signer);
    const factory = await deploy(safeArtifact("proxies/SafeProxyFactory.sol/SafeProxyFactory.json"), signer);
    const multiSend = await deploy(safeArtifact("libraries/MultiSendCallOnly.sol/MultiSendCallOnly.json"), signer);
    const nobody = "0x0000000000000000000000000000000000000000";
    const names = owners.map(({ address }) => address);
    const setup = singleton.interface.encodeFunctionData("setup", [names, 2, nobody, "0x", nobody, nobody, 0, nobody]);
    const address = (await factory.getFunction("createProxyWithNonce").staticCall(singleton, setup, 1)) as Address;
    await (await factory.getFunction("createProxyWithNonce").send(singleton, setup, 1)).wait();
    return new TestSafe(new Contract(address, singleton.interface, signer), address, multiSend, owners);
  }

  /** What the transaction builder makes of a file, signed by two owners: data for a call of the Safe. */
  async exec({ transactions }: SafeBatch, chainId: bigint): Promise<Hex> {
    const packed = concat(
      transactions.map(({ to, value, data }) =>
        solidityPacked(
          ["uint8", "address", "uint256", "uint256", "bytes"],
          [0, to, value, (data.length - 2) / 2, data],
        ),
      ),
    );
    const many = transactions.length > 1;
    const nobody = "0x0000000000000000000000000000000000000000";
    const call = {
      to: many ? await this.multiSend.getAddress() : transactions[0]!.to,
      value: 0,
      data: many ? this.multiSend.interface.encodeFunctionData("multiSend", [packed]) : transactions[0]!.data,
      operation: many ? 1 : 0,
      ...{ safeTxGas: 0, baseGas: 0, gasPrice: 0, gasToken: nobody, refundReceiver: nobody },
      nonce: (await this.safe.getFunction("nonce")()) as bigint,
    };
    const signers = this.owners.slice(0, 2).sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
    const domain = { chainId, verifyingContract: this.address };
    const signatures = await Promise.all(signers.map((each) => each.signTypedData(domain, { SafeTx: SAFE_TX }, call)));
    const { to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver } = call;
    const args = [to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver];
    const signed = concat(signatures.map((each) => Signature.from(each).serialized));
    return this.safe.interface.encodeFunctionData("execTransaction", [...args, signed]) as Hex;
  }
}

const SAFE_TX = [
  { name: "to", type: "address" },
  { name: "value", type: "uint256" },
  { name: "data", type: "bytes" },
  { name: "operation", type: "uint8" },
  { name: "safeTxGas", type: "uint256" },
  { name: "baseGas", type: "uint256" },
  { name: "gasPrice", type: "uint256" },
  { name: "gasToken", type: "address" },
  { name: "refundReceiver", type: "address" },
  { name: "nonce", type: "uint256" },
];

export const VOTE = { delay: 10n, period: 600n, timelock: 300n } as const;

/** OpenZeppelin's Governor over its TimelockController, whose votes are all the signer's. */
export class TestDao {
  private constructor(
    readonly governor: Contract,
    readonly address: Address,
    readonly timelock: Address,
  ) {}

  static async deploy(signer: Signer, vote: { [name in keyof typeof VOTE]: bigint } = VOTE): Promise<TestDao> {
    const artifacts = compiled("Dao.sol");
    const me = await signer.getAddress();
    const token = await deploy(artifacts.VotesToken!, signer);
    await (await token.getFunction("delegate").send(me)).wait();
    const timelock = await deploy(artifacts.TimelockController!, signer, vote.timelock, [], [], me);
    const governor = await deploy(artifacts.Dao!, signer, token, timelock, vote.delay, vote.period);
    for (const name of ["PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"]) {
      const role = (await timelock.getFunction(name)()) as string;
      await (await timelock.getFunction("grantRole").send(role, governor)).wait();
    }
    const admin = (await timelock.getFunction("DEFAULT_ADMIN_ROLE")()) as string;
    await (await timelock.getFunction("renounceRole").send(admin, me)).wait();
    return new TestDao(governor, await addressOf(governor), await addressOf(timelock));
  }

  /** A vote for a proposal. */
  vote(proposalId: string): Hex {
    return this.governor.interface.encodeFunctionData("castVote", [proposalId, 1]) as Hex;
  }

  async state(proposalId: string): Promise<bigint> {
    return (await this.governor.getFunction("state")(proposalId)) as bigint;
  }
}
