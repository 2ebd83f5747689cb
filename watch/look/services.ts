// SPDX-License-Identifier: MIT
import type { ServiceSeen } from "./Picture.js";

const PATIENCE = 5_000; // ms

/** A service, and the path at which it says how it is: 200 when it is well. */
export interface WatchedService {
  readonly name: "relay" | "keeper" | "indexer";
  readonly url: string;
}

const PATHS = { relay: "/health", keeper: "/health", indexer: "/v1/health" } as const;

/** How the services say that they are. */
export function lookAtServices(services: readonly WatchedService[]): Promise<ServiceSeen[]> {
  return Promise.all(services.map(one));
}

async function one({ name, url }: WatchedService): Promise<ServiceSeen> {
  try {
    const answer = await fetch(url + PATHS[name], { signal: AbortSignal.timeout(PATIENCE) });
    const body = (await answer.json()) as Record<string, unknown>;
    return { name, isWell: answer.ok, says: wordsOf(body, answer.status) };
  } catch (failure) {
    const { message, cause } = failure as Error & { cause?: { code?: string } };
    return { name, isWell: false, says: `no answer: ${cause?.code ?? message}` };
  }
}

/** The first thing that it says of its trouble. */
function wordsOf(body: Record<string, unknown>, status: number): string {
  const told = ["failure", "trouble", "stopped", "error", "status", "stage"].map((name) => body[name]);
  const words = told.find((each) => typeof each === "string" && each !== "") as string | undefined;
  return words ?? `it answers ${status}`;
}
