// SPDX-License-Identifier: MIT
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { noFaults, refusal, repeats, tampered, type Faults, type RpcRequest } from "./Faults.js";

/** Stands in front of a node, for HTTP and WebSocket on one port of the loopback, and does what its faults say. */
export class Proxy {
  faults: Faults = noFaults();
  /** What has been asked through it, by method. */
  readonly asked = new Map<string, number>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly target: string,
    private readonly server: Server,
    private readonly ws: WebSocketServer,
  ) {}

  static async start(target: string): Promise<Proxy> {
    const server = createServer();
    const proxy = new Proxy(target, server, new WebSocketServer({ server, maxPayload: 2 ** 30 }));
    server.on("connection", (socket) => {
      if (proxy.faults.dropped) return void socket.destroy();
      proxy.sockets.add(socket);
      socket.once("close", () => proxy.sockets.delete(socket));
    });
    server.on("request", (request, response) => void proxy.answer(request, response));
    proxy.ws.on("connection", (client) => proxy.join(client));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get wsUrl(): string {
    return this.url.replace("http", "ws");
  }

  /** Closes every connection now; new ones are accepted unless `faults.dropped`. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.drop();
    this.ws.close();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await textOf(request);
      const { status, text } = await this.ask(body);
      await this.hold();
      if (response.destroyed) return;
      response.writeHead(status, { "content-type": "application/json" });
      response.end(text);
    } catch {
      response.destroy(); // as a node that went away
    }
  }

  private async ask(body: string): Promise<{ status: number; text: string }> {
    const parsed = JSON.parse(body) as RpcRequest | RpcRequest[];
    const requests = Array.isArray(parsed) ? parsed : [parsed];
    for (const { method } of requests) this.count(method);
    const { error } = this.faults;
    if (error === 429 || error === 500) return { status: error, text: error === 429 ? "too many requests" : "no" };
    const refused = requests.map((request) => refusal(this.faults, request));
    const passed = requests.filter((_, index) => refused[index] === undefined);
    const answers = refused.filter((each) => each !== undefined);
    if (passed.length > 0) {
      const init = { method: "POST", headers: { "content-type": "application/json" } };
      const answer = await fetch(this.target, { ...init, body: JSON.stringify(passed) });
      const methods = new Map(passed.map(({ id, method }) => [id, method]));
      for (const each of (await answer.json()) as { id: unknown }[]) {
        answers.push(tampered(this.faults, each, methods.get(each.id)));
      }
    }
    return { status: 200, text: JSON.stringify(Array.isArray(parsed) ? answers : answers[0]) };
  }

  private join(client: WebSocket): void {
    const node = new WebSocket(this.target.replace("http", "ws"), { maxPayload: 2 ** 30 });
    const methods = new Map<unknown, string | undefined>();
    const waiting: string[] = [];
    const tell = (text: string) => {
      // In order, because all wait for the same time.
      void this.hold().then(() => client.readyState === WebSocket.OPEN && client.send(text));
    };
    client.on("message", (data) => {
      const text = String(data);
      const request = JSON.parse(text) as RpcRequest;
      this.count(request.method);
      const refused = this.faults.error === undefined ? refusal(this.faults, request) : refusalOf(request);
      if (refused) return tell(JSON.stringify(refused));
      methods.set(request.id, request.method);
      if (node.readyState === WebSocket.OPEN) node.send(text);
      else waiting.push(text);
    });
    node.on("open", () => waiting.forEach((text) => node.send(text)));
    node.on("message", (data) => {
      const message = JSON.parse(String(data)) as { id?: unknown };
      const text = JSON.stringify(tampered(this.faults, message, methods.get(message.id)));
      methods.delete(message.id);
      for (let times = repeats(this.faults, message); times > 0; --times) tell(text);
    });
    for (const [one, other] of [
      [client, node],
      [node, client],
    ] as const) {
      one.on("close", () => other.terminate());
      one.on("error", () => other.terminate());
    }
  }

  private count(method = "?"): void {
    this.asked.set(method, (this.asked.get(method) ?? 0) + 1);
  }

  private async hold(): Promise<void> {
    if (this.faults.stall > 0) await new Promise((resolve) => setTimeout(resolve, this.faults.stall));
  }
}

/** A WebSocket has no HTTP status: any kind of error is one of the JSON-RPC. */
function refusalOf({ id }: RpcRequest): object {
  return { jsonrpc: "2.0", id: id ?? null, error: { code: -32005, message: "limit exceeded" } };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
