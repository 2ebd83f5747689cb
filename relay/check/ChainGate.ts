// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import { quantity } from "../../sdk/client/chain/blocks.js";
import { RpcRefused, type Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { Refusal } from "../book/refusals.js";
import { domainSeparator, typedDigest } from "../journal/bytes.js";
import { ownerOf, type SignedOrder } from "../order/Order.js";
import { asContracts } from "./asContracts.js";
import type { OrderView } from "./OrderView.js";
import type { Gate } from "./Gate.js";

const WALLET = new Interface(["function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)"]);
const GATE = new Interface(["function mayTrade(address owner) view returns (bool)"]);
const MAGIC = "0x1626ba7e";
/** What the contracts let a wallet use, and what a call costs beside it. */
const WALLET_GAS = 300_000 + 100_000;
/** The same of an access gate. */
const GATE_GAS = 60_000 + 100_000;

/** Checks orders by the view of the chain; only wallets that are contracts are asked by a call. */
export class ChainGate implements Gate {
  private readonly domain: Hex;

  constructor(
    private readonly view: OrderView,
    private readonly rpc: Rpc,
    chainId: bigint,
    private readonly clearinghouse: Address,
  ) {
    this.domain = domainSeparator("Novation", chainId, clearinghouse);
  }

  async signature(signed: SignedOrder, hash: Hex, recovered: Address | undefined): Promise<void> {
    const { signer, signature, byContract = false } = signed;
    // The contracts take a key's signature as a key's alone, and a wallet's as a wallet's.
    if (!byContract && recovered === signer.toLowerCase()) return;
    if (!byContract || !(await this.wallet(signer, hash, signature))) throw asContracts("BadSignature", { signer });
  }

  listed(account: bigint, signer: Address): boolean {
    return this.view.listed(account, signer);
  }

  async admitted({ order }: SignedOrder): Promise<void> {
    const gate = this.view.accessGate;
    if (gate === undefined || !this.view.grows(order)) return;
    if (!(await this.admits(gate, ownerOf(order.account))))
      throw asContracts("AccessDenied", { account: order.account });
  }

  prepare(orders: readonly SignedOrder[]): Promise<void> {
    return this.view.prepare(orders.map(({ order }) => order));
  }

  terms(signed: SignedOrder): void {
    this.view.terms(signed);
  }

  runTerms(legs: readonly SignedOrder[]): void {
    this.view.runTerms(legs);
  }

  /** As the contracts ask: whatever is not 1 is a no, a revert and too much gas too. */
  private async admits(gate: Address, owner: Address): Promise<boolean> {
    const data = GATE.encodeFunctionData("mayTrade", [owner]);
    const call = { from: this.clearinghouse, to: gate, data, gas: quantity(GATE_GAS) };
    try {
      const answer = (await this.rpc.send("eth_call", [call, "latest"])) as string;
      return answer.length >= 66 && BigInt(answer.slice(0, 66)) === 1n;
    } catch (failure) {
      if (failure instanceof RpcRefused) return false;
      throw new Refusal("NodeUnreachable", "No node answers for the access gate now. Try again.", 503);
    }
  }

  /** Does a contract at the signer's address accept the signature (ERC-1271), within the gas that it may use? */
  private async wallet(signer: Address, hash: Hex, signature: Hex): Promise<boolean> {
    const data = WALLET.encodeFunctionData("isValidSignature", [typedDigest(this.domain, hash), signature]);
    const call = { from: this.clearinghouse, to: signer, data, gas: quantity(WALLET_GAS) };
    try {
      const answer = (await this.rpc.send("eth_call", [call, "latest"])) as string;
      return answer.length >= 66 && answer.slice(0, 10) === MAGIC && /^0*$/.test(answer.slice(10, 66));
    } catch (failure) {
      if (failure instanceof RpcRefused) return false; // it reverted, or used too much gas
      throw new Refusal("NodeUnreachable", "No node answers for the wallet's signature now. Try again.", 503);
    }
  }
}
