// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { JsonRpcProvider, Network, ZeroAddress } from "ethers";
import { createClient, http } from "viem";
import { RpcFailed, RpcRefused } from "../../sdk/client/chain/Rpc.js";
import { rpcOf, type RpcSource } from "../../sdk/client/chain/rpcOf.js";
import { Refused, explained, isRevert } from "../../sdk/client/Refused.js";
import { IClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IClearinghouse__factory.js";
import { FakeNode, error, type Answer } from "../keeper/nodes/FakeNode.js";

const TOO_LARGE = { code: -32_602, message: "Log response size exceeded. Ask for up to a 2K block range" };
const REVERTED = { code: 3, message: "execution reverted: no", data: "0x7a933234" };
const NO_METHOD = { code: -32_601, message: "Method not found" };

/** What ethers and viem hand on of a node's errors, which they wrap in ways of their own. */
const LIBRARIES: Readonly<Record<string, (url: string) => { source: RpcSource; end(): void }>> = {
  ethers: (url) => {
    const provider = new JsonRpcProvider(url, Network.from(1), { staticNetwork: true, batchMaxCount: 1 });
    return { source: provider, end: () => provider.destroy() };
  },
  viem: (url) => {
    const client = createClient({ transport: http(url, { retryCount: 0 }) });
    return { source: client as unknown as RpcSource, end: () => undefined };
  },
};

for (const [library, open] of Object.entries(LIBRARIES)) {
  describe(`a node's errors, as ${library} hands them on`, () => {
    async function failureAt(method: string, answer: (id: number) => Answer): Promise<RpcRefused | RpcFailed> {
      const node = await FakeNode.start(({ id }) => answer(id));
      const { source, end } = open(node.url);
      try {
        return await rpcOf(source)
          .send(method, [{}])
          .then(() => expect.fail("an answer"));
      } catch (failure) {
        return failure as RpcRefused | RpcFailed;
      } finally {
        end();
        await node.stop();
      }
    }

    for (const status of [200, 400, 413, 500]) {
      it(`with status ${status} are the same as by themselves`, async () => {
        for (const [method, body, verdict] of [
          ["eth_getLogs", TOO_LARGE, "too much"],
          ["eth_call", REVERTED, "reverted"],
          ["eth_getBlockReceipts", NO_METHOD, "unknown method"],
          ["eth_call", { code: -32_603, message: "internal error" }, "trouble"],
        ] as const) {
          const failure = await failureAt(method, (id) => error(id, body, status));
          expect(failure, `${method} ${body.message}`).to.be.instanceOf(RpcRefused);
          expect(failure).to.include({ verdict, code: body.code });
          expect(failure.reason).to.contain(body.message);
        }
      });
    }

    it("what is no answer is trouble, and never tells the key that is in a URL", async () => {
      for (const [status, text] of [
        [502, "<html>502 Bad Gateway</html>"],
        [400, "17"],
        [500, "null"],
        [500, '{"message":"no code"}'],
      ] as const) {
        const failure = await failureAt("eth_getLogs", () => ({ status, text }));
        expect(failure, text).to.be.instanceOf(RpcFailed);
        expect(failure.message).to.not.contain("secret-key");
      }
      const failure = await failureAt("eth_getLogs", (id) => error(id, TOO_LARGE, 400));
      expect(failure.message).to.not.contain("secret-key");
    });
  });
}

describe("a refusal of the contracts, in each node's form", () => {
  const errors = IClearinghouse__factory.createInterface();
  const data = errors.encodeErrorResult("ZeroAddress", []);

  for (const [from, told] of [
    ["geth", { code: 3, message: "execution reverted", data }],
    ["besu", { code: -32_000, message: "Execution reverted", data }],
    ["nethermind before 1.33", { code: -32_015, message: "VM execution error.", data: `Reverted ${data}` }],
    ["hardhat 2", { code: -32_603, message: "reverted with custom error", data: { message: "reverted", data } }],
    ["a gateway", { code: -32_603, message: "Internal error", data: { originalError: { code: 3, data } } }],
  ] as const) {
    it(`is the same by its name: ${from}`, async () => {
      for (const status of [200, 400]) {
        const node = await FakeNode.start(({ id }) => error(id, told, status));
        const provider = new JsonRpcProvider(node.url, 1, { staticNetwork: true, batchMaxCount: 1 });
        try {
          const failure: unknown = await provider.call({ to: ZeroAddress, data: "0x" }).catch((each: unknown) => each);
          expect(explained(failure), `status ${status}`).to.be.instanceOf(Refused).with.nested.property("error.name");
          expect((explained(failure) as Refused).error.name).to.equal("ZeroAddress");
          expect(isRevert(failure)).to.equal(true);
        } finally {
          provider.destroy();
          await node.stop();
        }
      }
    });
  }
});
