// SPDX-License-Identifier: MIT
// npm run lab -- stress --workers N: the same, whose parts are jobs of a queue.
import { main } from "../../tools/options.js";
import { stressCommand } from "../stress/command.js";
import { OPTIONS, USAGE } from "../stress/options.js";
import { withWorkers } from "./withWorkers.js";

await main(USAGE, { ...OPTIONS, workers: { type: "string" } }, ({ workers = "", ...values }) =>
  withWorkers(workers, (doJobs) => stressCommand(values, doJobs)),
);
