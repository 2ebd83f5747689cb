#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# @chainlink/data-streams-sdk 1.2.1.
# Guess: with several connections (high availability) each report is delivered once, whichever connection brings it
#   and in whatever order: what is dropped as a duplicate was delivered before.
# Seen: the filter keeps one number a feed, the latest time of observation. A report that comes after a later one is
#   dropped and counted as a duplicate though nobody has seen it, so candles that are made of the stream have holes,
#   and the statistics of the stream say that nothing was lost.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @chainlink/data-streams-sdk@1.2.1
cat >play.cjs <<'JS'
const { join } = require("node:path");
const { ReportDeduplicator } = require(
  join(process.cwd(), "node_modules/@chainlink/data-streams-sdk/dist/src/stream/deduplication.js"),
);
const filter = new ReportDeduplicator();
const delivered = [];
// The second connection is a second ahead of the first.
for (const observationsTimestamp of [100, 102, 101, 102, 103]) {
  const { isAccepted } = filter.processReport({
    feedID: "0x0003",
    observationsTimestamp,
    fullReport: "0x",
    validFromTimestamp: 0,
  });
  if (isAccepted) delivered.push(observationsTimestamp);
}
filter.stop();
const { accepted, deduplicated } = filter.getStats();
console.log(
  `came 100 102 101 102 103, delivered ${delivered.join(" ")}; counted: ${accepted} accepted, ${deduplicated} duplicates`,
);
process.exit(delivered.join() === "100,102,103" && deduplicated === 2 ? 0 : 1);
JS
node play.cjs
