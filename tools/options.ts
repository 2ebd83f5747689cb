// SPDX-License-Identifier: MIT
import { parseArgs, type ParseArgsConfig } from "node:util";

/** An option that cannot be used; the message says why. */
export class OptionError extends Error {}

/**
 * Reads the options and runs; prints `usage` for --help, and ends with 2 when an option is wrong, with 1 when the run
 * fails.
 */
export async function main<T extends NonNullable<ParseArgsConfig["options"]>>(
  usage: string,
  options: T,
  run: (values: ReturnType<typeof parse<T>>) => Promise<void>,
): Promise<void> {
  try {
    if (process.argv.includes("--help")) console.log(usage);
    else await run(parse(options));
  } catch (error) {
    console.error(error instanceof OptionError ? `${error.message}\n\n${usage}` : error);
    process.exitCode = error instanceof OptionError ? 2 : 1;
  }
}

/** The same for a script that runs from top to bottom: its options, or the end of the process. */
export function optionsOf<T extends NonNullable<ParseArgsConfig["options"]>>(usage: string, options: T) {
  try {
    if (!process.argv.includes("--help")) return parse(options);
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

/** The options of a command, as its own arguments give them. */
export function parse<T extends NonNullable<ParseArgsConfig["options"]>>(options: T, args = process.argv.slice(2)) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new OptionError((error as Error).message);
  }
}

/** The whole number that an option gives, if it lies within both bounds. */
export function wholeWithin(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high) {
    throw new OptionError(`--${name} must be a whole number from ${low} to ${high}, not "${text}"`);
  }
  return value;
}
