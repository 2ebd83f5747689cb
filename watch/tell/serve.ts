// SPDX-License-Identifier: MIT
import { createServer, type Server } from "node:http";
import { StartError } from "../../chain/errors.js";

export class PortUnusable extends StartError {
  constructor(port: number, why: string) {
    super(`The watch cannot serve on port ${port}: ${why}. Give another with --metrics N.`);
  }
}

export interface Served {
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
  readonly health: () => { readonly ok: boolean };
}

/** /metrics for Prometheus; /health: 200 while every reader sees, else 503, with all that stands as JSON. */
export function serve(port: number, host: string, { metrics, health }: Served): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === "/metrics") {
      metrics().then(
        ({ type, text }) => response.writeHead(200, { "content-type": type }).end(text),
        ({ message }: Error) => response.writeHead(500).end(`${message}\n`),
      );
    } else if (request.url === "/health") {
      const state = health();
      response.writeHead(state.ok ? 200 : 503, { "content-type": "application/json" }).end(JSON.stringify(state));
    } else response.writeHead(404).end("see /health and /metrics\n");
  });
  return new Promise((resolve, reject) => {
    server.once("error", ({ message }) => reject(new PortUnusable(port, message)));
    server.listen(port, host, () => resolve(server));
  });
}
