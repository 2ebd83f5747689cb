#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# QuantLib 1.44 (Python wheel).
# Guess: on the day it expires, before it is exercised, a European call that is in the money by 10 is worth 10.
# Seen: it is worth 0 and its delta is 0, without an error: an event on the day of evaluation counts as past unless
#   `Settings.includeReferenceDateEvents` is set. Then it is worth 10. The wheel has whole days only: a time of day in
#   a date raises an error, so the last day of an option that expires at 08:00 UTC cannot be priced otherwise.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet QuantLib==1.44
cat >play.py <<'PY'
import sys
import QuantLib as ql

today = ql.Date(18, 12, 2026)
settings = ql.Settings.instance()
settings.evaluationDate = today


def call(expiry):
    days = ql.Actual365Fixed()
    rate = ql.YieldTermStructureHandle(ql.FlatForward(today, 0.0, days))
    volatility = ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), 0.5, days))
    process = ql.BlackScholesMertonProcess(ql.QuoteHandle(ql.SimpleQuote(110.0)), rate, rate, volatility)
    option = ql.VanillaOption(ql.PlainVanillaPayoff(ql.Option.Call, 100.0), ql.EuropeanExercise(expiry))
    option.setPricingEngine(ql.AnalyticEuropeanEngine(process))
    return option.NPV(), option.delta()


found = []
for name, expiry, include in (("tomorrow", today + 1, False), ("today", today, False), ("today, included", today, True)):
    settings.includeReferenceDateEvents = include
    value, delta = call(expiry)
    print(f"expires {name}: value {value:.4f}, delta {delta:.4f}")
    found.append((round(value, 3), round(delta, 3)))
try:
    ql.Date(18, 12, 2026, 8, 0, 0)
    whole_days = False
except RuntimeError as error:
    print(f"a time of day: {error}")
    whole_days = True
sys.exit(0 if found == [(10.0, 1.0), (0.0, 0.0), (10.0, 1.0)] and whole_days else 1)
PY
venv/bin/python play.py
