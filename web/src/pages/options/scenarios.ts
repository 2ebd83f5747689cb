// SPDX-License-Identifier: MIT
import { BINDING, type MarginFigures, type OptionGroupView } from "../../data/options/lens";
import { percent } from "../../format";
import { optionsText as text } from "../../text/options";

export type Moves = Pick<OptionGroupView["risk"], "scanRange" | "extremeMove">;

export interface Scenario {
  readonly move: string;
  readonly vol: string;
  readonly profit: bigint;
  readonly binds: boolean;
}

/** Moves of the price in thirds of the scan range, in the lens's order. */
const THIRDS = [0, 1, -1, 2, -2, 3, -3] as const;
/** Scenarios with volatility up and down; then the two extremes. */
const PAIRED = 14;

/** The 16 scenarios in words, in the lens's order. */
export function scenariosOf({ profits, worst, binding }: MarginFigures, moves: Moves): Scenario[] {
  const decides = BINDING[binding] === "SCENARIO";
  return profits.map((profit, index) => {
    const binds = decides && index === worst;
    if (index >= PAIRED) {
      const extreme = percent(moves.extremeMove, 1);
      return { move: text.extremes[index - PAIRED]!(extreme), vol: text.volExtreme, profit, binds };
    }
    const thirds = THIRDS[index >> 1]!;
    const by = percent(Math.floor((moves.scanRange * Math.abs(thirds)) / 3), 1);
    const move = thirds === 0 ? text.unmoved : thirds > 0 ? text.up(by) : text.down(by);
    return { move, vol: text.vols[index & 1]!, profit, binds };
  });
}

/** What decides initial margin, in words. */
export function bindingOf(figures: MarginFigures, moves: Moves): string {
  const binding = BINDING[figures.binding]!;
  if (binding !== "SCENARIO") return text.bindings[binding];
  const { move, vol } = scenariosOf(figures, moves)[figures.worst]!;
  return text.bindings.SCENARIO(move, vol);
}
