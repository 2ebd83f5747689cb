// SPDX-License-Identifier: MIT
// node scripts/run.mjs "COMMAND: what it does" [PART] [options]: runs a command of package.json, whose text is what
// `npm run` lists. Installs what is missing, builds what is needed, then runs it. Ends with 2 when there is no such
// part or option. Any Node >= 20.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nativeBinary } from "../tools/binary.mjs";
import { install, installService } from "./bootstrap.mjs";
import { build } from "./build.mjs";
import { COMMANDS } from "./commands.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [text = "", ...given] = process.argv.slice(2);
const name = text.split(": ")[0];
const parts = COMMANDS[name];
if (parts === undefined) refuse(`there is no command "${name}": ${Object.keys(COMMANDS).join(", ")}`);
const named = given[0] !== undefined && Object.hasOwn(parts, given[0]) && given[0] !== "";
const [partName, ...args] = named ? given : ["", ...given];
const isShared = args.some((arg) => arg === "--workers" || arg.startsWith("--workers="));
const part = { ...parts[partName], ...(isShared ? parts[partName].workers : {}) };
const wantsHelp = args.includes("--help");

const hasParts = Object.keys(parts).length > 1;
if (hasParts && !named && args[0] !== undefined && /^[a-z]+$/.test(args[0])) refuse(`${name} has no part "${args[0]}"`);
if (part.options !== undefined) {
  const unknown = args.filter((arg) => arg !== "--help" && !part.options.includes(arg));
  if (unknown.length > 0) refuse(`${title(partName)} has no option "${unknown.join('", "')}"`);
}
if (wantsHelp) console.log(usage());
if (wantsHelp && part.options !== undefined) process.exit(0);

process.chdir(root);
const path = Object.keys(process.env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
process.env[path] = [join(root, "node_modules/.bin"), process.env[path]].join(delimiter);
Object.assign(process.env, part.env);
if (!install(part.build === "run" ? "run" : "all")) process.exit(1);
for (const service of [part.service ?? []].flat()) if (!installService(service)) process.exit(1);
if (part.build !== undefined && !wantsHelp && !(await build(part.build))) process.exit(1);
if (part.shipped) process.env.HARDHAT_CONFIG = "hardhat.production.config.ts";

let code = 0;
for (const command of part.run) {
  const ended = await execute(command === part.run.at(-1) ? [...command, ...args] : command);
  if (code === 0) code = ended;
}
process.exit(code);

/**
 * Runs a program of node_modules to its end, passes signals on, and says how it ended. A terminal interrupts the
 * program itself.
 */
function execute([program, ...rest]) {
  const shell = process.platform === "win32";
  // The launcher of anvil's npm package would outlive a signal.
  const file = program === "anvil" ? nativeBinary(program) : program;
  const child = spawn(file, shell ? rest.map(quoted) : rest, { stdio: "inherit", shell });
  const pass = (signal) => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve) => {
    child.on("close", (ended, signal) => {
      for (const each of signals) process.off(each, pass);
      resolve(ended ?? 128 + (constants.signals[signal] ?? 0));
    });
    child.on("error", (error) => {
      console.error(`${name}: cannot run ${program}: ${error.message}`);
      resolve(1);
    });
  });
}

function quoted(arg) {
  return /[\s"*&|<>^]/.test(arg) ? `"${arg.replaceAll('"', '\\"')}"` : arg;
}

function title(partOf) {
  return partOf === "" ? name : `${name} ${partOf}`;
}

/** What there is to choose from. */
function usage() {
  const command = name === "start" || name === "test" ? `npm ${name}` : `npm run ${name}`;
  const width = Math.max(...Object.keys(parts).map((each) => each.length));
  const lines = Object.entries(parts).map(([each, { says, options = [] }]) => {
    const own = options.map((option) => `[${option}]`);
    const words = each === "" ? own : [own.length > 0 ? each.padEnd(width) : each, ...own];
    return [[command, ...(words.length > 0 ? ["--", ...words] : [])].join(" "), says];
  });
  const columns = Math.max(...lines.map(([call]) => call.length));
  return lines.map(([call, says]) => `${call.padEnd(columns)}  ${says}`).join("\n");
}

function refuse(why) {
  console.error(`${why}\n`);
  if (parts !== undefined) console.error(usage());
  process.exit(2);
}
