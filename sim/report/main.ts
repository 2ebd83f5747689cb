// SPDX-License-Identifier: MIT
// npm run lab: replay, stress and calibration, and one report of them. See USAGE and docs/lab.md.
import { main } from "../../tools/options.js";
import { reportCommand } from "./command.js";
import { OPTIONS, USAGE } from "./options.js";

await main(USAGE, OPTIONS, (values) => reportCommand(values));
