// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Address } from "../../sdk/range.js";
import { DescriptionMisread, ExpiresBeforeItCanRun } from "../errors.js";
import type { Step } from "../plan/steps.js";
import type { Operation } from "../plan/Operation.js";
import { htmlOf } from "../report/html.js";
import { markdownOf } from "../report/markdown.js";
import type { Page } from "../report/Page.js";
import { governorProposal, requireInTime } from "../write/governor.js";
import { checksumOf, safeBatch } from "../write/safe.js";

const AT = `0x${"ab".repeat(20)}` as Address;
const step = (expiresAfter?: bigint): Step => ({
  ...{ kind: "execute", caller: AT, role: "RISK", at: 60n },
  operations: [{ title: "BTC: parameters", expiresAfter } as Operation],
  calls: [{ title: "BTC: parameters", data: "0x1234" }],
});

describe("a Safe's file", () => {
  // The file and the sum of the builder's own test (safe-react-apps, checksum.test.js). Its first versions had
  // another sum.
  const to = "0x49d4450977E2c95362C13D3a31a09311E0Ea26A6";
  const input = (type: string, name: string) => ({ internalType: type, name, type });
  const known = {
    version: "1.0",
    chainId: "4",
    createdAt: 1646321521061,
    meta: {
      name: "test batch file",
      txBuilderVersion: "1.4.0",
      checksum: "",
      createdFromSafeAddress: "0xDF8a1Ce35c9a6ACE153B4e0767942f1E2291a1Aa",
      createdFromOwnerAddress: to,
    },
    transactions: [
      {
        ...{ to, value: "0" },
        contractMethod: { inputs: [input("address", "paramAddress")], name: "testAddress", payable: false },
        contractInputsValues: { paramAddress: to },
      },
      {
        ...{ to, value: "0" },
        contractMethod: { inputs: [input("bool", "paramBool")], name: "testBool", payable: false },
        contractInputsValues: { paramAddress: "", paramBool: "false" },
      },
      {
        ...{ to, value: "2000000000000000000" },
        data: "0x42f4579000000000000000000000000049d4450977e2c95362c13d3a31a09311e0ea26a6",
      },
    ],
  };

  it("has the checksum that the builder computes", () => {
    assert.equal(checksumOf(known), "0x4ecbfd364aa6759983915644e73f8bd411e85a2dc306f252a387c2728c4db64c");
    const otherChain = { ...known, chainId: "1" };
    const renamed = { ...known, meta: { ...known.meta, name: "another" } };
    assert.equal(checksumOf(renamed), checksumOf(known));
    assert.notEqual(checksumOf(otherChain), checksumOf(known));
  });

  it("is of one chain and one Safe, and its sum is over all but itself", () => {
    const batch = safeBatch(step(), AT, 10n, "name", 7);
    assert.equal(batch.chainId, "10");
    assert.equal(batch.meta.createdFromSafeAddress, AT);
    const { checksum, ...meta } = batch.meta;
    assert.equal(checksum, checksumOf({ ...batch, meta }));
  });
});

describe("a Governor's proposal", () => {
  it("is refused when its description names who alone may propose it", () => {
    assert.throws(() => governorProposal(step(), AT, `Text #proposer=${AT}`, undefined), DescriptionMisread);
    assert.equal(governorProposal(step(), AT, `Text #proposer=${AT} and more`, undefined).targets.length, 1);
  });

  it("is refused when the vote on the execution lasts longer than the schedule", () => {
    const week = 604_800n;
    const facts = { address: AT, name: "DAO", vote: week, timelock: 172_800n };
    assert.throws(() => requireInTime(step(week + 3_600n), facts), ExpiresBeforeItCanRun);
    requireInTime(step(week + 172_801n), facts);
    requireInTime(step(undefined), facts);
    requireInTime({ ...step(1n), kind: "schedule" }, facts);
  });
});

describe("a page", () => {
  const evil = '<script>alert("x")</script> | **bold** [a](http://b)';
  const page: Page = {
    title: evil,
    sections: [
      {
        title: "One",
        blocks: [
          { kind: "text", text: evil },
          { kind: "warning", text: evil },
          { kind: "list", items: [evil] },
          { kind: "table", head: ["a"], rows: [[evil]] },
        ],
      },
    ],
  };

  it("as HTML holds no script and no markup of what it tells", () => {
    const html = htmlOf(page);
    assert.doesNotMatch(html, /<script/);
    assert.match(html, /&lt;script&gt;/);
    assert.match(html, /default-src 'none'/);
  });

  it("as Markdown holds no markup of what it tells, and its tables keep their columns", () => {
    const text = markdownOf(page);
    assert.doesNotMatch(text, /[^\\]<script|[^\\]\*\*bold|[^\\]\[a\]/);
    assert.match(text, /\| \\<script\\>alert\("x"\)\\<\/script\\> \\\| /);
  });
});
