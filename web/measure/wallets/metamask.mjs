// SPDX-License-Identifier: MIT
// The other end of MetaMask's stream: its engine and its signing, with a test's key.
import { Duplex, pipeline } from "readable-stream";
import { SignTypedDataVersion, signTypedData } from "@metamask/eth-sig-util";
import { JsonRpcEngine, createAsyncMiddleware } from "@metamask/json-rpc-engine";
import { createEngineStream } from "@metamask/json-rpc-middleware-stream";

/** @returns what hears the page, and what tells it something by itself. */
export function metamask(wallet, key, say) {
  const engine = new JsonRpcEngine();
  engine.push(
    createAsyncMiddleware(async (request, response) => {
      const { method, params = [] } = request;
      if (method === "metamask_getProviderState") {
        response.result = await stateOf(wallet);
      } else if (method === "eth_signTypedData_v4" && !wallet.manners.declines) {
        wallet.asked.push({ method, params });
        const data = JSON.parse(params[1]);
        response.result = signTypedData({
          privateKey: Buffer.from(key.slice(2), "hex"),
          data,
          version: SignTypedDataVersion.V4,
        });
      } else if (method.startsWith("metamask_")) {
        response.result = true;
      } else {
        await wallet.request(method, params).then(
          (result) => (response.result = result),
          // As they go over the wire: an Error of this process would lose its code.
          ({ code, message }) => (response.error = { code: code ?? -32_603, message }),
        );
      }
    }),
  );
  const connection = new Duplex({
    objectMode: true,
    read: () => undefined,
    write(message, _, done) {
      void say(message).then(() => done(), done);
    },
  });
  const stream = createEngineStream({ engine });
  pipeline(connection, stream, connection, () => undefined);
  return (message) => void connection.push(message);
}

export async function stateOf(wallet) {
  const chainId = await wallet.request("eth_chainId", []);
  const accounts = await wallet.request("eth_accounts", []);
  return { isUnlocked: true, chainId, accounts, networkVersion: String(Number(chainId)) };
}
