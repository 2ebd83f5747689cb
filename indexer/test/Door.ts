// SPDX-License-Identifier: MIT
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Log {
  readonly address: string;
  readonly blockNumber: string;
  readonly logIndex: string;
}

interface Call {
  id: unknown;
  method: string;
}

/** Stands before a node: can be shut, lead to another node, or tell no logs of some blocks. */
export class Door {
  shut = false;
  /** These logs are left out of every answer. */
  hides: (log: Log) => boolean = () => false;

  private constructor(
    public target: string,
    private readonly server: Server,
  ) {}

  static async open(target: string): Promise<Door> {
    const server = createServer();
    const door = new Door(target, server);
    server.on("request", (request, response) => {
      door
        .answer(request)
        .then((text) => response.writeHead(200, { "content-type": "application/json" }).end(text))
        .catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return door;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    if (this.shut) throw new Error("shut");
    const headers = { "content-type": "application/json" };
    const answer = await (await fetch(this.target, { method: "POST", headers, body })).text();
    const calls = [JSON.parse(body)].flat() as Call[];
    return calls.some(({ method }) => method === "eth_getLogs") ? this.hidden(answer) : answer;
  }

  private hidden(text: string): string {
    const answer = JSON.parse(text) as { result?: unknown } | { result?: unknown }[];
    for (const each of [answer].flat()) {
      if (!Array.isArray(each.result)) continue;
      each.result = (each.result as Log[]).filter((log) => !this.hides(log));
    }
    return JSON.stringify(answer);
  }
}
