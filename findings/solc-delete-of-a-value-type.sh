#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# solc 0.8.37 (npm).
# Guess: `delete x` sets a variable of a user-defined value type to zero, as it does for the type below it. A type
#   whose users write `delete` for an integer can be changed to a value type by its name alone.
# Seen: "Built-in unary operator delete cannot be applied", for a variable, a mapping's entry and a member of a struct
#   alike. The same value is deleted as part of a struct, of an array, or by `pop`.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund solc@0.8.37
cat >play.cjs <<'JS'
const solc = require("solc");
const compiles = (type, statement) => {
  const content = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;
type Money is uint256;
contract C {
  struct Account { ${type} cash; }
  ${type} x; mapping(uint256 => ${type}) entries; Account account; ${type}[] list;
  function f() external { ${statement}; }
}`;
  const settings = { outputSelection: { "*": { "*": ["abi"] } } };
  const { errors = [] } = JSON.parse(
    solc.compile(JSON.stringify({ language: "Solidity", sources: { "a.sol": { content } }, settings })),
  );
  const failed = errors.find(({ severity }) => severity === "error");
  if (failed && !failed.message.includes("delete cannot be applied")) throw new Error(failed.message);
  return !failed;
};
const statements = [
  "delete x",
  "delete entries[1]",
  "delete account.cash",
  "delete account",
  "delete list",
  "list.pop()",
];
const found = statements.map((statement) => [compiles("uint256", statement), compiles("Money", statement)]);
statements.forEach((statement, i) =>
  console.log(
    `${statement}: uint256 ${found[i][0] ? "compiles" : "fails"}, Money ${found[i][1] ? "compiles" : "fails"}`,
  ),
);
const asSeen = found.every(([plain, money], i) => plain && money === i > 2);
process.exit(asSeen ? 0 : 1);
JS
node play.cjs
