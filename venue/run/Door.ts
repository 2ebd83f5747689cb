// SPDX-License-Identifier: MIT
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { extname, join, normalize } from "node:path";
import type { Duplex } from "node:stream";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
};
const MAX_BODY = 1_024;

export interface DoorOptions {
  readonly port: number;
  /** What stands behind a first part of a path: `rpc`, `relay`, `indexer`, by their URLs. */
  readonly behind: Readonly<Record<string, string>>;
  /** Answers as JSON, by path. */
  readonly told: Readonly<Record<string, () => unknown>>;
  /** A folder of a page, served if it is there. */
  readonly page: string;
  readonly fund: (address: string) => Promise<string>;
}

/** Nobody can come in: the port is taken. */
export class PortTaken extends Error {
  override readonly name = "PortTaken";

  constructor(port: number, why: string) {
    super(`port ${port} cannot be used: ${why}. Give others with --ports N.`);
  }
}

/**
 * One address for a browser: the page if it is built, the deployment file, the faucet, and in front of node, relay and
 * indexer, so that a page needs no other host.
 */
export class Door {
  private constructor(private readonly server: Server) {}

  static async open(options: DoorOptions): Promise<Door> {
    const server = createServer((request, response) => void answer(options, request, response));
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      forward(options, request, socket, head),
    );
    await new Promise<void>((resolve, reject) => {
      server.once("error", ({ message }) => reject(new PortTaken(options.port, message)));
      server.listen(options.port, "127.0.0.1", resolve);
    });
    return new Door(server);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

async function answer(options: DoorOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(request.url ?? "/", "http://door");
  const json = (status: number, value: unknown) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    response.writeHead(status, { "content-type": "application/json", "access-control-allow-origin": "*" }).end(text);
  };
  const [, first = ""] = pathname.split("/");
  const target = options.behind[first];
  if (target !== undefined) return pass(target, pathname.slice(first.length + 1) + search, request, response);
  const told = options.told[pathname];
  if (told !== undefined) return json(200, told());
  if (pathname === "/faucet") {
    if (request.method !== "POST") return json(405, { error: 'POST an address: {"address": "0x..."}' });
    try {
      const { address } = JSON.parse(await bodyOf(request)) as { address: string };
      if (!/^0x[0-9a-fA-F]{40}$/.test(address)) return json(400, { error: "address is no address" });
      return json(200, { funded: address, says: await options.fund(address) });
    } catch (failure) {
      return json(400, { error: (failure as Error).message });
    }
  }
  return file(options.page, pathname, response);
}

/** The page's file; for a path of the page's own router its first one. */
function file(page: string, pathname: string, response: ServerResponse): void {
  const path = join(page, normalize(decodeURIComponent(pathname)));
  const found = [path, join(page, "index.html")].find((each) => existsSync(each) && statSync(each).isFile());
  if (found === undefined || !found.startsWith(page)) {
    response
      .writeHead(404, { "content-type": "text/plain" })
      .end("no page is built: see /status and /deployment.json\n");
    return;
  }
  response.writeHead(200, { "content-type": TYPES[extname(found)] ?? "application/octet-stream" });
  createReadStream(found).pipe(response);
}

function pass(target: string, path: string, request: IncomingMessage, response: ServerResponse): void {
  const { hostname, port } = new URL(target);
  const headers = { ...request.headers, host: `${hostname}:${port}` };
  const onward = ask(
    { hostname, port, path: path === "" ? "/" : path, method: request.method, headers },
    (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    },
  );
  onward.on("error", ({ message }) => {
    if (!response.headersSent) response.writeHead(502, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: `it does not answer: ${message}` }));
  });
  request.pipe(onward);
}

/** A WebSocket: its bytes go on as they come. */
function forward({ behind }: DoorOptions, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const [, first = "", ...rest] = (request.url ?? "/").split("/");
  const target = behind[first];
  if (target === undefined) return void socket.destroy();
  const { hostname, port } = new URL(target);
  const onward = connect(Number(port), hostname, () => {
    const lines = request.rawHeaders.flatMap((name, index) =>
      index % 2 === 0
        ? [`${name}: ${name.toLowerCase() === "host" ? `${hostname}:${port}` : request.rawHeaders[index + 1]}`]
        : [],
    );
    onward.write(`GET /${rest.join("/")} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    onward.write(head);
    socket.pipe(onward).pipe(socket);
  });
  onward.on("error", () => socket.destroy());
  socket.on("error", () => onward.destroy());
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BODY) throw new Error("the body is too long");
  }
  return text;
}
