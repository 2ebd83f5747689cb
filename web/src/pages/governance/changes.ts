// SPDX-License-Identifier: MIT
import { unitOf } from "../../data/parameters";
import { PAUSE_LEVEL } from "../../data/lens/names";
import { address, moment, price } from "../../format";
import { parameterValue } from "../../format/parameter";
import { governanceText as text } from "../../text/governance";

/** A value that governance set, as the indexer has it, in people's units. */
export function changeText(scope: string, name: string, value: string | null): string {
  if (value === null) return text.first;
  if (/^0x[0-9a-fA-F]{40}$/.test(value)) return address(value);
  if (!/^-?\d+$/.test(value)) return text.levels[value] ?? value;
  const unit = unitOf(scope, name);
  if (unit !== undefined) return parameterValue(BigInt(value), unit);
  if (name === "pause") return text.levels[PAUSE_LEVEL[Number(value)] ?? ""] ?? value;
  if (name === "pausedUntil") return moment(BigInt(value));
  return name === "settledAt" ? price(BigInt(value)) : value;
}
