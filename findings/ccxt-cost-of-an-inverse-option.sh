#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ccxt 4.5.84 (Deribit, OKX), fed with answers of the form that its sources quote.
# Guess: the cost of 2 options on 1 BTC each at 0.05 BTC is 0.1 BTC, and the contract of a listed option is as large as
#   the exchange says.
# Seen: an option that is settled in its coin counts as inverse, and is given the formula of an inverse future: amount
#   divided by price. The cost is 40, in no unit. OKX states a contract by two numbers that are to be multiplied; the
#   second is dropped, so 1 contract of 0.1 BTC is 1 BTC. Trade and order have the same cost. When the option is listed
#   no more, the same trade costs 0.1.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts ccxt@4.5.84
cat >play.mjs <<'JS'
import ccxt from "ccxt";

const expiry = Date.UTC(2026, 11, 25, 8);
const deribit = new ccxt.deribit();
const coin = { base_currency: "BTC", quote_currency: "BTC", settlement_currency: "BTC", counter_currency: "USD" };
const listed = {
  ...coin,
  instrument_name: "BTC-25DEC26-100000-C",
  kind: "option",
  option_type: "call",
  strike: 100000,
  expiration_timestamp: expiry,
  settlement_period: "month",
  contract_size: 1,
  min_trade_amount: 0.1,
  tick_size: 0.0005,
  is_active: true,
};
deribit.fetchCurrencies = async () => undefined;
deribit.publicGetGetInstruments = async () => ({ jsonrpc: "2.0", result: [listed] });
await deribit.loadMarkets();
const bought = (instrument_name) =>
  deribit.parseTrade({
    instrument_name,
    trade_id: "1",
    timestamp: expiry,
    price: 0.05,
    amount: 2,
    direction: "buy",
  });
const order = deribit.parseOrder({
  instrument_name: listed.instrument_name,
  order_id: "1",
  order_type: "limit",
  order_state: "filled",
  direction: "buy",
  price: 0.05,
  average_price: 0.05,
  amount: 2,
  filled_amount: 2,
  creation_timestamp: expiry,
});

const okx = new ccxt.okx();
const instrument = {
  instType: "OPTION",
  instId: "BTC-USD-261225-100000-C",
  uly: "BTC-USD",
  instFamily: "BTC-USD",
  settleCcy: "BTC",
  ctVal: "1",
  ctMult: "0.1",
  ctValCcy: "BTC",
  optType: "C",
  stk: "100000",
  expTime: String(expiry),
  lotSz: "1",
  minSz: "1",
  tickSz: "0.0005",
  state: "live",
};
okx.setMarkets([okx.parseMarket(instrument)]);
const filled = (instId) =>
  okx.parseTrade({ instId, tradeId: "1", ts: String(expiry), px: "0.05", sz: "20", side: "buy" });

const { contractSize } = okx.market("BTC/USD:BTC-261225-100000-C");
const costs = {
  "Deribit, listed: 2 at 0.05 BTC": bought("BTC-25DEC26-100000-C").cost,
  "Deribit, order of the same": order.cost,
  "Deribit, no more listed": bought("BTC-26DEC25-100000-C").cost,
  "OKX, listed: 20 contracts of 0.1 BTC at 0.05 BTC": filled("BTC-USD-261225-100000-C").cost,
};
for (const [what, cost] of Object.entries(costs)) console.log(`${what}: cost ${cost}`);
console.log(`OKX, ${instrument.ctVal} times ${instrument.ctMult} BTC a contract: contractSize ${contractSize}`);
process.exit(Object.values(costs).join() === "40,40,0.1,400" && contractSize === 1 ? 0 : 1);
JS
node play.mjs
