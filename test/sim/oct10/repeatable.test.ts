// SPDX-License-Identifier: MIT
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";

const run = promisify(execFile);

/** What `npm start` prints, on a machine with another clock and another pace. */
async function printed(args: string[], clock: { SHIFT: string; SLOW: string }): Promise<string> {
  const preload = new URL("./clock.mjs", import.meta.url).href;
  const command = ["--import", "tsx", "--import", preload, "sim/oct10/main.ts", "--accounts", "20", ...args];
  const env = { ...process.env, NODE_OPTIONS: "", ...clock };
  const { stdout } = await run(process.execPath, command, { env, maxBuffer: 1 << 24 });
  return stdout;
}

const NOW = { SHIFT: "0", SLOW: "0" };
const LATER = { SHIFT: "3600000", SLOW: "120" };

describe("programs: two runs of the start script", function () {
  this.timeout(600_000); // six runs, three of them made slow

  // The second had another line of refusals on a slower machine, the third another number of locks.
  const runs = [
    ["--seed", "1", "--json"],
    ["--seed", "2", "--mode", "prorata"],
    ["--seed", "1", "--sleep", "340"],
  ];
  for (const args of runs) {
    it(`print the same to the byte, an hour later and on a slower machine: ${args.join(" ")}`, async () => {
      const first = await printed(args, NOW);
      expect(first).to.match(/deleverages|"deleverages"/);
      expect(await printed(args, LATER)).to.equal(first);
    });
  }
});
