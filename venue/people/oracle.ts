// SPDX-License-Identifier: MIT
// A process of npm run venue: writes the scene's marks to the feeds, a block ahead. All that it does follows from the
// chain's clock, so that one that was killed goes on where the chain is.
import { Interface } from "ethers";
import { KEYS } from "./keys.js";
import { Purse } from "./Purse.js";
import { commonOptions, everyBlock } from "./common.js";

const ABI = new Interface(["function setAnswer(int256 answer)"]);
const TIP = 50_000_000_000n; // before whatever others send
const LEAST = 0.00005; // a move worth telling

const common = commonOptions();
const { deployment, scene, step, begin, rpc } = common;
const purse = new Purse(KEYS.oracle, rpc, deployment.chainId);
const told = new Map<string, number>();

everyBlock(common, async ({ timestamp }) => {
  const time = Number(timestamp) + step - begin;
  // Pulled prices are nobody's to write: streams.ts signs them.
  const moved = deployment.markets.flatMap((market) => {
    if (market.stream !== undefined) return [];
    const mark = scene.markAt(market.symbol, time);
    const last = told.get(market.symbol) ?? 0;
    return Math.abs(mark - last) <= last * LEAST ? [] : [{ ...market, mark }];
  });
  const calls = moved.map(({ aggregator, mark, decimals }) => {
    const answer = BigInt(Math.round(mark * 10 ** decimals));
    return { to: aggregator, data: ABI.encodeFunctionData("setAnswer", [answer]) };
  });
  if (calls.length > 0) await purse.send(calls, TIP);
  for (const { symbol, mark } of moved) told.set(symbol, mark);
  const marks = [...told].map(([symbol, mark]) => `${symbol} ${mark.toFixed(2)}`);
  return `${marks.join(", ")} at ${Math.max(0, time)} s`;
});
