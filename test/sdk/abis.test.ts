// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Interface, id } from "ethers";
import { artifacts } from "hardhat";
import * as abis from "../../sdk/abis/index.js";
import { clearinghouseEventsAbi } from "../../sdk/abis/clearinghouseEvents.js";
import { ERROR_SIGNATURES } from "../../sdk/errors.js";
import { eventTable } from "../../sdk/state/decodeLog.js";
import { writeAbis } from "../../scripts/abis.mjs";
import { IClearinghouse__factory } from "../../types/ethers-contracts/index.js";

const signatures = (abi: ReadonlyArray<unknown>, type: string): string[] =>
  new Interface(abi as never).fragments
    .filter((fragment) => fragment.type === type)
    .map((fragment) => fragment.format("sighash"))
    .sort();

describe("the ABIs as constants", () => {
  it("are those of the build: node scripts/abis.mjs writes them", () => {
    expect(writeAbis(true)).to.deep.equal([]);
  });

  it("have every entry point, event and error of the clearinghouse and of its modules", async () => {
    const modules = [
      ...["Trading", "DirectTrading", "Absorption", "Deleveraging", "Governance"],
      ...["LiquidationByOrders", "LiquidationByAccount", "LiquidationByVault"],
    ];
    for (const name of ["Clearinghouse", "IClearinghouse", ...modules]) {
      const { abi } = await artifacts.readArtifact(name);
      for (const type of ["event", "error"]) {
        expect(signatures(abis.clearinghouseAbi, type), `${name}: ${type}s`).to.include.members(signatures(abi, type));
      }
      // A module's functions are entry points of the clearinghouse; what else is public there is for itself.
      if (!modules.includes(name)) {
        expect(signatures(abis.clearinghouseAbi, "function")).to.include.members(signatures(abi, "function"));
      }
    }
  });

  it("have a sentence for every error", () => {
    const known = new Set(ERROR_SIGNATURES.map((each) => each.replace(/ \w+(?=[,)])/g, "").replaceAll(", ", ",")));
    for (const [name, abi] of Object.entries(abis)) {
      if (name === "accessManagerAbi" || name === "tokenAbi") continue; // not of our contracts
      for (const error of signatures(abi, "error")) expect(known.has(error), `${name} ${error}`).to.equal(true);
    }
  });

  it("give the same events as the whole ABI does", () => {
    const topics = (abi: ReadonlyArray<unknown>) => [...eventTable(abi as never, id).keys()];
    expect(topics(clearinghouseEventsAbi)).to.include.members(topics(IClearinghouse__factory.abi));
  });
});
