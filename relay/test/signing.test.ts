// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Wallet, keccak256 } from "ethers";
import { recover } from "tiny-secp256k1";
import { curve, recoverKey } from "../order/curve.js";
import { keyOf, recoverAddress } from "../order/signing.js";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe("signatures", () => {
  const secret = `0x${"5a".repeat(32)}` as const;
  const wallet = new Wallet(secret);
  const digests = Array.from({ length: 50 }, (_, index) => keccak256(new Uint8Array([index])) as `0x${string}`);

  it("are recovered as ethers does, in both forms, by the addon and by WebAssembly alike", () => {
    for (const digest of digests) {
      const { serialized, compactSerialized } = wallet.signingKey.sign(digest);
      expect(keyOf(secret).sign(digest)).to.equal(serialized);
      for (const each of [serialized, compactSerialized]) {
        expect(recoverAddress(digest, each as `0x${string}`)).to.equal(wallet.address.toLowerCase());
      }
      const [bytes, message] = [Buffer.from(serialized.slice(2), "hex"), Buffer.from(digest.slice(2), "hex")];
      const [compact, odd] = [bytes.subarray(0, 64), bytes[64] === 28 ? 1 : 0] as const;
      expect(Buffer.from(recoverKey(message, compact, odd)!)).to.deep.equal(
        Buffer.from(recover(message, compact, odd, false)!),
      );
    }
    expect(curve).to.be.oneOf(["native", "WebAssembly"]);
  });

  it("that the contracts refuse are refused: the other s, another v, zeros, too short", () => {
    const [digest] = digests as [`0x${string}`];
    const { r, s, v } = wallet.signingKey.sign(digest);
    const other = `0x${(ORDER - BigInt(s)).toString(16).padStart(64, "0")}`;
    const flipped = `${r}${other.slice(2)}${v === 27 ? "1c" : "1b"}` as `0x${string}`;
    expect(
      recover(Buffer.from(digest.slice(2), "hex"), Buffer.from(flipped.slice(2, 130), "hex"), v === 27 ? 1 : 0, false),
    ).to.not.equal(null);
    for (const bad of [flipped, `${r}${s.slice(2)}00`, `0x${"00".repeat(65)}`, `0x${"ff".repeat(65)}`, "0x", r]) {
      expect(recoverAddress(digest, bad as `0x${string}`), bad).to.equal(undefined);
    }
  });
});
