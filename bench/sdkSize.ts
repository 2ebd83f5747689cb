// SPDX-License-Identifier: MIT
// npm run bench -- sdk: what a page loads of the SDK. Each row is what a bundler makes of some imports, minified and
// gzipped. Peer dependencies are not counted: a page has viem or ethers already.
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { count, textTable } from "../tools/table.js";

const ROOT = join(import.meta.dirname, "..");

const CASES: readonly (readonly [name: string, source: string])[] = [
  ["novation-sdk, all of it", 'export * from "./sdk/index.js";'],
  ["- sign an order", 'export { buildOrder, signOrder, parsePrice, parseSize } from "./sdk/index.js";'],
  ["- preview a trade", 'export { previewTrade, largestTrade } from "./sdk/index.js";'],
  ["- verify a receipt", 'export { verifyReceipt, decodeLog, eventTable } from "./sdk/index.js";'],
  ["- sentences of errors", 'export { decodeError, errorTable } from "./sdk/index.js";'],
  ["novation-sdk/viem, all of it", 'export * from "./sdk/viem/index.js";'],
  ["- the client", 'export { NovationClient } from "./sdk/viem/index.js";'],
  ["- the reader", 'export { VenueReader } from "./sdk/viem/index.js";'],
  ["novation-sdk/client, all of it", 'export * from "./sdk/client/index.js";'],
  ["novation-sdk/abis, all of it", 'export * from "./sdk/abis/index.js";'],
  ["- the clearinghouse", 'export { clearinghouseAbi } from "./sdk/abis/index.js";'],
  ["- the lens", 'export { lensAbi } from "./sdk/abis/index.js";'],
  ["- the vault", 'export { vaultAbi } from "./sdk/abis/index.js";'],
];

/** Bytes of what a bundler makes of a source: minified, and gzipped. */
async function bytesOf(source: string): Promise<{ minified: number; gzipped: number }> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    external: ["viem", "viem/*", "ethers"],
  });
  const text = outputFiles[0]!.contents;
  return { minified: text.length, gzipped: gzipSync(text, { level: 9 }).length };
}

const rows: string[][] = [["imports", "minified", "gzipped"]];
for (const [name, source] of CASES) {
  const { minified, gzipped } = await bytesOf(source);
  rows.push([name, count(minified), count(gzipped)]);
}
console.log(textTable(rows));
