// SPDX-License-Identifier: MIT
// The other end of OneKey's bridge, by its own code, with a test's key.
import { JsBridgeBase } from "@onekeyfe/cross-inpage-provider-core";
import { stateOf } from "./metamask.mjs";

export function onekey(wallet, _, say) {
  class Bridge extends JsBridgeBase {
    sendPayload(payload) {
      void say(payload);
    }
  }
  const bridge = new Bridge({
    receiveHandler: async ({ data }) => {
      const { method, params = [] } = data;
      if (method === "metamask_getProviderState") return answer(data, await stateOf(wallet));
      if (/^(metamask_|wallet_(getConnectWalletInfo|sendSiteMetadata))/.test(method)) return answer(data, null);
      return answer(data, await wallet.request(method, params));
    },
  });
  return (message) => void bridge.receive(message, { origin: JSON.parse(message).origin });
}

const answer = ({ id, jsonrpc }, result) => ({ id, jsonrpc, result });
