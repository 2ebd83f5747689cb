// SPDX-License-Identifier: MIT
import { createServer } from "node:net";
import type { Ports } from "./Venue.js";

const FIRST = Number(process.env["NOVATION_WEB_PORT"] ?? 9_410);
const PORTS: Ports = {
  ...{ relay: FIRST, indexer: FIRST + 1, page: FIRST + 2 },
  ...{ optionRelay: FIRST + 3, optionIndexer: FIRST + 4, optionPage: FIRST + 5 },
};

/** The ports of a run's venue; ends the program with 1 when one is taken. */
export async function freePorts(): Promise<Ports> {
  for (const port of Object.values(PORTS)) {
    if (await isFree(port)) continue;
    console.error(`port ${port} is taken: end what listens there, or set NOVATION_WEB_PORT to the first of six`);
    process.exit(1);
  }
  return PORTS;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
