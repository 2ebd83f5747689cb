// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import { forgeBinary } from "../../tools/binary.mjs";
import { MODELS, type Row } from "./claims.js";

const SUITE = "test/proofs/ModelsAgree.t.sol";

/** One test, as `forge test --json` prints it. */
interface Result {
  status: string;
  reason: string | null;
  duration: string;
  kind: { Fuzz?: { runs: number } };
}

/** Holds the models against the code on random operands: fuzzing, no proof. */
export function agreement(root: string): Row[] {
  const env = { ...process.env, FOUNDRY_PROFILE: "proofs" };
  const args = ["test", "--match-path", SUITE, "--json"];
  const run = spawnSync(forgeBinary(), args, { cwd: root, env, encoding: "utf8", maxBuffer: 1 << 28 });
  const json = run.stdout.split("\n").find((line) => line.startsWith("{")) ?? "{}";
  const suites = Object.values(JSON.parse(json) as Record<string, { test_results: Record<string, Result> }>);
  const rows = suites.flatMap((suite) => Object.entries(suite.test_results)).map(([name, result]) => row(name, result));
  if (rows.length === 0) throw new Error(`forge ran no test of ${SUITE}: ${run.stderr.slice(-500)}`);
  return rows;
}

/** Each test is named for its model: testFuzz_sizes_areAsModelled. */
function row(name: string, { status, reason, duration, kind }: Result): Row {
  const [, file, holds = ""] = /^testFuzz_([a-z]+)_(\w+)/.exec(name) ?? [];
  const model = MODELS.find((each) => each.file === `${file}.smt2`);
  if (!model) throw new Error(`${SUITE}: ${name} is not named for a model`);
  const passed = status === "Success";
  return {
    claim: model.claim,
    statement: `${file}: the code agrees (${holds})`,
    tool: "forge",
    bound: `${kind.Fuzz?.runs ?? 0} random operands`,
    result: passed ? "agrees" : `FAILED (${reason ?? status})`,
    passed,
    seconds: secondsOf(duration),
  };
}

/** Of "1s 23ms 456µs 789ns". */
function secondsOf(duration: string): number {
  const units: Record<string, number> = { s: 1, ms: 1e-3, µs: 1e-6, ns: 1e-9 };
  const parts = [...duration.matchAll(/(\d+)(ms|µs|ns|s)/g)];
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (units[unit] ?? 0), 0);
}
