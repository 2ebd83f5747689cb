// SPDX-License-Identifier: MIT
import { expect } from "chai";
import {
  AbiCoder,
  SigningKey,
  TypedDataEncoder,
  Wallet,
  concat,
  getAddress,
  hexlify,
  keccak256,
  toBeHex,
  verifyTypedData,
} from "ethers";
import { SignTypedDataVersion, TypedDataUtils, recoverTypedSignature, signTypedData } from "@metamask/eth-sig-util";
import { Random } from "../differential/random.js";
import { USE, accountOf, buildOrder, marketOf, saltOf, typedOrder, type Address, type Order } from "../../sdk/order.js";
import { orderDigest, type Hex } from "../../sdk/orderHash.js";
import { OutOfRange } from "../../sdk/range.js";
import { BadSignature, normalSignature, signerOf, unwrappedSignature } from "../../sdk/signature.js";
import { WrongSigner, signOrder, type EthersSigner } from "../../sdk/signOrder.js";
import { typedOrderV4 } from "../../sdk/typedOrderV4.js";
import { price, size } from "../../sdk/units.js";

const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe("what wallets sign", () => {
  const random = new Random(29);
  const bytes = (count: number): Hex => hexlify(Uint8Array.from({ length: count }, () => random.whole(0, 255))) as Hex;
  const uint = (bits: number): bigint => BigInt(bytes(32)) & ((1n << BigInt(bits)) - 1n);
  const wallet = new Wallet(`0x${"01".repeat(32)}`);
  const stranger = new Wallet(`0x${"02".repeat(32)}`);
  const owner = wallet.address as Address;
  const venue = getAddress("0x00000000000000000000000000000000000000ff") as Address;
  const order = orderOf(-5n, 10n ** 18n);
  const digest = orderDigest(order, 1n, venue);

  function orderOf(amount: bigint, limit: bigint, more: Partial<Order> = {}): Order {
    return buildOrder({
      account: accountOf(owner, 7),
      market: marketOf(3, 2),
      size: size(amount),
      limit: price(limit),
      salt: saltOf(9n, 4n),
      expiry: 2_000_000_000n,
      use: USE.MAKER,
      ...more,
    });
  }

  /** A signer of ethers that answers with `signature`, of a node where `code` is at every address. */
  const answering = (signature: unknown, code: string | undefined = "0x", address: string = owner): EthersSigner => ({
    getAddress: () => Promise.resolve(address),
    signTypedData: () => Promise.resolve(signature as string),
    provider: code === undefined ? null : { getCode: () => Promise.resolve(code) },
  });

  const failureOf = (attempt: Promise<unknown>): Promise<unknown> =>
    attempt.then(
      () => undefined,
      (error: unknown) => error,
    );

  const genuine = wallet.signingKey.sign(digest);
  const rs = genuine.serialized.slice(2, 130);
  const odd = genuine.yParity === 1;
  const otherHalf = `${rs.slice(0, 64)}${toBeHex(N - BigInt(genuine.s), 32).slice(2)}`;
  const forms: Record<string, string> = {
    "v 27 or 28": genuine.serialized,
    "v 0 or 1": `0x${rs}${odd ? "01" : "00"}`,
    "64 bytes (ERC-2098)": genuine.compactSerialized,
    "the upper s": `0x${otherHalf}${odd ? "1b" : "1c"}`,
    "the upper s and v 0 or 1": `0x${otherHalf}${odd ? "00" : "01"}`,
    "upper case": `0x${genuine.serialized.slice(2).toUpperCase()}`,
    "no 0x": genuine.serialized.slice(2),
  };

  for (const [form, signature] of Object.entries(forms)) {
    it(`comes as ${form} and leaves as 65 bytes with v 27 or 28 and the lower s`, async () => {
      for (const signer of [answering(signature), answering(signature, undefined), answering(signature, "0x6000")]) {
        const signed = await signOrder(order, signer, 1n, venue);
        expect(signed).to.deep.equal({ order, signer: owner, signature: genuine.serialized });
      }
      expect(normalSignature(signature)).to.equal(genuine.serialized);
      expect(signerOf(digest, signature)).to.equal(owner);
    });
  }

  it("any key's signature of any digest in any form is recovered as ethers recovers it", () => {
    for (let i = 0; i < 60; ++i) {
      const key = new SigningKey(bytes(32));
      const hash = bytes(32);
      const signature = key.sign(hash);
      const address = new Wallet(key).address;
      const parity = signature.yParity;
      const upper = concat([signature.r, toBeHex(N - BigInt(signature.s), 32), parity === 0 ? "0x1c" : "0x1b"]);
      for (const form of [signature.serialized, signature.compactSerialized, upper]) {
        expect(signerOf(hash, form)).to.equal(address);
        expect(normalSignature(form)).to.equal(signature.serialized);
      }
    }
  });

  it("of another key, another order, chain or clearinghouse is not handed on", async () => {
    const others = [
      stranger.signingKey.sign(digest).serialized,
      wallet.signingKey.sign(orderDigest({ ...order, size: size(5n) }, 1n, venue)).serialized,
      wallet.signingKey.sign(orderDigest(order, 2n, venue)).serialized,
      wallet.signingKey.sign(orderDigest(order, 1n, owner)).serialized,
      `0x${rs}${odd ? "1b" : "1c"}`, // of the other parity
      genuine.serialized.replace(/.{4}$/, "001b"),
    ];
    for (const signature of others) {
      for (const code of ["0x", undefined, ""]) {
        const failure = await failureOf(signOrder(order, answering(signature, code), 1n, venue));
        expect(failure).to.be.instanceOf(WrongSigner);
        expect((failure as WrongSigner).expected).to.equal(owner);
        expect((failure as WrongSigner).message).to.contain("choose that account in the wallet");
      }
    }
    const recovered = await failureOf(signOrder(order, answering(others[0]), 1n, venue));
    expect((recovered as WrongSigner).recovered).to.equal(stranger.address);
  });

  const malformed: unknown[] = [
    "0x",
    "",
    "0x00",
    rs,
    `0x${rs}`.slice(0, -2),
    `${genuine.serialized}00`,
    `0x${rs}02`,
    `0x${rs}1d`,
    `0x${rs}25`,
    `0x${"00".repeat(65)}`,
    `0x${"ff".repeat(65)}`,
    `0x${"ff".repeat(64)}1b`,
    `0x${rs.slice(0, 64)}${"0".repeat(64)}1b`,
    "hello",
    `0x${rs.slice(0, -1)}g1b`,
    null,
    undefined,
    1,
    {},
    [genuine.serialized],
    `0x0${rs}1b`,
  ].filter((signature) => signature !== rs);
  for (const signature of malformed) {
    it(`that is no signature is not handed on: ${String(signature).slice(0, 24)}`, async () => {
      expect(await failureOf(signOrder(order, answering(signature), 1n, venue))).to.be.instanceOf(BadSignature);
    });
  }

  it("of a contract wallet is handed on as it is: the chain checks it", async () => {
    for (const signature of [
      `0x${rs}1f`,
      stranger.signingKey.sign(digest).serialized,
      "0x1234",
      `0x${"ab".repeat(200)}`,
    ]) {
      const signed = await signOrder(order, answering(signature, "0x6000"), 1n, venue);
      expect(signed.signature).to.equal(signature);
      const told = await signOrder(order, answering(signature, undefined), 1n, venue, {
        codeAt: () => Promise.resolve("0x6000"),
      });
      expect(told.signature).to.equal(signature);
    }
  });

  it("of a contract wallet that is not deployed (ERC-6492) is handed on, and unwrapped once it is", async () => {
    const inner = "0x1234567890";
    const body = AbiCoder.defaultAbiCoder().encode(["address", "bytes", "bytes"], [venue, "0xabcd", inner]);
    const wrapped = concat([body, `0x${"6492".repeat(16)}`]) as Hex;
    expect((await signOrder(order, answering(wrapped), 1n, venue)).signature).to.equal(wrapped);
    expect((await signOrder(order, answering(wrapped, "0x6000"), 1n, venue)).signature).to.equal(inner);
    expect(unwrappedSignature(genuine.serialized as Hex)).to.equal(genuine.serialized);
    const cut = `${wrapped.slice(0, 2 + 64 * 5)}${"6492".repeat(16)}` as Hex;
    expect(() => unwrappedSignature(cut)).to.throw(BadSignature, "cut");
  });

  it("what is changed while the wallet is asked is not what is handed on", async () => {
    const mutable: { -readonly [K in keyof Order]: Order[K] } = { ...order };
    const slow = {
      getAddress: () => wallet.getAddress(),
      signTypedData: async (...parts: Parameters<Wallet["signTypedData"]>) => {
        const signature = await wallet.signTypedData(...parts);
        [mutable.limit, mutable.salt] = [price(mutable.limit + 1n), mutable.salt + 1n];
        return signature;
      },
    };
    const signed = await signOrder(mutable, slow as never, 1n, venue);
    expect(signed.order).to.deep.equal(order);
  });

  it("a signer without a proper address is refused", async () => {
    const wrong = owner.replace("0x1a", "0x1A");
    expect(await failureOf(signOrder(order, answering(genuine.serialized, "0x", wrong), 1n, venue))).to.be.instanceOf(
      OutOfRange,
    );
  });

  it("as JSON for eth_signTypedData_v4 is what MetaMask's own library hashes and signs alike", () => {
    const key = Buffer.from(wallet.privateKey.slice(2), "hex");
    const edges: Order[] = [
      order,
      orderOf(1n, 10n ** 24n, { use: USE.TAKER, reduceOnly: true, matcher: stranger.address as Address }),
    ];
    edges.push(orderOf(-(2n ** 72n) + 1n, 10n ** 6n, { expiry: 2n ** 40n - 1n, maxFee: 0n, salt: 2n ** 64n - 1n }));
    for (let i = 0; i < 40; ++i) {
      const more = {
        salt: uint(64),
        expiry: uint(40),
        maxFee: uint(24),
        matcher: bytes(20),
        use: random.pick(Object.values(USE)),
        trigger: price(random.chance(0.5) ? 10n ** 6n + uint(79) : 0n),
        triggerAbove: false,
      };
      edges.push(orderOf((1n + uint(71)) * (random.chance(0.5) ? 1n : -1n), 10n ** 6n + uint(79), more));
    }
    for (const [i, one] of edges.entries()) {
      const chainId = i % 2 === 0 ? 31_337n : 2n ** 64n + 1n;
      const text = JSON.stringify(typedOrderV4(one, chainId, venue));
      const data = JSON.parse(text) as never;
      const version = SignTypedDataVersion.V4;
      const expected = orderDigest(one, chainId, venue);
      expect(`0x${TypedDataUtils.eip712Hash(data, version).toString("hex")}`).to.equal(expected);
      const { domain, types, message } = typedOrder(one, chainId, venue);
      expect(TypedDataEncoder.hash(domain, types, message)).to.equal(expected);
      const signature = signTypedData({ privateKey: key, data, version });
      expect(recoverTypedSignature({ data, signature, version })).to.equal(owner.toLowerCase());
      expect(verifyTypedData(domain, types, message, signature)).to.equal(owner);
      expect(normalSignature(signature)).to.equal(signature);
    }
  });

  it("the JSON names all types and has numbers as decimal text", () => {
    const typed = typedOrderV4(order, 1n, venue);
    expect(typed.types.EIP712Domain.map(({ name }) => name)).to.deep.equal([
      "name",
      "version",
      "chainId",
      "verifyingContract",
    ]);
    expect(typed.domain).to.deep.equal({ name: "Novation", version: "1", chainId: "1", verifyingContract: venue });
    expect(typed.message.size).to.equal("-5");
    expect(typed.message.account).to.equal(String(order.account));
    expect(typed.message.use).to.equal("1");
    expect(typed.message.triggerAbove).to.equal(false);
    expect(typed.primaryType).to.equal("Order");
    typed.types.Order.pop();
    expect(typedOrderV4(order, 1n, venue).types.Order).to.have.length(12);
  });

  it("a browser's wallet (EIP-1193) is asked by eth_signTypedData_v4 and checked alike", async () => {
    const asked: unknown[] = [];
    const browser = (signs: Wallet) => ({
      address: owner,
      request: ({ method, params }: { method: string; params: unknown[] }) => {
        asked.push(method);
        if (method === "eth_getCode") return Promise.resolve("0x");
        expect([method, params[0]]).to.deep.equal(["eth_signTypedData_v4", owner]);
        const data = JSON.parse(params[1] as string) as never;
        const privateKey = Buffer.from(signs.privateKey.slice(2), "hex");
        return Promise.resolve(signTypedData({ privateKey, data, version: SignTypedDataVersion.V4 }));
      },
    });
    expect((await signOrder(order, browser(wallet), 1n, venue)).signature).to.equal(genuine.serialized);
    expect(asked).to.deep.equal(["eth_signTypedData_v4"]);
    expect(await failureOf(signOrder(order, browser(stranger), 1n, venue))).to.be.instanceOf(WrongSigner);
    expect(asked).to.deep.equal(["eth_signTypedData_v4", "eth_signTypedData_v4", "eth_getCode"]);
  });

  it("keccak256 of ethers and the SDK's own give one digest", () => {
    expect(orderDigest(order, 1n, venue, keccak256)).to.equal(digest);
  });
});
