// SPDX-License-Identifier: MIT
// npm run lab -- stress: crashes and attacks on the real contracts. See USAGE.
import { main } from "../../tools/options.js";
import { stressCommand } from "./command.js";
import { OPTIONS, USAGE } from "./options.js";

await main(USAGE, OPTIONS, (values) => stressCommand(values));
