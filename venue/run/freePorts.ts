// SPDX-License-Identifier: MIT
import { createServer } from "node:net";
import { PortTaken } from "./Door.js";

/** Names the first port that somebody has, before anything is started. */
export async function freePorts(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    await new Promise<void>((resolve, reject) => {
      const server = createServer();
      server.once("error", ({ message }) => reject(new PortTaken(port, message)));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve()));
    });
  }
}
