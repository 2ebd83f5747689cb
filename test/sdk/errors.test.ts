// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { type ErrorFragment, Interface, id } from "ethers";
import { artifacts } from "hardhat";
import { ERROR_SIGNATURES, decodeError, errorTable } from "../../sdk/errors.js";
import { reasonOf } from "../../chain/send/refusal.js";
import { explained } from "../../sdk/client/Refused.js";
import { accountOf } from "../../sdk/order.js";

/** Contracts whose errors never reach who calls a deployment: stand-ins for tests. */
const OF_TESTS = /\/mocks\/|^test\/|\.t\.sol/;

describe("errors", () => {
  const table = errorTable(id);
  const declared = (types: Interface) =>
    types.fragments
      .filter((fragment) => fragment.type === "error")
      .map((fragment) => fragment.format("full").replace(/^error /, ""));

  it("every custom error of every contract has a sentence, and no sentence is left over", async () => {
    const names = [...(await artifacts.getAllFullyQualifiedNames())].filter((name) => !OF_TESTS.test(name));
    const found = new Set<string>();
    for (const name of names) {
      if (!name.startsWith("contracts/")) continue;
      const { abi } = await artifacts.readArtifact(name);
      for (const signature of declared(new Interface(abi))) found.add(signature);
    }
    expect(found.size).to.be.greaterThan(90);
    const told = new Set(ERROR_SIGNATURES);
    expect(
      [...found].filter((signature) => !told.has(signature)),
      "without a sentence",
    ).to.deep.equal([]);
    const solidity = ["Error(string message)", "Panic(uint256 code)"];
    expect(
      ERROR_SIGNATURES.filter((signature) => !found.has(signature) && !solidity.includes(signature)),
      "of no contract",
    ).to.deep.equal([]);
  });

  it("has the same selectors without a chain library", () => {
    expect([...errorTable().keys()]).to.deep.equal([...table.keys()]);
    expect(table.size).to.be.greaterThan(90);
  });

  it("each is decoded by its selector into a sentence that ends, whatever its arguments", () => {
    for (const signature of ERROR_SIGNATURES) {
      const types = new Interface([`error ${signature}`]);
      const fragment = types.fragments[0] as ErrorFragment;
      for (const value of [0n, 1n, 2n ** 24n - 1n]) {
        const args = fragment.inputs.map(({ type, name }) => valueFor(type, name, value));
        const decoded = decodeError(table, types.encodeErrorResult(fragment, args))!;
        expect(decoded.name).to.equal(fragment.name);
        expect(decoded.sentence, signature)
          .to.match(/^[A-Z0-9"].{15,}\.$/)
          .and.not.match(/undefined|NaN|\[object/);
        fragment.inputs.forEach(({ name, type }, i) => {
          if (/^u?int/.test(type)) expect(decoded.args[name]).to.equal(args[i]);
        });
      }
    }
  });

  it("what is cut short, made up or no text is no error of the contracts, and hides nothing", () => {
    const word = (value: bigint) => value.toString(16).padStart(64, "0");
    for (const signature of ERROR_SIGNATURES) {
      const types = new Interface([`error ${signature}`]);
      const fragment = types.fragments[0] as ErrorFragment;
      if (fragment.inputs.length === 0) continue;
      for (const tail of ["", "0", "00".repeat(31), "zz".repeat(32 * 8)]) {
        expect(decodeError(table, `${fragment.selector}${tail}`), signature + tail).to.equal(undefined);
      }
    }
    for (const made of ["ff".repeat(32), word(32n), word(32n) + "ff".repeat(32), word(32n) + word(33n) + word(0n)]) {
      expect(decodeError(table, `0x08c379a0${made}`), made).to.equal(undefined);
    }
    for (const odd of [undefined, null, 7, {}, "", "0x", "0x08c379a0"]) {
      expect(decodeError(table, odd as string), String(odd)).to.equal(undefined);
    }
    const failure = Object.assign(new Error("what the node said"), { data: `0x08c379a0${"ff".repeat(32)}` });
    expect(explained(failure)).to.equal(failure);
    expect(reasonOf(failure)).to.equal("what the node said");
  });

  it("tells amounts, accounts and times as people write them", () => {
    const account = accountOf("0x00000000000000000000000000000000000000ff", 7);
    const types = new Interface([
      "error InsufficientMargin(uint192 account, int256 equity, int256 required)",
      "error OrderExpired(uint40 expiry)",
    ]);
    const margin = types.encodeErrorResult("InsufficientMargin", [account, -1_234_500_000_000n, 10n ** 18n + 1n]);
    expect(decodeError(table, margin)!.sentence).to.equal(
      "Account 7 of 0x00000000000000000000000000000000000000ff would have -1,234.5 quote and needs " +
        "1,000,000,000.000000001 quote. Deposit, or trade less.",
    );
    expect(decodeError(table, types.encodeErrorResult("OrderExpired", [1_700_000_000n]))!.sentence).to.equal(
      "The order expired at 2023-11-14T22:13:20Z. Sign a new one.",
    );
  });

  it("leaves data of others alone", () => {
    expect(decodeError(table, "0x")).to.equal(undefined);
    expect(decodeError(table, "0x12345678")).to.equal(undefined);
  });

  it("leaves data alone that was cut short on its way", () => {
    const types = new Interface(ERROR_SIGNATURES.map((signature) => `error ${signature}`));
    const whole = types.encodeErrorResult("OrderExpired", [1_700_000_000n]);
    for (const length of [10, 11, 12, whole.length - 1])
      expect(decodeError(table, whole.slice(0, length))).to.equal(undefined);
  });
});

function valueFor(type: string, name: string, value: bigint): unknown {
  if (type === "address") return `0x${value.toString(16).padStart(40, "0")}`;
  if (type === "bool") return value === 1n;
  if (type === "string") return "text";
  if (type === "bytes32") return `0x${Buffer.from(name).toString("hex").padEnd(64, "0")}`;
  if (type === "bytes4") return `0x${value.toString(16).padStart(8, "0")}`;
  return type === "uint8" ? value % 4n : value;
}
