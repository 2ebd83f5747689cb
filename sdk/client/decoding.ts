// SPDX-License-Identifier: MIT
import { id } from "ethers";
import { IClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IClearinghouse__factory.js";
import { decodeError, errorTable, type NamedError } from "../errors.js";
import { decodeLog, eventTable, type Log } from "../state/decodeLog.js";
import type { VenueEvent } from "../state/events.js";

// The one place where the pure part meets an ABI and a hash function.

const EVENTS = eventTable(IClearinghouse__factory.abi, id);
const ERRORS = errorTable(id);

/** The clearinghouse's event in a log; undefined for other logs. */
export function decodeVenueLog(log: Log): VenueEvent | undefined {
  return decodeLog(EVENTS, log);
}

/** The contracts' error in revert data, or in the reason of a skipped order. */
export function decodeRevert(data: string): NamedError | undefined {
  return decodeError(ERRORS, data);
}
