// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { TypedDataEncoder, Wallet, keccak256, recoverAddress, verifyTypedData } from "ethers";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createWalletClient, custom, keccak256 as viemKeccak } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { sign } from "../../sdk/examples/sign.js";
import { orderDigest, orderHash } from "../../sdk/orderHash.js";
import { NoAccount, signOrder } from "../../sdk/signOrder.js";
import {
  ORDER_TYPES,
  NOBODY,
  USE,
  accountOf,
  buildOrder,
  marketOf,
  ownerOf,
  saltOf,
  typedOrder,
  type Address,
  type Order,
} from "../../sdk/order.js";
import { price, size } from "../../sdk/units.js";

describe("order", () => {
  const wallet = new Wallet(`0x${"01".repeat(32)}`);
  const owner = wallet.address as Address;
  const venue: Address = "0x00000000000000000000000000000000000000ff";
  const order = buildOrder({
    account: accountOf(owner, 7),
    market: marketOf(3, 2),
    size: size(-5n),
    limit: price(10n ** 18n),
    salt: saltOf(9n, 4n),
    expiry: 2_000_000_000n,
    use: USE.MAKER,
  });

  it("puts owner, number, group, index, sequence and lane where the contracts look for them", () => {
    expect(ownerOf(order.account)).to.equal(owner.toLowerCase());
    expect(order.account & 0xffffffffn).to.equal(7n);
    expect(order.market).to.equal(14n);
    expect(order.salt).to.equal((9n << 16n) | 4n);
    expect([order.matcher, order.reduceOnly, order.maxFee]).to.deep.equal([NOBODY, false, 0xffffffn]);
  });

  it("signs so that its signer is recovered, and no other order, chain or venue", async () => {
    const { domain, types, message } = typedOrder(order, 1n, venue);
    const signature = await wallet.signTypedData(domain, types, message);
    expect(verifyTypedData(domain, types, message, signature)).to.equal(owner);
    const others = [
      typedOrder({ ...order, size: size(5n) }, 1n, venue),
      typedOrder(order, 2n, venue),
      typedOrder(order, 1n, "0x00000000000000000000000000000000000000fe"),
    ];
    for (const other of others) {
      expect(verifyTypedData(other.domain, other.types, other.message, signature)).to.not.equal(owner);
    }
  });

  it("hashes as ethers and viem hash it, sizes below zero included", () => {
    for (const size_ of [size(-5n), size(5n)]) {
      for (const reduceOnly of [false, true]) {
        const one = { ...order, size: size_, reduceOnly };
        const { domain, types, message } = typedOrder(one, 1n, venue);
        expect(orderHash(one, keccak256)).to.equal(TypedDataEncoder.hashStruct("Order", types, message));
        expect(orderDigest(one, 1n, venue, keccak256)).to.equal(TypedDataEncoder.hash(domain, types, message));
        expect(orderDigest(one, 1n, venue, viemKeccak)).to.equal(orderDigest(one, 1n, venue, keccak256));
      }
    }
  });

  it("is signed alike by a signer of ethers, an account of viem and a wallet client of viem", async () => {
    const account = privateKeyToAccount(`0x${"01".repeat(32)}`);
    const client = createWalletClient({ account, transport: custom({ request: () => Promise.resolve(null) }) });
    const signed = await Promise.all([wallet, account, client].map((signer) => signOrder(order, signer, 1n, venue)));
    const { domain, types, message } = typedOrder(order, 1n, venue);
    for (const { signer, signature } of signed) {
      expect(signer).to.equal(owner);
      expect(signature).to.equal(signed[0]!.signature);
      expect(verifyTypedData(domain, types, message, signature)).to.equal(owner);
    }
    const nobody = createWalletClient({ transport: custom({ request: () => Promise.resolve(null) }) });
    const failure = await signOrder(order, nobody, 1n, venue).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(NoAccount);
  });

  it("is signed in the README's example so that its digest's signer is recovered", async () => {
    const { signed, digest } = await sign(owner, wallet, venue);
    expect(recoverAddress(digest, signed.signature)).to.equal(owner);
  });

  it("has the members of the contract's struct, in its order, and the type that the contract hashes", () => {
    const source = (file: string) => readFileSync(join("contracts", file), "utf8");
    const encoded = TypedDataEncoder.from(typedOrder(order, 1n, venue).types).encodeType("Order");
    expect(source("trading/OrderLib.sol")).to.contain(`"${encoded}"`);
    const struct = /struct Order \{([^}]*)\}/.exec(source("interfaces/Orders.sol"))![1]!;
    const members = [...struct.replace(/\/\/.*$/gm, "").matchAll(/\w+ (\w+);/g)].map(([, name]) => name);
    expect(members).to.deep.equal(Object.keys(order));
    expect(members).to.deep.equal(ORDER_TYPES.Order.map(({ name }) => name));
  });

  it("is described to hardware wallets (ERC-7730) with each member, as its type has it", () => {
    const { context, metadata, display } = JSON.parse(readFileSync("sdk/erc7730/eip712-Order.json", "utf8")) as {
      context: { eip712: { domain: object } };
      metadata: { enums: Record<string, Record<string, string>> };
      display: { formats: Record<string, { fields: Field[] }> };
    };
    interface Field {
      path: keyof Order;
      label: string;
      format: string;
      visible: "always" | "optional" | "never";
      params?: { base?: string; decimals?: number; $ref?: string };
    }
    const { domain, types } = typedOrder(order, 1n, venue);
    // A wallet takes the descriptor whose key has the hash of the type that it is asked to sign.
    expect(Object.keys(display.formats)).to.deep.equal([TypedDataEncoder.from(types).encodeType("Order")]);
    expect(context.eip712.domain).to.deep.equal({ name: domain.name, version: domain.version });
    const { fields } = Object.values(display.formats)[0]!;
    expect(fields.map(({ path }) => path).sort()).to.deep.equal(Object.keys(order).sort());
    expect(fields.flatMap(({ path, visible }) => (visible === "never" ? [path] : []))).to.deep.equal(["salt"]);
    // As the types and the units of the contracts have them.
    const decimals = { size: 9, limit: 18, trigger: 18, maxFee: 4 }; // ppm in percent
    expect(
      Object.fromEntries(fields.flatMap(({ path, params }) => (params?.base ? [[path, params.decimals]] : []))),
    ).to.deep.equal(decimals);
    for (const { params } of fields) {
      if (params?.$ref !== undefined)
        expect(metadata.enums).to.have.property(params.$ref.replace("$.metadata.enums.", ""));
    }
    expect(Object.keys(metadata.enums.use!)).to.deep.equal(Object.values(USE).map(String));
  });
});
