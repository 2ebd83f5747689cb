#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# erc7730 1.0.12 (PyPI, Python 3.12 or newer).
# Guess: the conversion to the filters that today's devices take keeps a field's decimals, or refuses a format that
#   those filters do not know, as it refuses constant values and unknown paths.
# Seen: formats "unit" and "duration" become "raw", the decimals and the unit are gone, and it says "generated". An
#   order of 1.5 BTC (9 decimals) is shown as 1500000000 under the label "Size", a time of 90 minutes as 5400.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for python in python3.13 python3.12 python3; do
  "$python" -c "import sys; sys.exit(sys.version_info < (3, 12))" 2>/dev/null && break
done
"$python" -m venv venv
venv/bin/pip install --quiet erc7730==1.0.12
cat >eip712-order.json <<'JSON'
{
  "context": {
    "eip712": {
      "domain": { "name": "Venue" },
      "deployments": [{ "chainId": 1, "address": "0x1111111111111111111111111111111111111111" }],
      "schemas": [
        {
          "primaryType": "Order",
          "types": {
            "EIP712Domain": [{ "name": "name", "type": "string" }],
            "Order": [
              { "name": "size", "type": "uint256" },
              { "name": "wait", "type": "uint256" }
            ]
          }
        }
      ]
    }
  },
  "metadata": { "owner": "Venue", "info": { "legalName": "Venue", "url": "https://venue.example" } },
  "display": {
    "formats": {
      "Order": {
        "intent": "Order",
        "fields": [
          { "path": "size", "label": "Size", "format": "unit", "params": { "base": "BTC", "decimals": 9 } },
          { "path": "wait", "label": "Wait", "format": "duration" }
        ]
      }
    }
  }
}
JSON
venv/bin/erc7730 convert erc7730-to-eip712 eip712-order.json filters.json | tee said.txt
venv/bin/python - <<'PY'
import json
import sys

fields = json.load(open("filters.json"))["contracts"][0]["messages"][0]["mapper"]["fields"]
said = open("said.txt").read()
for field in fields:
    print(field)
raw = all(set(field) == {"path", "label", "format"} and field["format"] == "raw" for field in fields)
sys.exit(0 if raw and len(fields) == 2 and "warning" not in said and "error" not in said else 1)
PY
