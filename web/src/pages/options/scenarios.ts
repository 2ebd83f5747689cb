// SPDX-License-Identifier: MIT
import { BINDING, type MarginFigures } from "../../data/options/lens";
import { optionsText as text } from "../../text/options";

export interface Scenario {
  readonly move: string;
  readonly vol: string;
  readonly profit: bigint;
  readonly binds: boolean;
}

/** The 16 scenarios in words, in the lens's order: moves with volatility up and down, then the extremes. */
export function scenariosOf({ profits, worst, binding }: MarginFigures): Scenario[] {
  const decides = BINDING[binding] === "SCENARIO";
  return profits.map((profit, index) => ({
    move: text.moves[index >> 1]!,
    vol: index < 14 ? text.vols[index & 1]! : text.volExtreme,
    ...(index >= 14 && { move: text.extremes[index - 14]! }),
    profit,
    binds: decides && index === worst,
  }));
}

/** What decides initial margin, in words. */
export function bindingOf(figures: MarginFigures): string {
  const binding = BINDING[figures.binding]!;
  if (binding !== "SCENARIO") return text.bindings[binding];
  const { move, vol } = scenariosOf(figures)[figures.worst]!;
  return text.bindings.SCENARIO(move, vol);
}
