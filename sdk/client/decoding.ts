// SPDX-License-Identifier: MIT
import { clearinghouseEventsAbi } from "../abis/clearinghouseEvents.js";
import { optionEventsAbi } from "../abis/optionEvents.js";
import { decodeError, errorTable, type ErrorTable, type NamedError } from "../errors.js";
import { decodeLog, eventTable, type EventTable, type Log } from "../state/decodeLog.js";
import type { VenueEvent } from "../state/events.js";

// Made when first needed: each entry is hashed.
let events: EventTable | undefined;
let errors: ErrorTable | undefined;

/** The event of a clearinghouse, of either kind, in a log; undefined for other logs. */
export function decodeVenueLog(log: Log): VenueEvent | undefined {
  return decodeLog((events ??= eventTable([...clearinghouseEventsAbi, ...optionEventsAbi])), log);
}

/** The contracts' error in revert data, or in the reason of a skipped order. */
export function decodeRevert(data: string): NamedError | undefined {
  return decodeError((errors ??= errorTable()), data);
}
