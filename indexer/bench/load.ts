// SPDX-License-Identifier: MIT
import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";

export interface Asking {
  readonly ports: readonly number[];
  /** The path of the next request. */
  readonly path: () => string;
  readonly clients: number;
  readonly seconds: number;
  /** Milliseconds that a client waits after each answer; 0: it asks as fast as it is answered. */
  readonly pause: number;
}

export interface Load {
  readonly requests: number;
  readonly failed: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
}

/** So many clients, each on a connection of its own, ask for some seconds. */
export async function load({ ports, path, clients, seconds, pause }: Asking): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const end = performance.now() + seconds * 1_000;
  const times: number[] = [];
  let failed = 0;
  const client = async (index: number) => {
    const port = ports[index % ports.length]!;
    await sleep((pause * index) / clients); // not all in one moment
    while (performance.now() < end) {
      const began = performance.now();
      const status = await get(agent, port, path());
      times.push(performance.now() - began);
      if (status !== 200) failed += 1;
      if (pause > 0) await sleep(pause);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  const took = (performance.now() - began) / 1_000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { requests: times.length, failed, perSecond: times.length / took, p50: at(0.5), p99: at(0.99), worst: at(1) };
}

function get(agent: Agent, port: number, path: string): Promise<number> {
  return new Promise((resolve) => {
    const asked = request({ agent, port, path, host: "127.0.0.1" }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
    });
    asked.once("error", () => resolve(0));
    asked.end();
  });
}
