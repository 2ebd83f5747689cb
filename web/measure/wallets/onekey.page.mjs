// SPDX-License-Identifier: MIT
// In the page: OneKey's provider, with a bridge to the test's process in place of its extension's.
import { JsBridgeBase } from "@onekeyfe/cross-inpage-provider-core";
import { ProviderEthereum, registerEIP6963Provider } from "@onekeyfe/onekey-eth-provider";

class Bridge extends JsBridgeBase {
  isInjected = true;

  sendPayload(payload) {
    window.__onekey(payload);
  }
}

const bridge = new Bridge();
window.__onekeyHears = (message) => void bridge.receive(message);
registerEIP6963Provider({
  provider: new ProviderEthereum({ bridge, shouldSendMetadata: false }),
  image: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
});
