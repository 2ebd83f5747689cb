// SPDX-License-Identifier: MIT
// npm run lab -- calibrate: proposes parameters from a price history and a depth curve. See USAGE and docs/lab.md.
import { main } from "../../tools/options.js";
import { writeText } from "../files/writeText.js";
import { calibrate } from "./calibrate.js";
import { OPTIONS, USAGE, calibrationOptions } from "./options.js";
import { linesOf, textOf } from "./table.js";

await main(USAGE, OPTIONS, async (values) => {
  const options = { ...calibrationOptions(values), say: (text: string) => console.error(text) };
  const report = calibrate(options);
  if (values.json) for (const line of linesOf(report)) console.log(JSON.stringify(line));
  else console.log(textOf(report));
  console.error(`${report.seconds} s`); // not among the results: two runs print the same
  if (values.report) writeText(values.report, JSON.stringify(report));
  if (values.out) {
    options.network.write(values.out, report);
    console.error(`written: ${values.out}, for npm run deploy -- ... --parameters ${values.out}`);
  }
});
