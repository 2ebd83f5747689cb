// SPDX-License-Identifier: MIT
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Deployment } from "../../sdk/deployment.js";
import type { AccountId, GroupId } from "../../sdk/order.js";
import type { TradeLeg } from "../../sdk/options/OptionDesk.js";
import type { ChainView, OptionLensView, PortfolioView, TradeView } from "../../sdk/views.js";
import { IOptionLens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/IOptionLens__factory.js";

const LENS = IOptionLens__factory.createInterface();
type Name = "chain" | "portfolio" | "trade" | "group";

/** The lens of options, asked at a block, or at the latest. */
export class Eyes {
  constructor(
    private readonly rpc: Rpc,
    private readonly deployment: Pick<Deployment, "clearinghouse" | "options">,
    private readonly block = "latest",
  ) {}

  chain(group: GroupId): Promise<ChainView> {
    return this.ask("chain", [group]);
  }

  group(group: GroupId): Promise<OptionLensView<"group">> {
    return this.ask("group", [group]);
  }

  portfolio(account: AccountId): Promise<PortfolioView> {
    return this.ask("portfolio", [account]);
  }

  trade(account: AccountId, group: GroupId, legs: readonly TradeLeg[]): Promise<TradeView> {
    return this.ask("trade", [account, group, legs]);
  }

  private async ask<T>(name: Name, args: unknown[]): Promise<T> {
    const data = LENS.encodeFunctionData(name as "chain", [this.deployment.clearinghouse, ...args] as never);
    const answer = await this.rpc.send("eth_call", [{ to: this.deployment.options!.lens, data }, this.block]);
    return LENS.decodeFunctionResult(name as "chain", answer as string)[0] as T;
  }
}
