// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const sdk = join(import.meta.dirname, "../../sdk");

describe("the package novation-sdk", () => {
  const sources = readdirSync(sdk, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !path.startsWith("dist"),
  );

  it("is pure outside client/, viem/ and examples/: no import leaves it but for what it depends on", () => {
    const { dependencies } = JSON.parse(readFileSync(join(sdk, "package.json"), "utf8")) as { dependencies: object };
    const depended = Object.keys(dependencies);
    const pure = sources.filter((path) => !/^(client|viem|examples)\//.test(path));
    expect(pure.length).to.be.greaterThan(50);
    for (const path of pure) {
      const imports = [...readFileSync(join(sdk, path), "utf8").matchAll(/from "([^"]+)"/g)].map(([, from]) => from!);
      const outside = imports.filter((from) => !from.startsWith(".") || join(sdk, path, "..", from).indexOf(sdk) !== 0);
      const strange = outside.filter((from) => !depended.some((name) => from.startsWith(`${name}/`)));
      expect(strange, path).to.deep.equal([]);
    }
  });
});

describe("programs: the package novation-sdk", function () {
  this.timeout(120_000);

  it("builds, and plain Node imports what it exports under its name", () => {
    const bin = join(sdk, "../node_modules/.bin");
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
    rmSync(join(sdk, "dist"), { recursive: true, force: true }); // what an earlier build left would ship as well
    execFileSync("tsc", ["-p", sdk], { env, stdio: "inherit" });
    const { exports } = JSON.parse(readFileSync(join(sdk, "package.json"), "utf8")) as { exports: object };
    const names = Object.keys(exports).filter((name) => !name.endsWith(".json"));
    const program = names
      .map((name, i) => `import * as m${i} from "${name.replace(/^\./, "novation-sdk")}";`)
      .join("\n");
    const lists = `console.log(JSON.stringify([${names.map((_, i) => `Object.keys(m${i})`).join()}]));`;
    const answer = execFileSync("node", ["--input-type=module", "-e", `${program}\n${lists}`], { cwd: sdk, env });
    const [main, client, viem, abis] = JSON.parse(String(answer)) as string[][];
    expect(names).to.deep.equal([".", "./client", "./viem", "./abis"]);
    expect(main).to.include.members(["apply", "createVenue", "liquidationMark", "signOrder"]);
    expect(client).to.include.members(["NovationClient", "Follower", "Refused"]);
    expect(viem).to.include.members(["NovationClient", "VenueReader", "Refused", "calls"]);
    expect(abis).to.include.members(["clearinghouseAbi", "lensAbi", "vaultAbi", "tokenAbi"]);
    const shipped = readdirSync(join(sdk, "dist"), { recursive: true, encoding: "utf8" });
    expect(shipped).to.include(join("sdk", "index.js"));
    expect(shipped.filter((path) => path.includes("reference"))).to.deep.equal([]);
  });
});
