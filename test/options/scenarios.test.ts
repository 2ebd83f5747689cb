// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { BIAS, LANE_DIGITS, PPM, arrayOf, movesOf, volMovesOf } from "../../sdk/reference/options/array.js";
import { curveOf, deviationOf, markOf, priceOf, strikeOf, type Curve } from "../../sdk/reference/options/curve.js";
import { marginOf, type MarginLeg } from "../../sdk/reference/options/margin.js";
import { Random } from "../differential/random.js";
import { BASE, DAY, PARAMS, UNIT, smiling } from "./MarginVenue.js";

const SPOT = 60_000n * UNIT;
const TIME = 1_700_000_000n;
const MAX_DEVIATION = 16n << 96n;

/** A call's price after the forward and its deviation have moved, by the exact formula of marks. */
function moved(curve: Curve, place: number, move: bigint, by: bigint): bigint {
  const deviation = (deviationOf(curve, place) * by) >> 48n;
  const forward = (curve.forward * (PPM + move)) / PPM;
  const capped = deviation < MAX_DEVIATION ? deviation : MAX_DEVIATION;
  return priceOf(forward, strikeOf(curve, place), capped, (place & 1) === 0);
}

const curveFor = (days: bigint, vols: readonly bigint[], basis = 0n): Curve =>
  curveOf(
    { expiry: TIME + days * DAY, base: 18_000n * UNIT, step: 6_000n * UNIT, vols, basis },
    { spot: SPOT, level: 10n ** 9n, time: TIME },
  );

