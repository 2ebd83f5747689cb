// SPDX-License-Identifier: MIT
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

interface Call {
  readonly id: unknown;
  readonly method: string;
  readonly params?: unknown[];
}

/** Answers JSON-RPC over HTTP for a node in this process, as Hardhat's is. Returns its address, and what ends it. */
export async function serveNode(
  ask: (method: string, params: unknown[]) => Promise<unknown>,
): Promise<{ url: string; close: () => void }> {
  const answer = async ({ id, method, params = [] }: Call) => {
    try {
      return { jsonrpc: "2.0", id, result: await ask(method, params) };
    } catch (failure) {
      const { message, code = -32_000 } = failure as { message: string; code?: number };
      return { jsonrpc: "2.0", id, error: { code, message } };
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const asked = JSON.parse(Buffer.concat(chunks).toString()) as Call | Call[];
      const body = Array.isArray(asked) ? await Promise.all(asked.map(answer)) : await answer(asked);
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, close };
}
