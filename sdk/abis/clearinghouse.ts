// SPDX-License-Identifier: MIT
import { clearinghouseErrorsAbi } from "./clearinghouseErrors.js";
import { clearinghouseEventsAbi } from "./clearinghouseEvents.js";
import { clearinghouseFunctionsAbi } from "./clearinghouseFunctions.js";
import { inheritedEventsAbi } from "./inheritedEvents.js";

/** All modules' entry points, events and errors. A page that needs only some of these imports its parts. */
export const clearinghouseAbi = [
  ...clearinghouseFunctionsAbi,
  ...clearinghouseEventsAbi,
  ...inheritedEventsAbi,
  ...clearinghouseErrorsAbi,
] as const;
