// SPDX-License-Identifier: MIT
import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";

export interface Load {
  readonly requests: number;
  readonly failed: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
}

/** So many clients ask for paths in turn, each as soon as it was answered, for some seconds. */
export async function load(
  ports: readonly number[],
  paths: readonly string[],
  clients: number,
  seconds: number,
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const end = performance.now() + seconds * 1_000;
  const times: number[] = [];
  let [failed, turn] = [0, 0];
  const client = async (index: number) => {
    const port = ports[index % ports.length]!;
    while (performance.now() < end) {
      const began = performance.now();
      const status = await get(agent, port, paths[turn++ % paths.length]!);
      times.push(performance.now() - began);
      if (status !== 200) failed += 1;
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
