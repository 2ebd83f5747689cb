#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# @uqee/black-scholes 1.0.7, beside black-scholes 1.1.0.
# Guess: the volatility implied by a price that the library made of some volatility is that volatility, to 0.001, which
#   its documentation calls the acceptable error of sigma. A price that no volatility gives is an error or NaN.
# Seen: at the money without interest it is -0 for every price: the value without volatility is 0/0 there, and what
#   compares with NaN is false. Above 200 % it is 0. The 0.001 is of the price: of an underlying at 100,000 the search
#   ends before it is so near, and answers 0 for a quarter to two thirds of the volatilities below 200 %; of one at 1
#   (prices in the coin) most are off by more than a tenth of a point. Below the intrinsic value it is a volatility
#   below zero. None of it is an error.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @uqee/black-scholes@1.0.7 black-scholes@1.1.0
cat >play.mjs <<'JS'
import uqee from "@uqee/black-scholes";
import { blackScholes } from "black-scholes";

const model = new uqee.BlackScholes();
const week = { rate: 0, time: 7 / 365, type: "call" };

/** What is implied by the price of a volatility, if both libraries make the same price of it. */
function implied(underlying, strike, sigma) {
  const option = { ...week, strike, underlying };
  const { price } = model.option({ ...option, sigma });
  const other = blackScholes(underlying, strike, week.time, sigma, 0, "call");
  if (Math.abs(price - other) > 1e-6 * underlying) throw new Error(`prices differ: ${price}, ${other}`);
  return model.sigma({ ...option, price });
}
/** Of 34 volatilities from 30 % to 195 %: how many come back as 0, how many off by more than 0.001. */
function counted(underlying, strike) {
  const all = Array.from({ length: 34 }, (_, i) => 0.3 + 0.05 * i);
  const found = all.map((sigma) => [sigma, implied(underlying, strike, sigma)]);
  const zero = found.filter(([, is]) => is === 0).length;
  const off = found.filter(([sigma, is]) => is !== 0 && Math.abs(is - sigma) > 0.001).length;
  console.log(`underlying ${underlying}, strike ${strike}: of 34 volatilities ${zero} come back as 0, ${off} are off`);
  return [zero, off];
}
const plain = counted(100, 105);
const [some, most] = [counted(100_000, 120_000), counted(100_000, 105_000)];
const coin = counted(1, 1.2);
const money = [0.3, 0.8, 1.5].map((sigma) => implied(100, 100, sigma));
console.log("at the money, of 30, 80 and 150 %:", ...money);
const high = implied(100, 120, 2.5);
console.log("of 250 %:", high);
const below = model.sigma({ ...week, strike: 90, underlying: 100, price: 9.99 });
console.log("10 in the money at a price of 9.99:", below);

const isSo =
  plain.join() === "0,0" &&
  some[0] > 5 &&
  most[0] > 20 &&
  coin[1] > 20 &&
  money.every((sigma) => Object.is(sigma, -0)) &&
  high === 0 &&
  below < -0.3;
process.exit(isSo ? 0 : 1);
JS
node play.mjs
