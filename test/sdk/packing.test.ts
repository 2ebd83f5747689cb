// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { getAddress, hexlify, keccak256, toUtf8Bytes } from "ethers";
import { checkedOrder } from "../../sdk/checkOrder.js";
import { sharesDown, sizeDown, tearUp, NEW_FRAME } from "../../sdk/frame.js";
import { keccak256 as ownKeccak, keccakText } from "../../sdk/keccak.js";
import { exactRank, levelUp, rankOf, withGeneration, type NodeId } from "../../sdk/level.js";
import {
  NOBODY,
  USE,
  accountOf,
  buildOrder,
  groupIdOf,
  groupOf,
  indexOf,
  marketOf,
  numberOf,
  ownerOf,
  saltOf,
  typedOrder,
  type AccountId,
  type Address,
  type MarketId,
  type Order,
} from "../../sdk/order.js";
import { orderDigest, orderHash } from "../../sdk/orderHash.js";
import { OutOfRange } from "../../sdk/range.js";
import { SequenceTooHigh, highestSequence, laneOf, saltAt, sequenceAllowed, sequenceOf } from "../../sdk/salt.js";
import { packPosition, unpackPosition } from "../../sdk/state/position.js";
import { typedOrderV4 } from "../../sdk/typedOrderV4.js";
import { money, price, size } from "../../sdk/units.js";
import { Random } from "../differential/random.js";

/** What no whole number is, whatever its range. */
const NEVER: unknown[] = [
  1.5,
  NaN,
  Infinity,
  -Infinity,
  2 ** 53,
  -1,
  -1n,
  "1",
  "",
  "0x1",
  null,
  undefined,
  true,
  [],
  [1],
  {},
  new Number(1),
  Symbol.iterator,
];
const OWNER: Address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

