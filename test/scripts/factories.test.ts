// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { writeFactories } from "../../scripts/factories.mjs";

const ROOT = join(import.meta.dirname, "../..");

describe("the factories of interfaces that npm start makes for itself", () => {
  const folders: string[] = [];
  const folder = () => {
    const path = mkdtempSync(join(tmpdir(), "factories-"));
    folders.push(path);
    return path;
  };
  after(() => folders.forEach((path) => rmSync(path, { recursive: true })));

  it("stand where TypeChain puts its own, which is what the code imports", () => {
    const made = folder();
    writeFactories(join(ROOT, "artifacts"), made);
    const files = readdirSync(made, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    expect(files).to.have.length.above(20);
    for (const file of files) expect(existsSync(join(ROOT, "types/ethers-contracts", file)), file).to.equal(true);
  });

  it("leave the file's name out when it is the contract's alone", () => {
    const [artifacts, made] = [folder(), folder()];
    for (const [file, names] of Object.entries({ A: ["A"], B: ["B", "C"], D: ["E"] })) {
      const at = join(artifacts, `contracts/part/${file}.sol`);
      mkdirSync(at, { recursive: true });
      for (const contractName of names) {
        writeFileSync(join(at, `${contractName}.json`), JSON.stringify({ contractName, abi: [], bytecode: "0x" }));
      }
    }
    writeFactories(artifacts, made);
    const files = readdirSync(made, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    expect(files.sort()).to.deep.equal(
      ["A", "B.sol/B", "B.sol/C", "D.sol/E"].map((name) => `factories/contracts/part/${name}__factory.ts`),
    );
  });
});
