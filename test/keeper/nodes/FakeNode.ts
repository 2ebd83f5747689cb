// SPDX-License-Identifier: MIT
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Question {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

export interface Answer {
  readonly status?: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A node on the loopback that answers as it is told. */
export class FakeNode {
  readonly asked: Question[] = [];

  private constructor(
    private readonly server: Server,
    public answer: (question: Question, count: number) => Answer | "hang up" | "silence" | Promise<Answer>,
  ) {}

  static async start(answer: FakeNode["answer"]): Promise<FakeNode> {
    const server = createServer();
    const node = new FakeNode(server, answer);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const question = JSON.parse(Buffer.concat(chunks).toString()) as Question;
        node.asked.push(question);
        void Promise.resolve(node.answer(question, node.asked.length)).then((told) => {
          if (told === "silence") return;
          if (told === "hang up") return void response.destroy();
          response.writeHead(told.status ?? 200, { "content-type": "application/json", ...told.headers });
          response.end(told.text);
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return node;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v2/secret-key`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export function result(id: number, value: unknown): Answer {
  return { text: JSON.stringify({ jsonrpc: "2.0", id, result: value }) };
}

export function error(id: number, told: object, status = 200): Answer {
  return { status, text: JSON.stringify({ jsonrpc: "2.0", id, error: told }) };
}
