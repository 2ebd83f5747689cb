// SPDX-License-Identifier: MIT
// What the programs of a market maker and of a trader do with a relay of options: quote both sides of many series,
// quote anew, take all quotes out by one signature, trade a spread as a package.
import type { Wallet } from "ethers";
import type { Address, OptionDesk, Price, SeriesQuote, SignedOrder, Size } from "../../sdk/index.js";

/** What of /v1/info a client needs. */
interface Info {
  readonly chainId: number;
  readonly clearinghouse: Address;
  readonly submitters: readonly [Address, ...Address[]];
}

/** The relay's word for an order, or why it is refused. */
export interface Posted {
  readonly hash?: string;
  readonly status?: string;
  readonly error?: string;
  readonly message?: string;
}

/** Posts what a desk signs. @param wallet Signs cancellations: the desk's key. */
export class RelayDesk {
  private constructor(
    private readonly url: string,
    private readonly info: Info,
    private readonly desk: OptionDesk,
    private readonly wallet: Wallet,
  ) {}

  static async open(url: string, desk: OptionDesk, wallet: Wallet): Promise<RelayDesk> {
    return new RelayDesk(url, (await (await fetch(`${url}/v1/info`)).json()) as Info, desk, wallet);
  }

  /** Quotes of many series at once, in place of the last ones of these series and sides. */
  async quote(quotes: readonly SeriesQuote[]): Promise<Posted[]> {
    const orders = await this.desk.quotes(quotes);
    const answers: Posted[] = [];
    for (let from = 0; from < orders.length; from += 100) {
      answers.push(...(await this.post<Posted[]>("/v1/orders/batch", orders.slice(from, from + 100).map(wireOf))));
    }
    return answers;
  }

  /** Takes all that was quoted before now out of the books. */
  async withdrawQuotes(): Promise<Posted[]> {
    const { chainId, clearinghouse: verifyingContract } = this.info;
    const message = { account: this.desk.account, below: await this.desk.nextSequence() };
    const types = {
      CancelBelow: [
        { name: "account", type: "uint192" },
        { name: "below", type: "uint64" },
      ],
    };
    const domain = { name: "Novation Relay", version: "1", chainId, verifyingContract };
    const signature = await this.wallet.signTypedData(domain, types, message);
    const wish = { account: String(message.account), below: String(message.below), signature };
    return this.post("/v1/cancels/below", wish);
  }

  /** Trades legs together, each filled whole, or none. `net`: what they pay at most, 1e-9 quote. */
  async trade(legs: readonly { series: string; size: Size; limit: Price }[], net?: bigint): Promise<Posted[]> {
    const signed = await this.desk.legs(legs, this.info.submitters[0]);
    return this.post("/v1/packages", { legs: signed.map(wireOf), ...(net !== undefined && { net: String(net) }) });
  }

  private async post<T>(path: string, body: unknown): Promise<T> {
    const answer = await fetch(this.url + path, { method: "POST", body: JSON.stringify(body) });
    const value = (await answer.json()) as T & Posted;
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }
}

const USES = ["TAKER", "MAKER", "EITHER"] as const;

/** A signed order as the relay reads it: whole numbers above 2^53 are text. */
function wireOf({ order, signer, signature, byContract }: SignedOrder) {
  const { account, market, size, limit, salt, expiry, use, maxFee, trigger, reduceOnly, matcher, triggerAbove } = order;
  const [texts, numbers] = [
    { account, size, limit, salt, trigger },
    { market, expiry, maxFee },
  ];
  const written = {
    ...Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, String(value)])),
    ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Number(value)])),
    ...{ use: USES[Number(use)], reduceOnly, matcher, triggerAbove },
  };
  return { order: written, signer, signature, ...(byContract === true && { byContract }) };
}
