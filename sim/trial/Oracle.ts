// SPDX-License-Identifier: MIT
import { Interface, type JsonRpcProvider } from "ethers";
import { MockAggregator__factory } from "../../types/ethers-contracts/factories/contracts/mocks/MockAggregator__factory.js";
import { toAnswer } from "../venue/units.js";
import { addressOf, type TrialVenue } from "./venue.js";
import type { MarketName } from "./people.js";

const ABI = new Interface(MockAggregator__factory.abi);
const TIP = "0x174876e800"; // 100 gwei: before whatever keepers send
const MAX = "0x2e90edd000"; // 200 gwei
const OPERATOR = addressOf(0);

/** How much deeper each market falls than the path says. */
const DEPTH: Record<MarketName, number> = { BTC: 1, SOL: 1.3, ETH: 1.1 };

/**
 * A crash that locks every group at once and goes on while they are locked. Factors of the first price, one a block.
 */
export const CRASH: readonly number[] = [0.955, 0.93, 0.912, 0.9, 0.905, 0.9, 0.893, 0.9, 0.91, 0.915];

/** Writes marks to the feeds, past the proxy. */
export class Oracle {
  private factor = 1;

  constructor(
    private readonly provider: JsonRpcProvider,
    private readonly venue: TrialVenue,
  ) {}

  /** Sets the marks of the next block. */
  async set(factor: number): Promise<void> {
    this.factor = factor;
    for (const { feed, symbol, price } of this.venue.feeds) {
      const answer = toAnswer(price * (1 - (1 - factor) * DEPTH[symbol]));
      const data = ABI.encodeFunctionData("setAnswer", [answer]);
      const fees = { gas: "0x30d40", maxPriorityFeePerGas: TIP, maxFeePerGas: MAX };
      await this.provider.send("eth_sendTransaction", [{ from: OPERATOR, to: feed, data, ...fees }]);
    }
  }

  /** Once more, after a reorganisation took it back. */
  repeat(): Promise<void> {
    return this.set(this.factor);
  }
}
