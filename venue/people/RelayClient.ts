// SPDX-License-Identifier: MIT
import type { Wallet } from "ethers";
import type { Deployment } from "../../sdk/deployment.js";
import { buildOrder, type Address, type Order } from "../../sdk/order.js";
import { orderDigest } from "../../sdk/orderHash.js";

const PATIENCE = 10_000; // ms
const NAMES = ["TAKER", "MAKER", "EITHER"] as const;

export type Wish = Parameters<typeof buildOrder>[0];

/** What the relay said to a posted order: its state, or the code and words of a refusal. */
export interface Answer {
  readonly status?: string;
  readonly error?: string;
  readonly message?: string;
}

/** The relay's HTTP interface, as whoever trades uses it: orders are signed here. */
export class RelayClient {
  constructor(
    private readonly url: string,
    private readonly deployment: Pick<Deployment, "chainId" | "clearinghouse">,
  ) {}

  /** Signs and posts; one answer an order, in their order. */
  async post(wishes: readonly { wallet: Wallet; wish: Wish }[]): Promise<Answer[]> {
    return this.send(
      "/v1/orders/batch",
      wishes.map((each) => this.signed(each)),
    );
  }

  /** The legs of a package: all are filled, or none. Throws with the relay's words when it is refused. */
  async package(wallet: Wallet, wishes: readonly Wish[]): Promise<Answer[]> {
    return this.send("/v1/packages", { legs: wishes.map((wish) => this.signed({ wallet, wish })) });
  }

  /** The key that legs of packages name. */
  async submitter(): Promise<Address> {
    const answer = await fetch(`${this.url}/v1/info`, { signal: AbortSignal.timeout(PATIENCE) });
    return ((await answer.json()) as { submitters: Address[] }).submitters[0]!;
  }

  private signed({ wallet, wish }: { wallet: Wallet; wish: Wish }) {
    const { chainId, clearinghouse } = this.deployment;
    const order = buildOrder(wish);
    const digest = orderDigest(order, chainId, clearinghouse);
    const signature = wallet.signingKey.sign(digest).serialized;
    return { order: wireOf(order), signer: wallet.address, signature };
  }

  private async send(path: string, given: unknown): Promise<Answer[]> {
    const answer = await fetch(`${this.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(given),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const body = (await answer.json()) as Answer[] | Answer;
    if (!answer.ok || !Array.isArray(body)) throw new Error(`the relay: ${(body as Answer).message ?? answer.status}`);
    return body;
  }
}

/** An order as the relay takes it: numbers that may be above 2^53 are text. */
function wireOf({ use, account, size, limit, salt, trigger, market, expiry, maxFee, ...rest }: Order) {
  return {
    ...rest,
    account: String(account),
    market: Number(market),
    size: String(size),
    limit: String(limit),
    salt: String(salt),
    expiry: Number(expiry),
    use: NAMES[Number(use)]!,
    maxFee: Number(maxFee),
    trigger: String(trigger),
  };
}
