// SPDX-License-Identifier: MIT
import { checkedOrder } from "./checkOrder.js";
import { typedOrder, type Address, type Order } from "./order.js";
import { orderDigest, type Hex } from "./orderHash.js";
import { addressOf } from "./range.js";
import { BadSignature, isWrapped, normalSignature, signerOf, unwrappedSignature } from "./signature.js";
import { typedOrderV4 } from "./typedOrderV4.js";

/** An ethers signer, as far as it is used here. */
export interface EthersSigner {
  readonly provider?: { getCode(address: string): Promise<string> } | null;
  getAddress(): Promise<string>;
  signTypedData(domain: never, types: never, message: never): Promise<string>;
}

/** A viem account, or a wallet client that has one. */
export interface ViemWallet {
  readonly address?: Address;
  readonly account?: { readonly address: Address; readonly type?: string } | undefined;
  readonly request?: (ask: never) => Promise<unknown>;
  signTypedData(parameters: never): Promise<Hex>;
}

/** A wallet of a browser (EIP-1193), with the address that is to sign. */
export interface Eip1193Wallet {
  readonly address: Address;
  request(ask: { method: string; params: unknown[] }): Promise<unknown>;
}

export interface SignedOrder {
  readonly order: Order;
  readonly signer: Address;
  readonly signature: Hex;
  /** The signer is a contract, which is asked whether it accepts the signature (ERC-1271); else it is a key's. */
  readonly byContract?: boolean;
}

export interface SignOptions {
  /**
   * The code at an address, "0x" for none: a contract wallet signs in its own way, which only the chain can check.
   * Default: the wallet's
   * own node is asked, if it has one.
   */
  readonly codeAt?: (address: Address) => Promise<string>;
}

/** A viem wallet client without an account was asked to sign. */
export class NoAccount extends Error {
  constructor() {
    super("the wallet has no account to sign with: create the wallet client with one");
  }
}

/** The signature is of another key, or of other data: the clearinghouse would refuse the order. */
export class WrongSigner extends Error {
  override readonly name = "WrongSigner";

  constructor(
    readonly expected: Address,
    readonly recovered: Address | undefined,
    readonly signature: Hex,
  ) {
    super(
      `the signature is not one of ${expected} for this order, but of ${recovered ?? "nobody"}: choose that account in the wallet and the ` +
        "clearinghouse's chain, and sign again. A contract wallet: give signOrder `codeAt`.",
    );
  }
}

/**
 * Signs an order for the clearinghouse at `verifyingContract`, with a signer of ethers, of viem or a browser's wallet.
 * The signer is the owner
 * of the account or a key that the owner has authorised (setSigner).
 *
 * The signature is put into the form that the clearinghouse takes, and its signer recovered. What the signer did not
 * sign is not handed
 * on (WrongSigner, BadSignature), unless there is code at his address or the signature is of a wallet not yet deployed
 * (ERC-6492).
 */
export async function signOrder(
  order: Order,
  wallet: EthersSigner | ViemWallet | Eip1193Wallet,
  chainId: bigint,
  verifyingContract: Address,
  options: SignOptions = {},
): Promise<SignedOrder> {
  const fixed = checkedOrder(order); // whoever changes his object while the wallet is asked changes nothing here
  const digest = orderDigest(fixed, chainId, verifyingContract);
  const { signer, signature } = await asked(fixed, wallet, chainId, verifyingContract);
  const codeAt = options.codeAt ?? nodeOf(wallet);
  return { order: fixed, signer, ...(await accepted(digest, signer, signature, codeAt)) };
}

async function asked(
  order: Order,
  wallet: EthersSigner | ViemWallet | Eip1193Wallet,
  chainId: bigint,
  verifyingContract: Address,
): Promise<{ signer: Address; signature: unknown }> {
  const typed = typedOrder(order, chainId, verifyingContract);
  if (isEthers(wallet)) {
    const signer = addressOf(await wallet.getAddress(), "signer");
    const { domain, types, message } = typed;
    const sign = wallet.signTypedData.bind(wallet) as (...parts: unknown[]) => Promise<string>;
    return { signer, signature: await sign(domain, types, message) };
  }
  if (!("signTypedData" in wallet)) {
    const browser = wallet as Eip1193Wallet;
    const signer = addressOf(browser.address, "signer");
    const data = JSON.stringify(typedOrderV4(order, chainId, verifyingContract));
    return { signer, signature: await browser.request({ method: "eth_signTypedData_v4", params: [signer, data] }) };
  }
  const account = wallet.account ?? (wallet.address === undefined ? undefined : { address: wallet.address });
  if (account === undefined) throw new NoAccount();
  const sign = wallet.signTypedData.bind(wallet) as (parameters: unknown) => Promise<Hex>;
  return { signer: addressOf(account.address, "signer"), signature: await sign({ ...typed, account }) };
}

/** A smart account of viem has getAddress too. */
function isEthers(wallet: object): wallet is EthersSigner {
  return "getAddress" in wallet && "signTypedData" in wallet && !("type" in wallet);
}

/** The signature as it may be handed on. */
async function accepted(
  digest: Hex,
  signer: Address,
  signature: unknown,
  codeAt: SignOptions["codeAt"],
): Promise<Pick<SignedOrder, "signature" | "byContract">> {
  if (typeof signature !== "string" || !/^(0x)?([0-9a-fA-F]{2})+$/.test(signature)) {
    throw new BadSignature(signature, "it is not bytes in hex");
  }
  const given = (signature.startsWith("0x") ? signature : `0x${signature}`) as Hex;
  let recovered: Address | undefined;
  let flaw: unknown;
  try {
    recovered = signerOf(digest, given);
    if (recovered?.toLowerCase() === signer.toLowerCase()) return { signature: normalSignature(given) };
  } catch (failure) {
    flaw = failure; // in no form of a key: perhaps a contract wallet's
  }
  const code = await codeAt?.(signer);
  const deployed = code !== undefined && code !== "" && code !== "0x";
  if (isWrapped(given)) return { signature: deployed ? unwrappedSignature(given) : given, byContract: true };
  if (deployed) return { signature: given, byContract: true };
  throw flaw ?? new WrongSigner(signer, recovered, given);
}

/** How the wallet's own node tells what code is at an address; undefined: it has no node. */
function nodeOf(wallet: EthersSigner | ViemWallet | Eip1193Wallet): SignOptions["codeAt"] {
  if ("provider" in wallet && typeof wallet.provider?.getCode === "function") {
    return (address) => wallet.provider!.getCode(address);
  }
  if (!("request" in wallet) || typeof wallet.request !== "function") return undefined;
  const request = wallet.request.bind(wallet) as (ask: unknown) => Promise<unknown>;
  return async (address) => {
    const code = await request({ method: "eth_getCode", params: [address, "latest"] });
    return typeof code === "string" ? code : "0x";
  };
}
