// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { QueryClient } from "@tanstack/react-query";
import { askAgain } from "../src/chain/queries";

describe("after a transaction of this page", () => {
  it("the chain is asked again at once, and the indexer when it has read of it", () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const queries = new QueryClient();
    const asked = mock.method(queries, "invalidateQueries", async () => undefined);
    const names = () => asked.mock.calls.map(({ arguments: [filters] }) => filters!.queryKey![0]);
    askAgain(queries);
    assert.deepEqual(names(), ["chain"]);
    mock.timers.tick(1_500);
    assert.deepEqual(names(), ["chain", "indexer"]);
    mock.timers.tick(3_000);
    assert.deepEqual(names(), ["chain", "indexer", "indexer"]);
    mock.timers.reset();
  });
});
