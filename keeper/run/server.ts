// SPDX-License-Identifier: MIT
import { createServer, type Server } from "node:http";
import { PortUnusable } from "../config/errors.js";
import type { Metrics } from "./metrics.js";
import type { Report } from "./Report.js";

/**
 * /metrics for Prometheus; /health for people and orchestrators: 200 when all is well, else 503, the status as JSON
 * either way.
 */
export function serve(port: number, host: string, metrics: Metrics, report: Report): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === "/metrics") {
      void metrics.registry.metrics().then((text) => {
        response.writeHead(200, { "content-type": metrics.registry.contentType }).end(text);
      });
    } else if (request.url === "/health") {
      response.writeHead(report.healthy ? 200 : 503, { "content-type": "application/json" });
      response.end(JSON.stringify(report.status()));
    } else response.writeHead(404).end("see /health and /metrics\n");
  });
  return new Promise((resolve, reject) => {
    server.once("error", ({ message }) => reject(new PortUnusable(port, message)));
    server.listen(port, host, () => resolve(server));
  });
}
