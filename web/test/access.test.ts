// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accessTold } from "../src/data/access";
import { accessText } from "../src/text/access";

describe("an access gate", () => {
  it("says nothing to an owner who is admitted, and nothing before that is known", () => {
    assert.equal(accessTold(true, 0), undefined);
    assert.equal(accessTold(true, 2), undefined);
    assert.equal(accessTold(undefined, 0), undefined);
  });

  it("tells a barred owner what to do, and one with positions that they can be saved", () => {
    assert.equal(accessTold(false, 0), accessText.flat);
    assert.equal(accessTold(false, 1), accessText.holding);
    assert.match(accessText.flat, /admitted/);
    assert.match(accessText.holding, /deposit to save them/);
  });
});
