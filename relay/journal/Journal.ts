// SPDX-License-Identifier: MIT
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Key } from "../order/signing.js";
import {
  headAfter,
  pageDigest,
  receiptOf,
  relayDomain,
  sealPage,
  type FullPage,
  type Head,
  type Receipt,
} from "./page.js";
import type { Statement } from "./statement.js";

/** A page that was just written, and the receipts of its statements. */
export interface Written {
  readonly page: FullPage;
  receipt(index: number): Receipt;
}

/** Writes pages one after the other under the relay's key. */
export class Journal {
  private readonly domain: Hex;

  constructor(
    private readonly key: Key,
    chainId: bigint,
    clearinghouse: Address,
    public head: Head,
  ) {
    this.domain = relayDomain(chainId, clearinghouse);
  }

  get relay(): Address {
    return this.key.address;
  }

  write(statements: readonly Statement[], time: number): Written {
    const { page, tree } = sealPage(this.head, statements, time);
    const signed = { ...page, signature: this.key.sign(pageDigest(this.domain, page)) };
    this.head = headAfter(page);
    return { page: { ...signed, statements }, receipt: (index) => receiptOf(signed, tree, index) };
  }
}
