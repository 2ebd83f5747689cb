// SPDX-License-Identifier: MIT
// npm run keeper -- watch [--url URL] [--once]: what a keeper's /health says, in a terminal, every second.
import { parseArgs } from "node:util";
import type { Status } from "./run/Status.js";
import { screen } from "./run/screen.js";

const values = options();
const url = values.url ?? "http://127.0.0.1:9464";

async function show(): Promise<void> {
  let text: string;
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) });
    text = screen((await response.json()) as Status, response.ok);
  } catch {
    text = `no keeper answers at ${url}/health: start one with npm run keeper, or give --url.`;
    if (values.once) process.exitCode = 1;
  }
  if (!values.once) process.stdout.write("\x1b[2J\x1b[H");
  console.log(text);
}

await show();
if (!values.once) setInterval(() => void show(), 1_000);

function options() {
  try {
    return parseArgs({ options: { url: { type: "string" }, once: { type: "boolean" } } }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\nnpm run keeper -- watch [--url URL] [--once]`);
    process.exit(2);
  }
}
