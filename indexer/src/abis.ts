// SPDX-License-Identifier: MIT
// ABIs come from the project's own build, and are never written down here.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AbiEntry } from "../../sdk/abi";
import { keccakText } from "../../sdk/keccak";
import { eventTable, type EventTable } from "../../sdk/state/decodeLog";
import { CONTRACTS, type ContractName } from "./indexer";

const ARTIFACTS: Record<ContractName, readonly string[]> = {
  // Events of both kinds: a clearinghouse of markets emits none of those of options.
  Clearinghouse: [
    "contracts/Clearinghouse.sol/Clearinghouse.json",
    "contracts/interfaces/IOptionClearinghouse.sol/IOptionClearinghouse.json",
    "contracts/interfaces/ICollateral.sol/ICollateral.json",
  ],
  Vault: ["contracts/vault/InsuranceVault.sol/InsuranceVault.json"],
  Authority: ["@openzeppelin/contracts/access/manager/AccessManager.sol/AccessManager.json"],
  // An aggregator behind a feed, or a source to which prices are brought.
  Feed: [
    "contracts/mocks/MockAggregator.sol/MockAggregator.json",
    "contracts/prices/DataStreamsPriceSource.sol/DataStreamsPriceSource.json",
  ],
};

/** Where Hardhat builds to; the ABIs of what ships are the same. */
export const ARTIFACTS_FOLDER =
  process.env["NOVATION_ARTIFACTS"] ?? fileURLToPath(new URL("../../artifacts", import.meta.url));

/** The events of each contract, as its ABI has them. */
export function readEvents(folder = ARTIFACTS_FOLDER): Record<ContractName, AbiEntry[]> {
  return byContract((name) => {
    const all = ARTIFACTS[name].flatMap((file) => {
      const { abi } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { abi: AbiEntry[] };
      return abi.filter(({ type }) => type === "event");
    });
    return [...new Map(all.map((entry) => [entry.name, entry])).values()];
  });
}

export function readTables(events = readEvents()): Record<ContractName, EventTable> {
  return byContract((name) => eventTable(events[name], keccakText));
}

function byContract<T>(make: (name: ContractName) => T): Record<ContractName, T> {
  return Object.fromEntries(CONTRACTS.map((name) => [name, make(name)])) as Record<ContractName, T>;
}
