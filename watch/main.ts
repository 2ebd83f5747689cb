// SPDX-License-Identifier: MIT
// npm run watch: see USAGE and docs/watch.md.
import { StartError } from "../chain/errors.js";
import { readDeployment } from "../chain/readDeployment.js";
import { HttpRpc } from "../sdk/client/chain/HttpRpc.js";
import { isTrouble } from "../sdk/client/chain/Rpc.js";
import { proveDeployment } from "../sdk/client/proveDeployment.js";
import { DeploymentError } from "../sdk/deploymentErrors.js";
import { readLimits, LIMITS } from "./run/limits.js";
import { USAGE, parseOptions, type Options } from "./run/options.js";
import { readersOf } from "./run/readers.js";
import { Watcher } from "./run/Watcher.js";
import { createMetrics } from "./tell/metrics.js";
import { lineOf, type Message } from "./tell/Message.js";
import { serve } from "./tell/serve.js";
import { Webhook } from "./tell/Webhook.js";

/** Milliseconds for an answer of a node, and for what the webhook has not taken at the end. */
const [REQUEST, LAST_WORDS] = [10_000, 5_000];

/** Something is wrong, called wrongly. */
const [FOUND, WRONG] = [1, 2];

async function run(options: Options): Promise<void> {
  const given = readLimits(options.limits, options.settings);
  const limits = options.once ? { ...given, ...AT_ONCE } : given;
  const deployment = readDeployment(options.deployment);
  const rpc = new HttpRpc(options.rpc, { requestTimeout: REQUEST, requestRetries: 1 });
  const nodes = options.rpc.map((url) => {
    return { host: new URL(url).host, rpc: new HttpRpc([url], { requestTimeout: REQUEST, requestRetries: 0 }) };
  });
  // A node that does not answer is an alarm; another chain, or no venue there, is a mistake of whoever starts it.
  await proveDeployment(rpc, deployment, options.deployment).catch((failure: unknown) => {
    if (!isTrouble(failure)) throw failure;
  });
  const metrics = createMetrics();
  const webhook =
    options.webhook === undefined ? undefined : new Webhook({ url: options.webhook, most: limits.webhookQueue });
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const note = (text: string) => process.stderr.write(`watch: ${text}\n`);
  const tell = (message: Message) => {
    say(options.json ? JSON.stringify(message) : lineOf(message));
    webhook?.tell(message);
  };
  let page = 0;
  const onPage = (to: number, head: number) => {
    if (Date.now() - page < PAGE_TOLD) return;
    page = Date.now();
    note(`read the venue up to block ${to} of ${head}`);
  };
  const watcher = new Watcher({
    ...{ limits, metrics, tell, chainId: deployment.chainId, clearinghouse: deployment.clearinghouse },
    readers: readersOf({ options, deployment, limits, rpc, nodes, onPage }),
    ...(webhook && { webhook: () => webhook.failure && `${webhook.host}: ${webhook.failure}` }),
  });
  if (options.once) {
    await watcher.lookOnce();
    await webhook?.end(LAST_WORDS);
    const { ok, blind, standing } = watcher.health();
    if (!options.json) note(standing.length === 0 ? "nothing is wrong" : `${standing.length} alarms`);
    for (const [name, why] of Object.entries(blind)) note(`the ${name} could not be seen: ${why}`);
    process.exitCode = ok && standing.length === 0 ? 0 : FOUND;
    return;
  }
  const text = async () => {
    metrics.waiting.set(webhook?.length ?? 0);
    metrics.taken.set(webhook?.sent ?? 0);
    metrics.refused.set(webhook?.failed ?? 0);
    metrics.folded.set(webhook?.folded ?? 0);
    return { type: metrics.registry.contentType, text: await metrics.registry.metrics() };
  };
  const { metrics: port, host } = options;
  const server =
    port === undefined ? undefined : await serve(port, host, { metrics: text, health: () => watcher.health() });
  note(`watching ${deployment.clearinghouse} by ${nodes.map((node) => node.host).join(" and ")}`);
  watcher.start();

  const stop = async () => {
    server?.close();
    const ending = watcher.stop();
    const left = (await webhook?.end(LAST_WORDS)) ?? 0;
    if (left > 0) note(`${left} messages were not taken by the webhook`);
    await Promise.race([ending, new Promise((resolve) => setTimeout(resolve, LAST_WORDS).unref())]);
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
}

/** With --once nothing has to hold for any time. */
const AT_ONCE = Object.fromEntries(
  Object.keys(LIMITS)
    .filter((name) => /For$|Within$|^clearAfter$/.test(name))
    .map((name) => [name, 0]),
);
const PAGE_TOLD = 5_000; // ms

// A reader such as `head` may have seen enough.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => process.exit(code === "EPIPE" ? 0 : 1));

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) console.log(USAGE);
  else await run(options);
} catch (failure) {
  if (!(failure instanceof StartError || failure instanceof DeploymentError)) throw failure;
  console.error(`${failure.name}: ${failure.message}`);
  process.exitCode = WRONG;
}
