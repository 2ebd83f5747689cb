#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ccxt 4.5.84 (Deribit, OKX, Bybit), fed with the answers that its sources quote.
# Guess: the unified greeks of an option mean the same on each exchange: volatility as a fraction, delta and gamma by
#   Black-Scholes, vega and theta in dollars; what differs is converted, for that is what the unified form is for.
# Seen: nothing is converted. Volatility is 61.27 at Deribit and 0.59 at OKX. Of OKX's two sets, which differ by the
#   currency that the option's value is counted in, the one in the coin is taken: delta 0.51 where Black-Scholes' is
#   0.73, gamma below zero for a bought call, vega and theta in BTC. A book that is summed over exchanges is hedged
#   wrongly, and its vega is Deribit's alone.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts ccxt@4.5.84
cat >play.mjs <<'JS'
import ccxt from "ccxt";

// Calls on BTC of autumn 2023, all with the underlying near 38,000.
const answers = {
  deribit: {
    instrument_name: "BTC-27SEP24-40000-C",
    timestamp: 1699578548021,
    underlying_price: 38992.71,
    mark_iv: 61.27,
    greeks: { rho: 130.63998, theta: -13.48784, vega: 141.90146, gamma: 0.00002, delta: 0.59621 },
  },
  okx: {
    instId: "BTC-USD-240329-32000-C",
    instType: "OPTION",
    ts: "1699586421976",
    fwdPx: "37675.80158694987186",
    markVol: "0.5916253554539876",
    delta: "0.5105464486882039",
    deltaBS: "0.7325502184143025",
    gamma: "-0.13183515090501083",
    gammaBS: "0.000024139685826358558",
    theta: "-0.0004202992014012855",
    thetaBS: "-18.52354631567909",
    vega: "0.0020207455080045846",
    vegaBS: "74.44022302387287",
  },
  bybit: {
    symbol: "BTC-26JAN24-39000-C",
    underlyingPrice: "37649.67254894",
    markIv: "0.5577",
    delta: "0.49640971",
    gamma: "0.00004131",
    vega: "69.08651675",
    theta: "-24.9443226",
  },
};
const seen = {};
for (const [id, answer] of Object.entries(answers)) {
  const { markImpliedVolatility, delta, gamma, vega, theta } = new ccxt[id]().parseGreeks(answer);
  seen[id] = { markImpliedVolatility, delta, gamma, vega, theta };
  console.log(id, seen[id]);
}
const { deribit, okx, bybit } = seen;
const isPercent = deribit.markImpliedVolatility === 61.27 && okx.markImpliedVolatility < 1;
const isInTheCoin = okx.delta < 0.6 && okx.gamma < 0 && okx.vega < 0.01 && okx.theta > -0.001;
const isInDollars = [deribit, bybit].every(({ gamma, vega, theta }) => gamma > 0 && vega > 50 && theta < -10);
process.exit(isPercent && bybit.markImpliedVolatility < 1 && isInTheCoin && isInDollars ? 0 : 1);
JS
node play.mjs
