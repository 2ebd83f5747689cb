// SPDX-License-Identifier: MIT
// npm run lab -- replay: a population, prices and deleveraging rounds on the contracts, and what other policies would
// have done. See USAGE and docs/lab.md.
import { main } from "../../tools/options.js";
import { replayCommand } from "./command.js";
import { OPTIONS, USAGE } from "./options.js";

await main(USAGE, OPTIONS, (values) => replayCommand(values));
