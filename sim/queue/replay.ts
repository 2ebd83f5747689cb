// SPDX-License-Identifier: MIT
// npm run lab -- replay --workers N: the same, whose modes are jobs of a queue.
import { main } from "../../tools/options.js";
import { replayCommand } from "../replay/command.js";
import { OPTIONS, USAGE } from "../replay/options.js";
import { withWorkers } from "./withWorkers.js";

await main(USAGE, { ...OPTIONS, workers: { type: "string" } }, ({ workers = "", ...values }) =>
  withWorkers(workers, (doJobs) => replayCommand(values, doJobs)),
);
