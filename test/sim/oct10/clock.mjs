// SPDX-License-Identifier: MIT
// Preloaded by repeatable.test.ts: another clock for a run. SHIFT: ms that the clock is ahead; SLOW: ms that each of
// the first questions to the node takes longer, as on a busy machine.
import { BrowserProvider, JsonRpcProvider } from "ethers";

const shift = Number(process.env.SHIFT ?? 0);
let slow = Number(process.env.SLOW ?? 0) > 0 ? 40 : 0;

const now = Date.now.bind(Date);
Date.now = () => now() + shift;
const random = Math.random;
Math.random = () => (random() + shift / 86_400_000) % 1;

for (const { prototype } of [JsonRpcProvider, BrowserProvider]) {
  const send = prototype._send;
  prototype._send = async function (payload) {
    if (slow > 0) {
      --slow;
      await new Promise((resolve) => setTimeout(resolve, Number(process.env.SLOW)));
    }
    return send.call(this, payload);
  };
}
