#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# erc7730 1.0.12 (PyPI, Python 3.12 or newer).
# Guess: a descriptor of typed data that the linter finds faulty in version 1 of the schema is found faulty in version
#   2: there the message's full type is the key of the format, so the linter knows its fields.
# Seen: in version 1 a path that the type does not have is an error and a signed field that is not shown a warning. In
#   version 2 both pass: "no issue found". The linter checks the grammar of the key, and no path against it. A
#   migrated descriptor with a misspelt field is green.
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
cat >eip712-old.json <<'JSON'
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
              { "name": "limit", "type": "uint256" }
            ]
          }
        }
      ]
    }
  },
  "metadata": { "owner": "Venue", "info": { "legalName": "Venue", "url": "https://venue.example" } },
  "display": {
    "formats": { "Order": { "intent": "Order", "fields": [{ "path": "sise", "label": "Size", "format": "raw" }] } }
  }
}
JSON
cat >eip712-new.json <<'JSON'
{
  "$schema": "https://eips.ethereum.org/assets/eip-7730/erc7730-v2.schema.json",
  "context": {
    "eip712": {
      "domain": { "name": "Venue" },
      "deployments": [{ "chainId": 1, "address": "0x1111111111111111111111111111111111111111" }]
    }
  },
  "metadata": { "owner": "Venue", "info": { "url": "https://venue.example" } },
  "display": {
    "formats": {
      "Order(uint256 size,uint256 limit)": {
        "intent": "Order",
        "fields": [{ "path": "sise", "label": "Size", "format": "raw" }]
      }
    }
  }
}
JSON
old=0 new=0
venv/bin/erc7730 lint eip712-old.json | tee old.txt || old=$?
venv/bin/erc7730 lint eip712-new.json | tee new.txt || new=$?
echo "version 1: exit $old; version 2: exit $new"
grep -q 'Invalid Display field' old.txt && grep -q 'Missing Display field' old.txt && grep -q 'no issue found' new.txt
[[ $old == 1 && $new == 0 ]]
