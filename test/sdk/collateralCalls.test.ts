// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { decodeFunctionData, encodeFunctionData, type Abi } from "viem";
import { accountOf, type Address } from "../../sdk/order.js";
import { OutOfRange } from "../../sdk/range.js";
import * as calls from "../../sdk/viem/calls.js";
import { present } from "../../sdk/viem/present.js";

const VENUE = "0x1111111111111111111111111111111111111111" as Address;
const OWNER = "0x2222222222222222222222222222222222222222" as Address;
const MAX = 2n ** 256n - 1n;

/** What a contract would read of a call. */
function read(call: { address: Address; abi: unknown; functionName: string; args: readonly unknown[] }): unknown[] {
  const { functionName, args } = call;
  const abi = call.abi as Abi;
  const decoded = decodeFunctionData({ abi, data: encodeFunctionData({ abi, functionName, args }) });
  expect(decoded.functionName).to.equal(functionName);
  return [functionName, ...(decoded.args ?? [])];
}

describe("viem's calls for collateral and access", () => {
  const account = accountOf(OWNER, 2);
  const wish = { max: 7n, number: 3, to: OWNER, limit: 5n };

  it("say what was asked", () => {
    expect(read(calls.pledge(VENUE, 1, 2n, 3n))).to.deep.equal(["pledge", 1, 2n, 3n]);
    expect(read(calls.withdrawPledge(VENUE, 1, 2n, 3n, OWNER))).to.deep.equal(["withdrawPledge", 1, 2n, 3n, OWNER]);
    expect(read(calls.withdrawPledge(VENUE, 1, 2n, "all", OWNER))[3]).to.equal(MAX);
    expect(read(calls.offerPledges(VENUE, account))).to.deep.equal(["offerPledges", account]);
    expect(read(calls.exchangeWithLine(VENUE, account, 1n))).to.deep.equal(["exchangeWithLine", account, 1n]);
    expect(read(calls.recordCollateralPrice(VENUE, 8n))).to.deep.equal(["recordCollateralPrice", 8n]);
    expect(read(calls.buyPledge(VENUE, account, 1n, wish))).to.deep.equal([
      ...["buyPledge", account, 1n, 7n, 3, OWNER, 5n],
    ]);
    expect(read(calls.buyStock(VENUE, 1n, { ...wish, limit: "any" }))).to.deep.equal([
      ...["buyStock", 1n, 7n, 3, OWNER, 0n],
    ]);
  });

  it("refuse what no contract would take, before anything is sent", () => {
    const refused = (call: () => unknown, what: string) => expect(call, what).to.throw(OutOfRange);
    refused(() => calls.pledge(VENUE, -1, 1n, 1n), "number");
    refused(() => calls.pledge(VENUE, 0, 0n, 1n), "id");
    refused(() => calls.pledge(VENUE, 0, 1n, 0n), "units");
    refused(() => calls.pledge(VENUE, 0, 1n, MAX), "the maximum, which means all elsewhere");
    refused(() => calls.withdrawPledge(VENUE, 0, 1n, MAX, OWNER), "the maximum by accident");
    refused(() => calls.withdrawPledge(VENUE, 0, 1n, 1n, "0x12" as Address), "recipient");
    refused(() => calls.offerPledges(VENUE, (2n ** 192n) as never), "account");
    refused(() => calls.exchangeWithLine(VENUE, account, -1n), "id");
    refused(() => calls.recordCollateralPrice("0x" as Address, 1n), "clearinghouse");
    refused(() => calls.buyPledge(VENUE, account, 1n, { ...wish, limit: 0n }), "0, which means any price");
    refused(() => calls.buyPledge(VENUE, account, 1n, { ...wish, max: 0n }), "units");
    refused(() => calls.buyStock(VENUE, 1n, { ...wish, limit: -1n }), "limit");
    refused(() => calls.buyStock(VENUE, 1n, { ...wish, number: 2 ** 32 }), "number");
  });

  it("an attestation is presented as it was signed, and a broken one is not", () => {
    const attestation = { owner: OWNER, id: 4n, expiry: 1_900_000_000n };
    const made = present(VENUE, attestation, `0x${"ab".repeat(65)}`);
    expect(made.address).to.equal(VENUE);
    expect(read(made)).to.deep.equal([
      "present",
      { owner: OWNER, id: 4n, expiry: 1_900_000_000 },
      `0x${"ab".repeat(65)}`,
    ]);
    for (const signature of ["0x", "0xabc", "ab", "0xzz"] as `0x${string}`[]) {
      expect(() => present(VENUE, attestation, signature), signature).to.throw(OutOfRange);
    }
    expect(() => present(VENUE, { ...attestation, expiry: 2n ** 40n }, "0xab")).to.throw(OutOfRange);
  });
});
