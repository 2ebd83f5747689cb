// SPDX-License-Identifier: MIT
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { deploymentText } from "../../sdk/deployment.js";
import type { LocalVenue } from "../venue/LocalVenue.js";
import { runChain } from "../venue/pace.js";

const ROOT = join(import.meta.dirname, "../..");

/** Where npm run venue -- --rpc looks for it. */
const FILE = join(ROOT, "deploy/deployments/start/deployment.json");

/** Leaves the chain as it is, with a block a second, until Ctrl-C ends this process and it. */
export async function keepChain({ chain, deployment }: LocalVenue): Promise<never> {
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, deploymentText(deployment, FILE));
  await runChain((method, params) => chain.provider.send(method, params), 1, 1);
  const file = relative(process.cwd(), FILE);
  console.error(`the chain stays at ${chain.url}, a block a second from here on; Ctrl-C ends it`);
  console.error(`where the venue is: ${file}`);
  console.error(`join it: npm run venue -- --rpc ${chain.url} --deployment ${file}`);
  return new Promise<never>(() => setInterval(() => {}, 60_000));
}