describe("Scenarios", () => {
  it("have lanes within a hundredth of their unit of the exact price, from a day to a year, 5% to 400%", () => {
    let worst = 0;
    for (const days of [1n, 7n, 30n, 364n]) {
      for (const vol of [500n, 2_500n, 6_000n, 12_000n, 40_000n]) {
        const curve = curveFor(days, smiling(vol, 0n), 300n);
        const { up, down } = volMovesOf(PARAMS, days * DAY);
        const moves = movesOf(PARAMS);
        for (let strike = 0; strike < 15; strike += 2) {
          const lanes = arrayOf(curve, PARAMS, SPOT, days * DAY, 2 * strike);
          const now = markOf(curve, 2 * strike);
          for (let j = 0; j < 16; ++j) {
            const by = j >= 14 ? 1n << 48n : j % 2 === 0 ? up : down;
            const move = moves[j < 14 ? j >> 1 : j - 7]!;
            const share = j < 14 ? PPM : PARAMS.extremeShare;
            const exact = ((moved(curve, 2 * strike, move, by) - now) * share) / PPM;
            // How far the exact profit lies below the lane, or above the next one, in lanes.
            const lane = Number((exact << (LANE_DIGITS + 20n)) / SPOT) / 2 ** 20 - Number(lanes[j]! - BIAS);
            worst = Math.max(worst, -lane, lane - 1);
          }
        }
      }
    }
    expect(worst).lt(0.01).gt(0);
  });

  /** What a portfolio of one expiry loses between the nodes beyond what it loses at them, of the underlying's price. */
  function missed(curve: Curve, days: bigint, held: readonly (readonly [number, bigint])[]): number {
    const { up, down } = volMovesOf(PARAMS, days * DAY);
    const legs: MarginLeg[] = held.map(([index, size]) => {
      const lanes = arrayOf(curve, PARAMS, SPOT, days * DAY, index & 30);
      return { index, size, mark: markOf(curve, index), forward: curve.forward, left: days * DAY, lanes };
    });
    const { profits } = marginOf(legs, PARAMS, SPOT);
    const least = profits.reduce((a, b) => (a < b ? a : b), 0n);
    let worst = 0;
    for (let move = -160_000n; move <= 160_000n; move += 5_000n) {
      for (const by of [up, down]) {
        const profit = legs.reduce(
          (sum, { index, size, mark }) => sum + (size * (moved(curve, index, move, by) - mark)) / UNIT,
          0n,
        );
        worst = Math.max(worst, Number(((least - profit) * 1_000_000n * UNIT) / (BASE * SPOT)) / 1e6);
      }
    }
    return worst;
  }

  it("miss at most 0.3% of the price between their nodes a contract, of portfolios at random", () => {
    const random = new Random(11);
    let worst = 0;
    for (let round = 0; round < 60; ++round) {
      const days = random.pick([1n, 3n, 7n, 30n]);
      const held = Array.from({ length: random.whole(2, 6) }, () => {
        const size = (random.chance(0.5) ? 1n : -1n) * BigInt(random.whole(1, 1_000)) * (BASE / 1_000n);
        return [random.whole(4, 22), size] as const;
      });
      worst = Math.max(worst, missed(curveFor(days, smiling(6_000n, 0n)), days, held));
    }
    expect(worst).lt(0.003).gt(0);
  });

  it("miss at most 2% of the price of what is made for it: short butterflies a day before their expiry", () => {
    let worst = 0;
    for (const step of [1_500n, 3_000n, 6_000n]) {
      for (let strike = 1; strike < 14; ++strike) {
        const terms = { expiry: TIME + DAY, base: SPOT - 7n * step * UNIT, step: step * UNIT, basis: 0n };
        const curve = curveOf({ ...terms, vols: smiling(6_000n, 0n) }, { spot: SPOT, level: 10n ** 9n, time: TIME });
        const wings = [2 * strike - 2, 2 * strike + 2].map((index) => [index, -BASE] as const);
        worst = Math.max(worst, missed(curve, 1n, [...wings, [2 * strike, 2n * BASE]]));
      }
    }
    expect(worst).lt(0.02).gt(0.01);
  });

  it("give an inverse position what a venue's simulation publishes, once it is put into quote", () => {
    // Deribit, `private/pme/simulate`, as quoted in its documentation: 0.31335083 BTC of an inverse position, in BTC.
    const published: Record<string, string> = {
      "-160000": "-0.0596858724",
      "-120000": "-0.0427296596",
      "-80000": "-0.0272478983",
      "-40000": "-0.0130562846",
    };
    // Nodes at 4%, 8%, 12%, and an extreme of 16% that counts whole.
    const params = { ...PARAMS, scanRange: 120_000n, extremeMove: 160_000n, extremeShare: PPM };
    const leg = { index: 255, size: 313_350_830n, mark: SPOT, forward: SPOT, left: 0n, lanes: [] };
    const { profits } = marginOf([leg], params, SPOT);
    const moves = movesOf(params);
    for (const [move, inBase] of Object.entries(published)) {
      const m = moves.indexOf(BigInt(move));
      const profit = profits[m < 7 ? 2 * m : m + 7]!;
      // Quote over the moved price is base. The second figure differs by 1e-9.
      const price = (60_000 * (1e6 + Number(move))) / 1e6;
      expect(Math.abs(Number(profit) / 1e9 / price - Number(inBase))).lt(1e-9);
    }
  });

  it("add up as SPAN's published arrays do", () => {
    // L. G. McMillan, Options as a Strategic Investment, chapter on SPAN margin: an S&P 500 call whose risk array has
    // these extremes, and a future with a scan range of 10,000. Only the lanes that bind are published.
    const future = 10_000n;
    const lanes = Array<bigint>(16).fill(BIAS);
    const scale = 10n; // quote a lane: any, as long as the figures are whole lanes
    lanes[10] = BIAS + 8_060n / scale; // up the range, volatility up
    lanes[12] = BIAS - 3_380n / scale; // down the range, volatility up
    lanes[13] = BIAS - 3_990n / scale; // and down
    const spot = (scale << LANE_DIGITS) * UNIT;
    const params = { ...PARAMS, scanRange: (future * PPM * UNIT) / spot, extremeShare: 0n };
    const call = (size: bigint): MarginLeg => ({ index: 14, size, mark: 0n, forward: spot, left: DAY, lanes });
    const loss = (lane: number, legs: readonly MarginLeg[]) => -marginOf(legs, params, spot).profits[lane]!;
    // A short's lane counts one more, and the scan range is in whole ppm.
    const near = (x: bigint, y: number) => expect(Math.abs(Number(x) / Number(BASE) - y)).lte(11);
    const perpetual: MarginLeg = { index: 255, size: BASE, mark: spot, forward: spot, left: 0n, lanes: [] };
    near(loss(13, [call(BASE)]), 3_990);
    near(loss(10, [call(-BASE)]), 8_060);
    near(loss(12, [perpetual]), 10_000);
    near(loss(12, [perpetual, call(-BASE)]), 6_620);
  });
});
