// SPDX-License-Identifier: MIT
// npm run web -- --deployment FILE --rpc URL --relay URL --indexer URL [--port N] [--host ADDRESS] [--chain-name NAME]
//   [--options FILE --options-relay URL --options-indexer URL]: an option clearinghouse beside the venue
// Serves web/dist with the addresses of its services and the headers that docs/web.md asks for, packed.
// For development, tests and a venue of one's own; any static server does as well.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { HEADER_ONLY, originsOf, served } from "./policy.mjs";

const DIST = join(import.meta.dirname, "../dist");
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

const text = { type: "string" };
const { values } = parseArgs({
  options: {
    ...{ deployment: text, rpc: text, relay: text, indexer: text, port: text, host: text },
    ...{ options: text, "options-relay": text, "options-indexer": text },
    ...{ "chain-name": text, explorer: text, help: { type: "boolean" } },
  },
});
const { deployment, rpc, relay, indexer, host = "127.0.0.1", explorer } = values;
if (values.help) {
  console.log(
    readFileSync(import.meta.filename, "utf8")
      .split("\n")
      .slice(1, 5)
      .join("\n")
      .replaceAll("// ", ""),
  );
  process.exit(0);
}
const { options, "options-relay": optionsRelay, "options-indexer": optionsIndexer } = values;
const needed = { deployment, rpc, relay, indexer };
if (options !== undefined) Object.assign(needed, { "options-relay": optionsRelay, "options-indexer": optionsIndexer });
for (const [name, value] of Object.entries(needed)) {
  if (value !== undefined) continue;
  console.error(`web: --${name} is missing: npm run web -- --help`);
  process.exit(2);
}
if (!existsSync(join(DIST, "index.html"))) {
  console.error("web: there is no web/dist: npm run web -- build");
  process.exit(1);
}

const services = {
  ...{ rpc, relay, indexer, explorer },
  ...(values["chain-name"] && { chainName: values["chain-name"] }),
  ...(options && { options: { relay: optionsRelay, indexer: optionsIndexer } }),
};
const origins = originsOf([rpc, relay, indexer, optionsRelay, optionsIndexer]);
const page = () => served(readFileSync(join(DIST, "index.html"), "utf8"), origins);
const packed = new Map();

const server = createServer((request, response) => {
  const path = new URL(request.url ?? "/", "http://x").pathname;
  const { csp, html } = page();
  response.setHeader("content-security-policy", `${csp}; ${HEADER_ONLY}`);
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("cross-origin-opener-policy", "same-origin");
  response.setHeader("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=()");
  response.setHeader("vary", "accept-encoding");
  const send = (type, body) => answer(request, response, type, body);
  if (path === "/services.json") return send(".json", JSON.stringify(services));
  if (path === "/deployment.json") return send(".json", readFileSync(deployment, "utf8"));
  if (path === "/options.json" && options) return send(".json", readFileSync(options, "utf8"));
  if (path === "/" || path === "/index.html") return send(".html", html);
  const file = join(DIST, normalize(path));
  if (!file.startsWith(DIST) || !existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
  // Files of assets have the hash of what they hold in their names.
  return answer(request, response, extname(file), readFileSync(file), path.startsWith("/assets/") && file);
});

/** Answers, packed where the browser takes it. A file that never changes is packed once. */
function answer(request, response, type, body, file) {
  const headers = {
    "content-type": TYPES[type] ?? "application/octet-stream",
    "cache-control": file ? "public, max-age=31536000, immutable" : "no-cache",
  };
  if (!/\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) return response.writeHead(200, headers).end(body);
  const gzip = (file && packed.get(file)) || gzipSync(body);
  if (file) packed.set(file, gzip);
  return response.writeHead(200, { ...headers, "content-encoding": "gzip" }).end(gzip);
}

server.listen(Number(values.port ?? 4173), host, () => {
  console.log(`web: http://${host}:${server.address().port}/`);
});
