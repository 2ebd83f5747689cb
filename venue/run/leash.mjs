// SPDX-License-Identifier: MIT
// Ends a process when whoever started it is gone, however that ended: then its standard input closes.
//   node --import ./venue/run/leash.mjs program.ts   for a program of Node's
//   node venue/run/leash.mjs PROGRAM [arguments]     for another
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";

const PATIENCE = 8_000; // milliseconds to end in order

if (isMainThread) {
  const isProgram = process.argv[1] === fileURLToPath(import.meta.url);
  const child = isProgram ? hold(process.argv.slice(2)) : undefined;
  process.stdin.on("close", () => {
    if (child === undefined) process.kill(process.pid, "SIGTERM");
    else child.kill("SIGTERM");
    setTimeout(() => {
      child?.kill("SIGKILL");
      process.exit(1);
    }, PATIENCE).unref();
  });
  process.stdin.on("error", () => {});
  process.stdin.resume();
  process.stdin.unref();
}

function hold([program, ...args]) {
  const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  process.once("exit", () => child.kill("SIGKILL"));
  child.on("error", ({ message }) => {
    console.error(message);
    process.exit(1);
  });
  child.on("exit", (code) => process.exit(code ?? 1));
  return child;
}
