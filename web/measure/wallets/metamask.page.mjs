// SPDX-License-Identifier: MIT
// In the page: what MetaMask's extension puts into every page, with a stream to the test's process in its place.
import { initializeProvider } from "@metamask/providers";
import { Duplex } from "readable-stream";

const connectionStream = new Duplex({
  objectMode: true,
  read: () => undefined,
  write(message, _, done) {
    window.__metamask(message);
    done();
  },
});
window.__metamaskHears = (message) => void connectionStream.push(message);

initializeProvider({
  connectionStream,
  shouldSetOnWindow: false,
  providerInfo: {
    uuid: "350670db-19fa-4704-a166-e52e178b59d2",
    name: "MetaMask",
    icon: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
    rdns: "io.metamask",
  },
});