describe("packed values take what fits, and nothing else", () => {
  const random = new Random(13);
  const bytes = (count: number): `0x${string}` =>
    hexlify(Uint8Array.from({ length: count }, () => random.whole(0, 255))) as `0x${string}`;
  /** Below 2^bits; often an edge. */
  const uint = (bits: number): bigint => {
    const max = (1n << BigInt(bits)) - 1n;
    const edges = [0n, 1n, max, max - 1n, max >> 1n];
    return random.chance(0.3) ? edges[random.whole(0, 4)]! : BigInt(bytes(32)) & max;
  };
  const int = (bits: number): bigint => BigInt.asIntN(bits, uint(bits));
  const address = (): Address => bytes(20) as Address;
  const many = (check: () => void): void => {
    for (let i = 0; i < 500; ++i) check();
  };

  function refuses(what: string, pack: () => unknown, value: unknown): void {
    let failure: unknown;
    try {
      const packed = pack();
      expect.fail(`${what} took ${String(value)} and made ${String(packed)}`);
    } catch (error) {
      failure = error;
    }
    expect(failure, `${what} of ${String(value)}`).to.be.instanceOf(OutOfRange);
    const refused = failure as OutOfRange;
    expect(refused.name).to.equal("OutOfRange");
    expect(Object.is(refused.value, value), String(refused.value)).to.equal(true);
    expect(refused.message).to.contain(refused.what).and.to.contain(refused.allowed);
  }

  /** Everything outside of `bits` bits, and everything that is no bigint. */
  function refusesAllBut(bits: number, what: string, pack: (value: never) => unknown): void {
    const max = 1n << BigInt(bits);
    const outside = [-1n, -max, max, max + 1n, max * 2n, 1n << 256n, -(1n << 256n), 0, 1, -1, ...NEVER];
    for (const value of outside) refuses(what, () => pack(value as never), value);
    many(() => {
      const beyond = max + uint(bits);
      refuses(what, () => pack(beyond as never), beyond);
      const below = -1n - uint(bits);
      refuses(what, () => pack(below as never), below);
    });
  }

  it("accounts: owner and number come out as they went in", () => {
    many(() => {
      const [owner, number] = [address(), Number(uint(32))];
      const id = accountOf(random.chance(0.5) ? owner : (getAddress(owner) as Address), number);
      expect([ownerOf(id), numberOf(id)]).to.deep.equal([owner, number]);
      expect(accountOf(owner, BigInt(number))).to.equal(id);
      expect(id < 1n << 192n).to.equal(true);
    });
    for (const number of [2 ** 32, 2 ** 32 + 1, 2n ** 32n, -1, -0.5, ...NEVER]) {
      refuses("account number", () => accountOf(OWNER, number as number), number);
    }
    refusesAllBut(192, "ownerOf", ownerOf);
    refusesAllBut(192, "numberOf", numberOf);
  });

  it("addresses: 20 bytes in hex, and a checksum that holds", () => {
    const lower = OWNER.toLowerCase();
    expect(accountOf(lower as Address, 0)).to.equal(accountOf(OWNER, 0));
    expect(accountOf(`0x${lower.slice(2).toUpperCase()}`, 0)).to.equal(accountOf(OWNER, 0));
    const wrong: unknown[] = [
      lower.slice(0, -1),
      lower.slice(0, -2),
      `${lower}0`,
      `${lower}00`,
      lower.slice(2),
      lower.toUpperCase(),
      "0x",
      "0x0",
      "",
      ` ${lower}`,
      `${lower}\n`,
      `${lower.slice(0, -1)}g`,
      `0x0x${lower.slice(4)}`,
      `-${lower}`,
      "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
      "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
      "vitalik.eth",
      "XE7338O073KYGTWWZN0F2WZ0R8PX5ZPPZS",
      0,
      1n,
      BigInt(lower),
      null,
      undefined,
      {},
      [lower],
    ];
    for (const value of wrong) refuses("address", () => accountOf(value as Address, 0), value);
    many(() => {
      const good = getAddress(address());
      const letters = [...good].flatMap((digit, i) => (i > 1 && /[a-f]/i.test(digit) ? [i] : []));
      const at = letters[random.whole(0, letters.length - 1)]!;
      const other = good[at]! === good[at]!.toLowerCase() ? good[at]!.toUpperCase() : good[at]!.toLowerCase();
      const bad = `${good.slice(0, at)}${other}${good.slice(at + 1)}`;
      if (/^0x([^a-f]*|[^A-F]*)$/.test(bad)) return; // of one case: no checksum
      refuses("checksum", () => accountOf(bad as Address, 0), bad);
    });
  });

  it("markets and groups: group and index come out as they went in", () => {
    many(() => {
      const [group, index] = [Number(uint(30)), Number(uint(2))];
      const id = marketOf(group, index);
      expect([groupOf(id), indexOf(id)]).to.deep.equal([BigInt(group), index]);
      expect([marketOf(BigInt(group), BigInt(index)), groupIdOf(group)]).to.deep.equal([id, BigInt(group)]);
    });
    for (const index of [4, 4n, 5, 8, ...NEVER]) refuses("index", () => marketOf(1, index as number), index);
    for (const group of [2 ** 30, 2n ** 30n, 2 ** 32, ...NEVER]) {
      refuses("group", () => marketOf(group as number, 0), group);
      refuses("groupIdOf", () => groupIdOf(group as number), group);
    }
    refusesAllBut(32, "groupOf", groupOf);
    refusesAllBut(32, "indexOf", indexOf);
  });

  it("salts: sequence and lane come out as they went in", () => {
    many(() => {
      const [sequence, lane] = [uint(48), uint(16)];
      const salt = saltOf(sequence, lane);
      expect([sequenceOf(salt), laneOf(salt)]).to.deep.equal([sequence, lane]);
      expect(salt < 1n << 64n).to.equal(true);
    });
    refusesAllBut(48, "sequence", (sequence) => saltOf(sequence, 0n));
    refusesAllBut(16, "lane", (lane) => saltOf(0n, lane));
    refusesAllBut(64, "sequenceOf", sequenceOf);
    refusesAllBut(64, "laneOf", laneOf);
  });

  it("sequences are milliseconds: seconds and far futures are refused", () => {
    expect(saltAt(1_700_000_000_123, 5n)).to.equal((1_700_000_000_123n << 16n) | 5n);
    expect(saltAt(1_700_000_000_123n)).to.equal(1_700_000_000_123n << 16n);
    for (const value of [1_700_000_000, 1_700_000_000n, 2n ** 48n, 1.7e12 + 0.5, 1.7e18, ...NEVER]) {
      refuses("saltAt", () => saltAt(value as number), value);
    }
    const now = 1_700_000_000n;
    expect(highestSequence(now)).to.equal(1_700_003_600_000n);
    for (const sequence of [0n, 1n, 1_700_003_600_000n]) expect(sequenceAllowed(sequence, now)).to.equal(sequence);
    expect(() => sequenceAllowed(1_700_003_600_001n, now)).to.throw(SequenceTooHigh, "count from milliseconds");
    expect(() => sequenceAllowed(2n ** 48n - 1n, now)).to.throw(SequenceTooHigh);
    refuses("sequenceAllowed", () => sequenceAllowed(2n ** 48n, now), 2n ** 48n);
    refuses("highestSequence", () => highestSequence(1_700_000_000_000n), 1_700_000_000_000n); // milliseconds
  });

  it("nodes: rank and generation come out as they went in, and a level's id has 48 bits", () => {
    many(() => {
      const [level, generation] = [((uint(7) << 40n) | (uint(24) << 16n)) as NodeId, uint(16)];
      const node = withGeneration(level, generation);
      expect([node >> 16n, node & 0xffffn, rankOf(node)]).to.deep.equal([level >> 16n, generation, rankOf(level)]);
      const rank = price(int(200));
      const mark = price(1n + uint(200));
      const made = levelUp(rank, mark);
      expect(made.level < 1n << 48n && made.level > 0n && made.residue < 1n << 24n).to.equal(true);
      expect(exactRank(made.level, made.residue) >= rank).to.equal(true);
    });
    refusesAllBut(48, "rankOf", rankOf);
    refusesAllBut(48, "withGeneration", (node) => withGeneration(node, 0n));
    refusesAllBut(16, "generation", (generation) => withGeneration(1n as NodeId, generation));
    refusesAllBut(24, "residue", (residue) => exactRank(1n as NodeId, residue));
    for (const mark of [0n, -1n, 2n ** 255n, 1, undefined]) {
      refuses("mark", () => levelUp(price(0n), mark as never), mark);
    }
    for (const rank of [2n ** 255n, 5, undefined]) refuses("rank", () => levelUp(rank as never, price(1n)), rank);
  });

  it("positions: what is packed comes out, and no member reaches another's bits", () => {
    many(() => {
      const position = {
        shares: int(88),
        offset: money(int(96)),
        residue: uint(24),
        node: uint(48) as NodeId,
      };
      const word = packPosition(position);
      if (word !== 0n) expect(unpackPosition(word)).to.deep.equal(position);
    });
    const one = { shares: 1n, offset: money(1n), residue: 1n, node: 1n as NodeId };
    for (const [member, bits] of [
      ["residue", 24],
      ["node", 48],
    ] as const) {
      refusesAllBut(bits, member, (value) => packPosition({ ...one, [member]: value }));
    }
    for (const [member, bits] of [
      ["shares", 88n],
      ["offset", 96n],
    ] as const) {
      for (const value of [1n << (bits - 1n), -(1n << (bits - 1n)) - 1n, 1, undefined]) {
        refuses(member, () => packPosition({ ...one, [member]: value as never }), value);
      }
    }
    refusesAllBut(256, "unpackPosition", unpackPosition);
  });

  it("quantities are bigint that an int256 holds", () => {
    for (const unit of [money, size, price]) {
      many(() => {
        const value = int(256);
        expect(unit(value)).to.equal(value);
      });
      for (const value of [2n ** 255n, -(2n ** 255n) - 1n, 60000.1 * 1e18, 1, "1", undefined, null]) {
        refuses("unit", () => unit(value as bigint), value);
      }
    }
  });

  it("frames: sizes of nodes are magnitudes, and no more is torn up than there is", () => {
    refusesAllBut(96, "sizeDown", (shares) => sizeDown(NEW_FRAME, shares));
    refusesAllBut(96, "sharesDown", (magnitude) => sharesDown(NEW_FRAME, magnitude));
    refuses("tearUp", () => tearUp(NEW_FRAME, 10n, size(11n), price(1n), true), 11n);
    refuses("tearUp", () => tearUp(NEW_FRAME, 10n, size(-1n), price(1n), true), -1n);
    refuses("sharesDown", () => sharesDown({ remaining: 0n, proceeds: 0n }, size(1n)), 0n);
  });

  const order = buildOrder({
    account: accountOf(OWNER, 7),
    market: marketOf(3, 2),
    size: size(-5n),
    limit: price(10n ** 18n),
    salt: saltOf(9n, 4n),
    expiry: 2_000_000_000n,
    use: USE.MAKER,
  });
  const encoders: Record<string, (one: Order) => unknown> = {
    buildOrder,
    checkedOrder,
    orderHash: (one) => orderHash(one),
    orderDigest: (one) => orderDigest(one, 1n, OWNER),
    typedOrder: (one) => typedOrder(one, 1n, OWNER),
    typedOrderV4: (one) => typedOrderV4(one, 1n, OWNER),
  };

  for (const [name, encode] of Object.entries(encoders)) {
    it(`orders: ${name} refuses each member that its type does not hold`, () => {
      const uints = { account: 192, market: 32, salt: 64, expiry: 40, maxFee: 24 } as const;
      for (const [member, bits] of Object.entries(uints)) {
        for (const value of [-1n, 1n << BigInt(bits), 1, "1", undefined, null]) {
          refuses(`${name} ${member}`, () => encode({ ...order, [member]: value } as Order), value);
        }
      }
      for (const value of [-1n, 3n, 1, "1", true, undefined, null]) {
        refuses(`${name} use`, () => encode({ ...order, use: value } as Order), value);
      }
      for (const member of ["size", "limit", "trigger"]) {
        for (const value of [1n << 255n, -(1n << 255n) - 1n, 1, "1", undefined]) {
          refuses(`${name} ${member}`, () => encode({ ...order, [member]: value } as Order), value);
        }
      }
      for (const member of ["reduceOnly", "triggerAbove"]) {
        for (const value of [0, 1, "true", "", 1n, undefined, null]) {
          refuses(`${name} ${member}`, () => encode({ ...order, [member]: value } as Order), value);
        }
      }
      for (const value of ["0x", OWNER.slice(0, -1), OWNER.replace("5aA", "5aa"), 0n, undefined]) {
        refuses(`${name} matcher`, () => encode({ ...order, matcher: value } as Order), value);
      }
    });
  }

  it("orders: buildOrder refuses what the clearinghouse would call OrderOutOfRange", () => {
    const max = 2n ** 72n - 1n;
    for (const value of [max, -max, 1n, -1n]) expect(buildOrder({ ...order, size: size(value) }).size).to.equal(value);
    for (const value of [0n, max + 1n, -max - 1n])
      refuses("size", () => buildOrder({ ...order, size: size(value) }), value);
    for (const value of [10n ** 6n, 10n ** 24n])
      expect(buildOrder({ ...order, limit: price(value) }).limit).to.equal(value);
    for (const value of [0n, -1n, 10n ** 6n - 1n, 10n ** 24n + 1n]) {
      refuses("limit", () => buildOrder({ ...order, limit: price(value) }), value);
    }
    for (const value of [0n, 10n ** 6n, 10n ** 24n])
      expect(buildOrder({ ...order, trigger: price(value) }).trigger).to.equal(value);
    for (const value of [-1n, 10n ** 6n - 1n, 10n ** 24n + 1n]) {
      refuses("trigger", () => buildOrder({ ...order, trigger: price(value) }), value);
    }
    refuses("triggerAbove", () => buildOrder({ ...order, triggerAbove: true }), true);
    expect(buildOrder({ ...order, trigger: price(10n ** 18n), triggerAbove: true }).triggerAbove).to.equal(true);
    const strange = buildOrder({ ...order, more: 1 } as never);
    expect(Object.keys(strange)).to.have.length(12);
    expect(strange.matcher).to.equal(NOBODY);
  });

  it("the domain: chain id and clearinghouse are checked like members", () => {
    for (const value of [-1n, 1n << 256n, 1, "1", undefined]) {
      refuses("chainId", () => orderDigest(order, value as bigint, OWNER), value);
    }
    for (const value of ["0x1", OWNER.replace("5aA", "5aa"), undefined]) {
      refuses("clearinghouse", () => typedOrder(order, 1n, value as Address), value);
    }
  });

  it("the SDK's own keccak-256 is everybody's", () => {
    for (let length = 0; length < 300; ++length) {
      const data = bytes(length);
      expect(ownKeccak(data)).to.equal(keccak256(data));
    }
    expect(keccakText("Transfer(address,address,uint256)")).to.equal(
      keccak256(toUtf8Bytes("Transfer(address,address,uint256)")),
    );
    expect(() => ownKeccak("0x1")).to.throw(TypeError);
  });

  it("an id that a helper made is never anybody else's", () => {
    const ids = new Set<bigint>();
    for (let number = 0; number < 1_000; ++number) ids.add(accountOf(OWNER, number));
    expect([...ids].every((id) => ownerOf(id as AccountId) === OWNER.toLowerCase())).to.equal(true);
    const markets = [0, 1, 2, 3].map((index) => marketOf(1, index));
    expect(markets.map((id) => groupOf(id as MarketId))).to.deep.equal([1n, 1n, 1n, 1n]);
  });
});
