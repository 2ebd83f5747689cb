// SPDX-License-Identifier: MIT
// npm run assure -- descriptor: what hardware wallets are told of an order (sdk/erc7730), by the linter of ERC-7730.
//
// The linter is a Python tool and optional: `pip install erc7730==1.0.12` (Python 3.12), or ERC7730=path/to/erc7730. It
// asks no network about an EIP-712 descriptor. Exit code 0: no error and no warning; 1: not so; 3: it is not installed.
//
// A descriptor names the deployments that it is true of, and the file in sdk/ names none. So a copy is linted that
// names those of --deployment, or else a made-up one. The linter does not look at the paths of fields:
// test/sdk/order.test.ts does.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseDeployment } from "../sdk/deployment.js";
import { optionsOf } from "../tools/options.js";
import { root } from "./assurance/solc.js";

const USAGE = `npm run assure -- descriptor [options]
  --deployment FILE  a venue that the descriptor is true of; may be given more than once (default: a made-up one)
  --out FILE         where to keep the descriptor with its deployments; its name has to begin with eip712-
                     (default: cache/erc7730/eip712-Order.json)
  --help`;
const SOURCE = "sdk/erc7730/eip712-Order.json";
const CLEAN = /checked 1 .*no errors found/;
/** Nobody's: a descriptor without any deployment is no descriptor. */
const MADE_UP = { chainId: 1, address: `0x${"11".repeat(20)}` };

interface Descriptor {
  context: { eip712: { deployments: { chainId: number; address: string }[] } };
}

const { deployment: files = [], out } = optionsOf(USAGE, {
  deployment: { type: "string", multiple: true },
  out: { type: "string", default: join(root, "cache/erc7730/eip712-Order.json") },
});
const linter = process.env["ERC7730"] ?? "erc7730";
if (spawnSync(linter, ["--help"]).status !== 0) {
  console.error("The linter is not installed: pip install erc7730==1.0.12, or name it in ERC7730");
  process.exit(3);
}

const descriptor = JSON.parse(readFileSync(join(root, SOURCE), "utf8")) as Descriptor;
const deployments = files.map((file) => {
  try {
    const { chainId, clearinghouse } = parseDeployment(readFileSync(file, "utf8"), file);
    return { chainId: Number(chainId), address: clearinghouse };
  } catch (error) {
    console.error(`--deployment: ${(error as Error).message}`);
    process.exit(2);
  }
});
descriptor.context.eip712.deployments = deployments.length > 0 ? deployments : [MADE_UP];
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, `${JSON.stringify(descriptor, null, 2)}\n`);

const lint = spawnSync(linter, ["lint", out], { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
console.log(`${lint.stdout}${lint.stderr}`.trim());
// It ends with 0 when it has warnings.
process.exit(lint.status === 0 && CLEAN.test(lint.stdout) ? 0 : 1);
