#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# mibian 0.1.3 with scipy 1.17.1, beside vollib 1.0.11.
# Guess: the volatility implied by a price, put back into the model, gives that price; how the price is written has no
#   part in it.
# Seen: the search stops when the model's price, rounded to as many decimals as the given price prints, equals it. 0.5
#   prints one decimal, so any volatility that gives 0.45 to 0.55 will do: 4.39 % comes back for 4.37 %; at 7.0 it is
#   61.5 % for 61.3 %. Quotes on a coarse grid make a smile that is an artefact of their digits.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet mibian==0.1.3 scipy==1.17.1 vollib==1.0.11 numpy==2.4.6 pandas==3.1.1
cat >play.py <<'PY'
import sys
import mibian
from vollib.black_scholes.implied_volatility import implied_volatility

errors = []
for price in (0.5, 7.0, 6.85, 6.8539):
    found = mibian.BS([100, 100, 0, 30], callPrice=price).impliedVolatility
    exact = 100 * implied_volatility(price, 100, 100, 30 / 365, 0.0, "c")
    print(f"price {price}: mibian {found:.4f} %, vollib {exact:.4f} %")
    errors.append(abs(found - exact))
sys.exit(0 if errors[0] > 0.01 and errors[1] > 0.1 and errors[3] < errors[2] < errors[1] and errors[3] < 0.001 else 1)
PY
venv/bin/python play.py
