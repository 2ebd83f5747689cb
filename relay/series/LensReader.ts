// SPDX-License-Identifier: MIT
import { IOptionLens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/IOptionLens__factory.js";
import type {
  ChainViewStructOutput,
  MarginFiguresStructOutput,
  OptionGroupViewStructOutput,
  PortfolioViewStructOutput,
  TradeViewStructOutput,
} from "../../types/ethers-contracts/contracts/periphery/IOptionLens.js";
import { quantity } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { seriesIndex } from "../../sdk/options/series.js";
import type { Address, MarketId } from "../../sdk/order.js";
import { PRICE_UNIT } from "../../sdk/units.js";
import { UNIT, type Balance, type Standing, type UnitRisk } from "./Standing.js";

/** A leg of a trade that is thought of: bought when `size` is positive. */
export interface Leg {
  readonly series: bigint;
  readonly size: bigint;
  readonly price: bigint;
}

/** What an account holds and how it stands, at a block. */
export interface Seen {
  readonly standing: Standing;
  /** That it holds. */
  readonly series: readonly bigint[];
  readonly arraysFresh: boolean;
}

const LENS = IOptionLens__factory.createInterface();
const PERPETUAL = 255n;
const FUTURE = 30n;

/** Asks the OptionLens, at a block. */
export class LensReader {
  /** An account of nobody's: the lens's address has no key. */
  private readonly nobody: bigint;

  constructor(
    private readonly rpc: Rpc,
    private readonly clearinghouse: Address,
    private readonly lens: Address,
  ) {
    this.nobody = (BigInt(lens) << 32n) | 0xffffffffn;
  }

  /** Is the group at a gap? Nothing trades in it then. */
  async isGapped(group: bigint, block: number): Promise<boolean> {
    return ((await this.ask("group", [this.clearinghouse, group], block)) as OptionGroupViewStructOutput).gapped;
  }

  /** All listed series of a group. */
  async chain(group: bigint, block: number): Promise<ChainViewStructOutput> {
    return (await this.ask("chain", [this.clearinghouse, group], block)) as ChainViewStructOutput;
  }

  async portfolio(account: bigint, block: number): Promise<Seen> {
    const view = (await this.ask("portfolio", [this.clearinghouse, account], block)) as PortfolioViewStructOutput;
    const { margin, positions } = view;
    const areBought = positions.every(({ series, size }) => size >= 0n && isOption(series));
    const worth = positions.reduce((sum, { size, mark }) => sum + (size * mark) / PRICE_UNIT, 0n);
    const standing = { ...figuresOf(margin), worth: areBought ? worth : undefined };
    // Without a group the lens knows the cash alone.
    const cash = view.group === 0n ? view.cash : undefined;
    return {
      standing: cash === undefined ? standing : cashAlone(cash),
      series: positions.map(({ series }) => series),
      arraysFresh: cash !== undefined || margin.arraysFresh,
    };
  }

  /** How the account would stand after these trades, as a taker. */
  async trade(account: bigint, group: bigint, legs: readonly Leg[], block: number): Promise<Balance> {
    const { later } = await this.tradeView(account, group, legs, block);
    const { equity, atAnchor, atRecorded, initial: required } = later;
    return { equity, required, atAnchor, atRecorded };
  }

  /** What `UNIT` of a series bought at the mark, or sold, adds to how an account stands. */
  async unitRisk(series: bigint, group: bigint, buys: boolean, mark: bigint, block: number): Promise<UnitRisk> {
    const size = buys ? UNIT : -UNIT;
    const { before, later, fees } = await this.tradeView(this.nobody, group, [{ series, size, price: mark }], block);
    const { profits, shortMinimum, basis } = later;
    return {
      profits: [...profits],
      shortMinimum,
      basis,
      atAnchor: later.atAnchor - before.atAnchor + fees,
      atRecorded: later.atRecorded - before.atRecorded + fees,
    };
  }

  // ------------------------------------------------------------------ inside

  private async tradeView(account: bigint, group: bigint, legs: readonly Leg[], block: number) {
    const ascending = [...legs].sort((a, b) =>
      Number(seriesIndex(a.series as MarketId) - seriesIndex(b.series as MarketId)),
    );
    return (await this.ask("trade", [this.clearinghouse, account, group, ascending], block)) as TradeViewStructOutput;
  }

  private async ask(name: "chain" | "group" | "portfolio" | "trade", args: unknown[], block: number): Promise<unknown> {
    const data = LENS.encodeFunctionData(name as "chain", args as never);
    const answer = await this.rpc.send("eth_call", [{ to: this.lens, data }, quantity(block)]);
    return LENS.decodeFunctionResult(name as "chain", answer as string)[0];
  }
}

/** An account that nobody has paid into. */
export const NOTHING = cashAlone(0n);

export function isOption(series: bigint): boolean {
  const index = series & 255n;
  return index !== PERPETUAL && (index & 31n) !== FUTURE;
}

/** Nothing but cash. */
function cashAlone(cash: bigint): Standing {
  const none = { profits: Array.from({ length: 16 }, () => 0n), shortMinimum: 0n, basis: 0n, worth: 0n };
  return { equity: cash, atAnchor: cash, atRecorded: cash, ...none };
}

function figuresOf({ equity, atAnchor, atRecorded, profits, shortMinimum, basis }: MarginFiguresStructOutput) {
  return { equity, atAnchor, atRecorded, profits: [...profits], shortMinimum, basis };
}
