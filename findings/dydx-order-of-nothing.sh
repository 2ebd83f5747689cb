#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# @dydxprotocol/v4-client-js 3.6.0 (CompositeClient), without a connection.
# Guess: an order of size 0, of a negative size or below one step of the market is refused; a price between two ticks
#   is refused, or rounded so that the order gives no worse price than was asked for.
# Seen: each becomes an order of one step. A bot that closes what is left, and nothing is left, opens a position; a buy
#   of -0.5 is a buy of 0.0001. Prices are rounded down on both sides: a sale at 90,000.90 or better is an order to sell
#   at 90,000.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @dydxprotocol/v4-client-js@3.6.0
cat >play.cjs <<'JS'
const {
  CompositeClient,
  Network,
  OrderExecution,
  OrderSide,
  OrderTimeInForce,
  OrderType,
} = require("@dydxprotocol/v4-client-js");

// Bitcoin's market: steps of 0.0001, ticks of 1 dollar.
const market = {
  clobPairId: 0,
  atomicResolution: -10,
  stepBaseQuantums: 1_000_000,
  quantumConversionExponent: -9,
  subticksPerTick: 100_000,
};
const client = new CompositeClient(Network.mainnet());
// What the client hands on to be signed.
client._validatorClient = { post: { composer: { composeMsgPlaceOrder: (...order) => order } } };

async function made(side, size, price) {
  const account = { address: "dydx1", subaccountNumber: 0 };
  const [type, untilTime, execution] = [OrderType.LIMIT, OrderTimeInForce.GTT, OrderExecution.DEFAULT];
  const [isPostOnly, isReduceOnly, trigger, height] = [false, false, undefined, 100];
  const order = await client.placeOrderMessage(
    account,
    "BTC-USD",
    type,
    OrderSide[side],
    price,
    size,
    1,
    untilTime,
    60,
    execution,
    isPostOnly,
    isReduceOnly,
    trigger,
    market,
    height,
  );
  const [quantums, subticks] = [Number(order[8]) / 1e10, Number(order[9]) / 1e5];
  console.log(`${side} ${size} at ${price}: order of ${quantums} at ${subticks}`);
  return `${quantums} at ${subticks}`;
}
(async () => {
  const seen = [
    await made("BUY", 0.0003, 90_000),
    await made("SELL", 0.00004, 90_000),
    await made("SELL", 0, 90_000),
    await made("BUY", -0.5, 90_000),
    await made("SELL", 0.0003, 90_000.9),
  ];
  const step = "0.0001 at 90000";
  process.exit(seen.join() === ["0.0003 at 90000", step, step, step, "0.0003 at 90000"].join() ? 0 : 1);
})();
JS
node play.cjs
