// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Wallet, hexlify } from "ethers";
import { NOBODY, USE, accountOf, type Address, type MarketId, type Order } from "../../sdk/order.js";
import { orderDigest } from "../../sdk/orderHash.js";
import {
  OtherMarket,
  packBatch,
  packMaker,
  packMakers,
  unpackBatch,
  unpackMakers,
  type MatchWish,
} from "../../sdk/packing/batch.js";
import { Malformed } from "../../sdk/packing/bytes.js";
import { packOrder, unpackOrder, type Packable, type Unpacked } from "../../sdk/packing/order.js";
import { OutOfRange } from "../../sdk/range.js";
import { BadSignature, compactSignature, normalSignature } from "../../sdk/signature.js";
import { price, size } from "../../sdk/units.js";
import { Random } from "../differential/random.js";

const VENUE: Address = "0x00000000000000000000000000000000000000ff";

describe("packed orders", () => {
  const random = new Random(1998);
  const wallet = new Wallet(`0x${"01".repeat(32)}`);
  const bytes = (count: number): `0x${string}` =>
    hexlify(Uint8Array.from({ length: count }, () => random.whole(0, 255))) as `0x${string}`;
  /** Below 2^bits; often an edge. */
  const uint = (bits: number): bigint => {
    const max = (1n << BigInt(bits)) - 1n;
    return random.chance(0.3) ? random.pick([0n, 1n, max, max - 1n]) : BigInt(bytes(32)) & max;
  };

  function randomOrder(market = uint(32) as MarketId): Order {
    const trigger = random.chance(0.5) ? price(uint(88)) : price(0n);
    return {
      account: accountOf(bytes(20), uint(32)),
      market,
      size: size(random.chance(0.5) ? uint(72) : -uint(72)),
      limit: price(uint(88)),
      salt: uint(64),
      expiry: uint(40),
      use: random.pick(Object.values(USE)),
      reduceOnly: random.chance(0.5),
      maxFee: uint(24),
      matcher: random.chance(0.5) ? bytes(20) : NOBODY,
      trigger,
      triggerAbove: trigger !== 0n && random.chance(0.5),
    };
  }

  function randomSigned(market?: MarketId): Packable {
    const order = randomOrder(market);
    if (random.chance(0.3)) {
      return { order, signer: bytes(20), signature: bytes(random.whole(0, 200)), byContract: true };
    }
    const signature = wallet.signingKey.sign(orderDigest(order, 1n, VENUE)).serialized;
    return { order, signer: wallet.address, signature };
  }

  /** What can be read out of the packed form of it. */
  function readable({ order, signer, signature, byContract = false }: Packable): Unpacked {
    return byContract
      ? { order, signature: signature as `0x${string}`, byContract, signer: signer as Address }
      : { order, signature: normalSignature(signature), byContract };
  }

  const failureOf = (attempt: () => unknown): unknown => {
    try {
      attempt();
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it("are read as they were packed, and packed as they were read", () => {
    for (let i = 0; i < 300; ++i) {
      const signed = randomSigned();
      const packed = packOrder(signed);
      const read = unpackOrder(packed, signed.order.market);
      expect(read).to.deep.equal(readable(signed));
      expect(packOrder({ signer: wallet.address, ...read })).to.equal(packed);
    }
  });

  it("of batches too, with what may be left out", () => {
    for (let i = 0; i < 40; ++i) {
      const matches = Array.from({ length: random.whole(0, 4) }, (): MatchWish => {
        const taker = randomSigned();
        const fills = Array.from({ length: random.whole(0, 4) }, () => ({
          maker: randomSigned(taker.order.market),
          size: random.chance(0.5) ? undefined : size(uint(71) + 1n),
          hint: uint(48) as never,
        }));
        return { taker, hint: uint(48) as never, fills };
      });
      const strict = random.chance(0.5);
      const packed = packBatch({ strict, matches });
      const read = unpackBatch(packed);
      expect(read).to.deep.equal({
        strict,
        matches: matches.map(({ taker, hint, fills }) => ({
          taker: readable(taker),
          hint,
          fills: fills.map((fill) => ({ ...fill, maker: readable(fill.maker) })),
        })),
      });
    }
    const fills = [{ maker: randomSigned(7n as MarketId) }, { maker: randomSigned(7n as MarketId), size: size(5n) }];
    const read = unpackMakers(packMakers(fills), 7n as MarketId);
    expect(read.map(({ size: max, hint }) => [max, hint])).to.deep.equal([
      [undefined, 0n],
      [5n, 0n],
    ]);
    expect(`0x01${packMaker({ ...fills[0]!, size: size(9n) }).slice(2)}`).to.equal(
      packMakers([{ ...fills[0]!, size: size(9n) }]),
    );
  });

  it("stand where the contracts read them", () => {
    const order: Order = {
      account: accountOf("0x1111111111111111111111111111111111111111", 2),
      market: 0x33333333n as MarketId,
      size: size(-4n),
      limit: price(5n),
      salt: 6n,
      expiry: 7n,
      use: USE.EITHER,
      reduceOnly: true,
      maxFee: 8n,
      matcher: "0x9999999999999999999999999999999999999999",
      trigger: price(10n),
      triggerAbove: true,
    };
    const signed = {
      order,
      signer: "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      signature: "0xbbcc",
      byContract: true,
    };
    const packed = [
      "111111111111111111111111111111111111111100000002", // account
      "0000000000000006", // salt
      "000000000000000004", // size
      "0000000000000000000005", // limit
      "0000000007", // expiry
      "000008", // maxFee
      "fd", // sells, either, reduceOnly, matcher, trigger, above, contract
      "9999999999999999999999999999999999999999",
      "000000000000000000000a",
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "0002bbcc", // 2 bytes
    ].join("");
    expect(packOrder(signed)).to.equal(`0x${packed}`);
    const matches = [{ taker: signed, hint: 0xcn as never, fills: [{ maker: signed, size: size(13n) }] }];
    const maker = `00000000000000000d000000000000${packed}`;
    expect(packBatch({ strict: true, matches })).to.equal(`0x01333333330100000000000c${packed}${maker}`);
    expect(packMakers(matches[0]!.fills)).to.equal(`0x01${maker}`);
  });

  it("take a key's signature in each form that wallets give, in 64 bytes", () => {
    const order = randomOrder();
    const genuine = wallet.signingKey.sign(orderDigest(order, 1n, VENUE));
    const odd = genuine.yParity === 1;
    const forms = [
      genuine.serialized,
      genuine.compactSerialized,
      `${genuine.serialized.slice(0, -2)}${odd ? "01" : "00"}`,
    ];
    for (const signature of forms) {
      expect(compactSignature(signature)).to.equal(genuine.compactSerialized);
      const packed = packOrder({ order, signer: wallet.address, signature });
      expect(packed.endsWith(genuine.compactSerialized.slice(2))).to.equal(true);
    }
    expect(failureOf(() => packOrder({ order, signer: wallet.address, signature: "0x1234" }))).to.be.instanceOf(
      BadSignature,
    );
  });

  it("refuse what the form has no room for", () => {
    const good = randomSigned(4n as MarketId);
    const bad: Partial<Order>[] = [
      { size: size(2n ** 72n) },
      { size: size(-(2n ** 72n)) },
      { limit: price(2n ** 88n) },
      { limit: price(-1n) },
      { trigger: price(2n ** 88n) },
      { trigger: price(-1n) },
      { trigger: price(0n), triggerAbove: true },
      { use: 3n as never },
      { salt: 2n ** 64n },
      { matcher: "0x12" },
    ];
    for (const change of bad) {
      const attempt = () => packOrder({ ...good, order: { ...good.order, ...change } });
      expect(failureOf(attempt), Object.keys(change).join()).to.be.instanceOf(OutOfRange);
    }
    const long = { ...good, signer: wallet.address, byContract: true, signature: `0x${"00".repeat(2 ** 16)}` };
    expect(failureOf(() => packOrder(long))).to.be.instanceOf(OutOfRange);
    for (const max of [0n, -1n, 2n ** 72n]) {
      expect(
        failureOf(() => packMakers([{ maker: good, size: size(max) }])),
        `${max}`,
      ).to.be.instanceOf(OutOfRange);
    }
    const many = Array.from({ length: 256 }, () => ({ maker: good }));
    expect(failureOf(() => packMakers(many))).to.be.instanceOf(OutOfRange);
    const elsewhere = { ...good, order: { ...good.order, market: 5n as MarketId } };
    expect(failureOf(() => packMakers([{ maker: good }, { maker: elsewhere }]))).to.be.instanceOf(OtherMarket);
    const matches = [{ taker: good, fills: [{ maker: elsewhere }] }];
    expect(failureOf(() => packBatch({ strict: false, matches }))).to.be.instanceOf(OtherMarket);
  });

  it("are malformed when they are cut, too long, or say what no order says", () => {
    const [taker, maker] = [randomSigned(4n as MarketId), randomSigned(4n as MarketId)];
    const packed = packBatch({ strict: true, matches: [{ taker, fills: [{ maker }] }] });
    for (let cut = 4; cut < packed.length - 1; cut += 2) {
      if (cut === 4) continue; // a batch without a match
      expect(
        failureOf(() => unpackBatch(packed.slice(0, cut))),
        `${cut}`,
      ).to.be.instanceOf(Malformed);
    }
    expect(failureOf(() => unpackBatch(`${packed}00`))).to.be.instanceOf(Malformed);
    expect(failureOf(() => unpackBatch(`0x02${packed.slice(4)}`))).to.be.instanceOf(Malformed);
    expect(failureOf(() => unpackBatch("settle"))).to.be.instanceOf(Malformed);
    const plain: Packable = {
      ...taker,
      order: { ...taker.order, matcher: NOBODY, trigger: price(0n), triggerAbove: false },
    };
    const one = packOrder({ ...plain, signer: wallet.address, byContract: true, signature: "0x" });
    const flagged = (flags: string, more = "") => `${one.slice(0, 122)}${flags}${more}${one.slice(124)}`;
    const zeros = (count: number) => "00".repeat(count);
    for (const form of [flagged("86"), flagged("c0"), flagged("90", zeros(20)), flagged("a0", zeros(11))]) {
      expect(
        failureOf(() => unpackOrder(form, 4n as MarketId)),
        form,
      ).to.be.instanceOf(Malformed);
    }
    const nobodys = `${one.slice(0, -44)}${zeros(22)}`;
    expect(failureOf(() => unpackOrder(nobodys, 4n as MarketId))).to.be.instanceOf(Malformed);
  });
});
