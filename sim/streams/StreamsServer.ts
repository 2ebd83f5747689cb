// SPDX-License-Identifier: MIT
import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HEADERS, signRequest, type Credentials } from "../../chain/reports/signRequest.js";

/** What the server says of a feed: the fields of its answer. */
export interface Answered {
  readonly feedID: string;
  readonly validFromTimestamp: number;
  readonly observationsTimestamp: number;
  readonly fullReport: string;
}

export interface StreamsServerOptions {
  readonly credentials: Credentials;
  /** The newest report of a feed; undefined: there is none of it. */
  readonly latest: (feedId: string) => Promise<Answered | undefined> | Answered | undefined;
  readonly port?: number;
  /** What `/health` answers to anybody, if it is asked for. */
  readonly health?: () => Promise<object>;
}

/** How far the clock of who asks may be off, milliseconds. */
const SKEW = 5_000;

/** Serves signed reports as the REST API of Chainlink Data Streams does: `/api/v1/reports/latest?feedID=`. */
export class StreamsServer {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(options: StreamsServerOptions): Promise<StreamsServer> {
    const server = createServer((request, response) => void answer(options, request, response));
    server.listen(options.port ?? 0, "127.0.0.1");
    await once(server, "listening");
    return new StreamsServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function answer(options: StreamsServerOptions, request: IncomingMessage, response: ServerResponse) {
  const say = (status: number, value: unknown) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  try {
    if (options.health !== undefined && request.url === "/health") return say(200, await options.health());
    if (!isSigned(options.credentials, request)) return say(401, { error: "the request is not signed by a known key" });
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://streams");
    if (pathname !== "/api/v1/reports/latest") return say(404, { error: "no such path" });
    const feedId = searchParams.get("feedID");
    if (feedId === null || !/^0x[0-9a-fA-F]{64}$/.test(feedId)) return say(400, { error: "feedID is none" });
    const report = await options.latest(feedId.toLowerCase());
    return report === undefined ? say(404, { error: "no report of this feed" }) : say(200, { report });
  } catch (failure) {
    return say(500, { error: (failure as Error).message });
  }
}

function isSigned(credentials: Credentials, { method = "", url = "", headers }: IncomingMessage): boolean {
  const [key, time, given] = [HEADERS.key, HEADERS.time, HEADERS.signature].map((name) => String(headers[name]));
  if (key !== credentials.key || !(Math.abs(Date.now() - Number(time)) <= SKEW)) return false;
  const expected = signRequest(credentials, method, url, Number(time))[HEADERS.signature];
  const [one, other] = [Buffer.from(expected), Buffer.from(given!)];
  return one.length === other.length && timingSafeEqual(one, other);
}
