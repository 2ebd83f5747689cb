// SPDX-License-Identifier: MIT
import { localParameters } from "../../deploy/parameters.js";
import type { MarketParameters } from "../../sdk/parameters/market.js";
import type { VenueParameters } from "../../sdk/parameters/venue.js";

const integers = (values: object) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, BigInt(value as bigint | number)]));

/** Of deploy/parameters/local.json, so that a new parameter needs no line in a test that does not ask for it. */
export const VENUE_DEFAULTS = integers(localParameters().venue) as unknown as VenueParameters;
export const MARKET_DEFAULTS = integers(localParameters().btcMarket) as unknown as MarketParameters;
