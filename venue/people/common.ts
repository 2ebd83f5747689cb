// SPDX-License-Identifier: MIT
// What the processes of people/ have in common: their options, their health, their turns.
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { readDeployment } from "../../chain/readDeployment.js";
import { headerAt, type Header } from "../../sdk/client/chain/blocks.js";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Deployment } from "../../sdk/deployment.js";
import { Scene, type SceneName } from "./scene.js";

export interface Common {
  readonly rpc: Rpc;
  readonly deployment: Deployment;
  readonly seed: number;
  /** Seconds of the chain a block. */
  readonly step: number;
  readonly port: number;
  readonly scene: Scene;
  /** Unix seconds of the chain when the scene begins. */
  readonly begin: number;
  readonly relay: string;
  readonly many: number;
}

const text = { type: "string" } as const;
const OPTIONS = {
  ...{ rpc: text, deployment: text, relay: text, seed: text, step: text, port: text, scene: text, begin: text },
  ...{ lead: text, marks: text, many: text },
} as const;

/** As the venue gives them: they are not for people to type. */
export function commonOptions(): Common {
  const { values } = parseArgs({ options: OPTIONS, strict: true });
  const number = (name: keyof typeof values) => Number(values[name] ?? 0);
  const rpc = new HttpRpc([values.rpc!], { requestTimeout: 10_000, requestRetries: 0 });
  const marks = JSON.parse(values.marks ?? "{}") as Record<string, number>;
  return {
    rpc,
    deployment: readDeployment(values.deployment!),
    seed: number("seed"),
    step: number("step"),
    port: number("port"),
    scene: new Scene(values.scene as SceneName, number("seed"), number("lead"), marks),
    begin: number("begin"),
    relay: values.relay ?? "",
    many: number("many"),
  };
}

const POLL = 150; // ms
const QUIET = 20_000; // ms without a turn that succeeded after which it is not well

/** Takes a turn at every new block until it is told to end, and answers /health. A turn that fails is told there. */
export function everyBlock(
  { rpc, port }: Common,
  turn: (header: Header) => Promise<string>,
  before: () => Promise<void> = async () => {},
): void {
  let [block, says, failure, doneAt] = [undefined as number | undefined, "starting", "", 0];
  let ending = false;
  const server = createServer((_, response) => {
    const ok = failure === "" && Date.now() - doneAt < QUIET;
    response.writeHead(ok ? 200 : 503, { "content-type": "application/json" });
    response.end(JSON.stringify({ block, says: failure || says }));
  }).listen(port, "127.0.0.1");

  const live = async () => {
    let ready = false;
    while (!ending) {
      try {
        if (!ready) await before();
        ready = true;
        const header = (await headerAt(rpc, "latest"))!;
        if (header.number !== block) {
          says = await turn(header);
          block = header.number;
        }
        [failure, doneAt] = ["", Date.now()];
      } catch (caught) {
        const told = (caught as Error).message;
        if (told !== failure) console.error(new Date().toISOString(), (caught as Error).stack);
        failure = told;
      }
      await new Promise((resolve) => setTimeout(resolve, failure === "" ? POLL : 1_000));
    }
    server.close();
    server.closeAllConnections();
  };
  const living = live();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      ending = true;
      void living.then(() => process.exit(0));
    });
  }
}
