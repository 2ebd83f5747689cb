// SPDX-License-Identifier: MIT
// A process of npm run venue -- --streams: serves the scene's marks as signed reports, as Chainlink's Data Streams API
// does, with the keys of a local committee. They are dated by the chain's clock, so that one that was killed goes on
// where the chain is.
import { headerAt } from "../../sdk/client/chain/blocks.js";
import { answerOf } from "../../sim/streams/committee.js";
import { StreamsServer } from "../../sim/streams/StreamsServer.js";
import { commonOptions } from "./common.js";
import { HOLD } from "./hold.js";
import { STREAMS_ENV } from "./keys.js";

const DECIMALS = 18n;
const EXACT = 1e8; // what a double holds of a price

const { deployment, scene, begin, rpc, port } = commonOptions();
const symbols = new Map(
  deployment.markets.flatMap(({ symbol, stream }) => (stream === undefined ? [] : [[stream as string, symbol]])),
);
let heldAt: number | undefined;
let last = begin;

const server = await StreamsServer.open({
  credentials: { key: STREAMS_ENV.NOVATION_STREAMS_KEY, secret: STREAMS_ENV.NOVATION_STREAMS_SECRET },
  port,
  latest: async (feedId) => {
    const symbol = symbols.get(feedId);
    if (symbol === undefined) return undefined;
    const observedAt = Number((await headerAt(rpc, "latest"))!.timestamp);
    last = observedAt;
    const price = BigInt(Math.round(scene.markAt(symbol, (heldAt ?? observedAt) - begin) * EXACT));
    return answerOf({ feedId, observedAt, price: (price * 10n ** DECIMALS) / BigInt(EXACT) });
  },
  health: async () => {
    const { number: block } = (await headerAt(rpc, "latest"))!;
    return { block, says: `signed reports of ${[...symbols.values()].join(", ")}` };
  },
});

process.on(HOLD, () => (heldAt = last));
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void server.close().then(() => process.exit(0)));
}
