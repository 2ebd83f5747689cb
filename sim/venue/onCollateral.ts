// SPDX-License-Identifier: MIT
import { type Signer } from "ethers";
import { chainlinkConfig, type Artifact, type Deployed } from "../../deploy/deploy-novation.js";
import { deployWith } from "../../deploy/deployWith.js";
import { accountOf, type Address } from "../../sdk/order.js";
import { ICollateral__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/ICollateral.sol/ICollateral__factory.js";
import type { CollateralParamsStruct } from "../../types/ethers-contracts/contracts/interfaces/ICollateral.sol/ICollateral.js";

/** Ether as a collateral. */
export interface CollateralRules {
  /** What it costs at first, 1e-8 quote. */
  readonly answer: bigint;
  /** Seconds. */
  readonly heartbeat: number;
  /** What the vault sets aside, and gets for that, 1e-9 quote. */
  readonly line: bigint;
  readonly params: CollateralParamsStruct;
}

export interface OnCollateral {
  readonly id: bigint;
  /** Wrapped ether, which anybody mints. */
  readonly coin: Address;
  /** The feed of its price, which anybody sets. */
  readonly feed: Address;
}

/** Lists ether as a venue's first collateral. For whoever may call `createCollateral` and `setCollateralLine`. */
export async function onCollateral(
  { clearinghouse, token, vault }: Deployed,
  operator: Signer,
  artifact: (name: string) => Promise<Artifact>,
  { answer, heartbeat, line, params }: CollateralRules,
): Promise<OnCollateral> {
  const make = deployWith(artifact, operator);
  const coin = await make("MockToken", "Wrapped Ether", "WETH", 18);
  const feed = await make("MockAggregator", 8, answer);
  const source = await make("ChainlinkPriceSource", chainlinkConfig(feed, heartbeat));
  const target = (await clearinghouse.getAddress()) as Address;
  const pot = accountOf((await vault.getAddress()) as Address, 0);
  const tokens = line / 1_000n;
  await (await token.mint(await operator.getAddress(), tokens)).wait();
  await (await token.approve(target, tokens)).wait();
  await (await clearinghouse.deposit(pot, tokens)).wait();
  const collateral = ICollateral__factory.connect(target, operator);
  await (await collateral.createCollateral(coin, source, params)).wait();
  await (await collateral.setCollateralLine(1n, line)).wait();
  return { id: 1n, coin: (await coin.getAddress()) as Address, feed: (await feed.getAddress()) as Address };
}
