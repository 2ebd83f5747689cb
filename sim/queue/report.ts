// SPDX-License-Identifier: MIT
// npm run lab -- --workers N: the same report, whose parts are jobs of a queue.
import { main } from "../../tools/options.js";
import { reportCommand } from "../report/command.js";
import { OPTIONS, USAGE } from "../report/options.js";
import { withWorkers } from "./withWorkers.js";

await main(USAGE, { ...OPTIONS, workers: { type: "string" } }, ({ workers = "", ...values }) =>
  withWorkers(workers, (doJobs) => reportCommand(values, doJobs)),
);
