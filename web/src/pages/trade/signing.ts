// SPDX-License-Identifier: MIT
// Loaded when something is signed: recovering a signature takes code that reading does not need.
import type { Order } from "../../../../sdk/order.js";
import { signOrder } from "../../../../sdk/signOrder.js";
import type { Here } from "../../chain/services";
import type { Wallet } from "../../chain/useWallet";

const USES = ["TAKER", "MAKER", "EITHER"] as const;

/** The order with its signature as the relay takes it. WrongSigner: the wallet signed with another key. */
export async function signedBody(order: Order, wallet: Wallet, { deployment }: Here): Promise<unknown> {
  const signed = await signOrder(order, wallet, deployment.chainId, deployment.clearinghouse);
  const { account, market, size, limit, salt, expiry, use, maxFee, trigger, ...rest } = signed.order;
  return {
    order: {
      ...rest,
      account: String(account),
      market: Number(market),
      size: String(size),
      limit: String(limit),
      salt: String(salt),
      expiry: Number(expiry),
      use: USES[Number(use)],
      maxFee: Number(maxFee),
      trigger: String(trigger),
    },
    signer: signed.signer,
    signature: signed.signature,
    ...(signed.byContract && { byContract: true }),
  };
}

/** The signature that takes an order out of the relay's book. It is of no other use. */
export async function signCancel(hash: string, { address, request }: Wallet, { deployment }: Here): Promise<string> {
  const data = {
    domain: {
      name: "Novation Relay",
      version: "1",
      chainId: String(deployment.chainId),
      verifyingContract: deployment.clearinghouse,
    },
    types: {
      EIP712Domain: [
        { name: "name", type: "string" },
        { name: "version", type: "string" },
        { name: "chainId", type: "uint256" },
        { name: "verifyingContract", type: "address" },
      ],
      Cancel: [{ name: "order", type: "bytes32" }],
    },
    primaryType: "Cancel",
    message: { order: hash },
  };
  const signature = await request({ method: "eth_signTypedData_v4", params: [address, JSON.stringify(data)] });
  if (typeof signature === "string" && /^0x[0-9a-fA-F]+$/.test(signature)) return signature;
  throw new Error("the wallet answered with no signature");
}
