// SPDX-License-Identifier: MIT
// npm run web -- --deployment FILE --rpc URL --relay URL --indexer URL [--port N] [--host ADDRESS] [--chain-name NAME]
// Serves web/dist with the addresses of its services and the headers that docs/web.md asks for. For development,
// tests and a venue of one's own; any static server does as well.
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { parseArgs } from "node:util";
import { HEADER_ONLY, originsOf, policy } from "./policy.mjs";

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
    ...{ "chain-name": text, explorer: text, help: { type: "boolean" } },
  },
});
const { deployment, rpc, relay, indexer, host = "127.0.0.1", explorer } = values;
if (values.help) {
  console.log(
    readFileSync(import.meta.filename, "utf8")
      .split("\n")
      .slice(1, 4)
      .join("\n")
      .replaceAll("// ", ""),
  );
  process.exit(0);
}
for (const [name, value] of Object.entries({ deployment, rpc, relay, indexer })) {
  if (value !== undefined) continue;
  console.error(`web: --${name} is missing: npm run web -- --help`);
  process.exit(2);
}
if (!existsSync(join(DIST, "index.html"))) {
  console.error("web: there is no web/dist: npm run web -- build");
  process.exit(1);
}

const services = { rpc, relay, indexer, explorer, ...(values["chain-name"] && { chainName: values["chain-name"] }) };
const csp = policy(originsOf([rpc, relay, indexer]));
const meta = /(http-equiv="Content-Security-Policy" content=")[^"]*/;

const server = createServer((request, response) => {
  const path = new URL(request.url ?? "/", "http://x").pathname;
  response.setHeader("content-security-policy", `${csp}; ${HEADER_ONLY}`);
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("cross-origin-opener-policy", "same-origin");
  response.setHeader("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=()");
  if (path === "/services.json") return send(response, ".json", JSON.stringify(services));
  if (path === "/deployment.json") return send(response, ".json", readFileSync(deployment, "utf8"));
  if (path === "/" || path === "/index.html") {
    return send(response, ".html", readFileSync(join(DIST, "index.html"), "utf8").replace(meta, `$1${csp}`));
  }
  const file = join(DIST, normalize(path));
  if (!file.startsWith(DIST) || !existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
  const kept = path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
  response.writeHead(200, {
    "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    "cache-control": kept,
  });
  return createReadStream(file).pipe(response);
});

function send(response, type, body) {
  response.writeHead(200, { "content-type": TYPES[type], "cache-control": "no-cache" }).end(body);
}

server.listen(Number(values.port ?? 4173), host, () => {
  console.log(`web: http://${host}:${server.address().port}/`);
});
