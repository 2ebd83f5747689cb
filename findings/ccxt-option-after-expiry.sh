#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ccxt 4.5.84 (Deribit, OKX), fed with answers of the form that its sources quote.
# Guess: an option that the exchange lists no more is described as it was while it was listed: symbol, strike, type and
#   the expiry at 08:00 UTC. Its symbol, as ccxt wrote it, can be read by ccxt.
# Seen: it expires at midnight, eight hours before it did. Deribit's strike of 0.5, written 0d5, is undefined, and the
#   symbol is another than before: the trades of one option come under two symbols. OKX's own symbol of a call is read
#   as a put without a strike. None of it is an error. Settlements and trades of after an expiry are what is
#   fetched so.
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
const told = ({ symbol, expiryDatetime, strike, optionType }) =>
  [symbol, expiryDatetime, strike ?? "no strike", optionType].join(" | ");

/** Deribit as it is while it lists the option, and after. */
async function deribit(result) {
  const exchange = new ccxt.deribit();
  exchange.fetchCurrencies = async () => undefined;
  exchange.publicGetGetInstruments = async () => ({ jsonrpc: "2.0", result });
  await exchange.loadMarkets();
  return exchange.safeMarket("XRP_USDC-25DEC26-0d5-C");
}
const ripple = {
  instrument_name: "XRP_USDC-25DEC26-0d5-C",
  base_currency: "XRP",
  quote_currency: "USDC",
  counter_currency: "USDC",
  settlement_currency: "USDC",
  kind: "option",
  option_type: "call",
  strike: 0.5,
  expiration_timestamp: expiry,
  settlement_period: "month",
  contract_size: 1000,
  min_trade_amount: 1000,
  tick_size: 0.0001,
  is_active: true,
};

/** OKX likewise. */
function okx(instruments) {
  const exchange = new ccxt.okx();
  exchange.setMarkets(instruments.map((instrument) => exchange.parseMarket(instrument)));
  return exchange.market("BTC/USD:BTC-261225-100000-C");
}
const bitcoin = {
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
const next = { ...bitcoin, instId: "BTC-USD-270326-100000-C", expTime: String(Date.UTC(2027, 2, 26, 8)) };

const seen = {
  "Deribit, listed": told(await deribit([ripple])),
  "Deribit, after": told(await deribit([])),
  "OKX, listed": told(okx([bitcoin, next])),
  "OKX, after": told(okx([next])),
};
for (const [when, market] of Object.entries(seen)) console.log(`${when}: ${market}`);
const expected = [
  "XRP/USDC:USDC-261225-0.5-C | 2026-12-25T08:00:00.000Z | 0.5 | call",
  "XRP/USDC:USDC-261225-0d5-C | 2026-12-25T00:00:00.000Z | no strike | call",
  "BTC/USD:BTC-261225-100000-C | 2026-12-25T08:00:00.000Z | 100000 | call",
  "BTC/USD:BTC-100000-C-undefined | 2010-00-00T00:00:00.000Z | no strike | put",
];
process.exit(Object.values(seen).join() === expected.join() ? 0 : 1);
JS
node play.mjs
