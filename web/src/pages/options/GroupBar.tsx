// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";
import type { DeployedOptionGroup } from "../../../../sdk/deployment.js";
import { PHASE, useChain } from "../../data/lens";
import type { ChainView, LadderView, OptionGroupView } from "../../data/options/lens";
import { latestTime } from "../../data/options/rounds";
import { grouped, percent, price, priceExact, span, UNKNOWN } from "../../format";
import { optionsText as text } from "../../text/options";
import { Banner, Panel, Stat } from "../../ui";

/** The level of volatilities has so many digits after the point; the basis is in so many ppm. */
const LEVEL_DECIMALS = 9;
const BASIS_PPM = 10n;

export interface GroupBarProps {
  readonly group: DeployedOptionGroup;
  readonly chain: ChainView;
  readonly state: OptionGroupView;
  /** The expiry that is looked at. */
  readonly ladder: LadderView | undefined;
  readonly now: bigint | undefined;
  readonly aside?: ReactNode;
}

/** What all marks of a group follow from, how old it is, and why nobody trades, when that is so. */
export function GroupBar({ group, chain, state, ladder, now, aside }: GroupBarProps) {
  const { factors, levelTime, phase } = chain;
  const observed = useChain(["spotTime", group.feed], ({ client }) => latestTime(client, group.feed)).data;
  const ageOf = (time: bigint | undefined) => (now === undefined || time === undefined ? UNKNOWN : span(now - time));
  return (
    <Panel title={text.group(group.symbol)} aside={aside}>
      <div className="grid gap-3">
        <div className="grid grid-cols-2 gap-x-4 gap-y-2 sm:grid-cols-4 lg:grid-cols-7">
          <Stat label={text.spot} value={price(factors.spot)} title={priceExact(factors.spot)} />
          <Stat label={text.spotAge} value={ageOf(observed)} tone={chain.spotFresh ? undefined : "warn"} />
          <Stat
            label={text.forward}
            value={ladder ? price(ladder.future.mark) : UNKNOWN}
            title={ladder && priceExact(ladder.future.mark)}
          />
          <Stat label={text.basis} value={ladder ? percent(ladder.basis * BASIS_PPM, 3) : UNKNOWN} />
          <Stat label={text.level} value={grouped(BigInt(factors.level), LEVEL_DECIMALS, 4)} title={text.levelHint} />
          <Stat label={text.levelAge} value={ageOf(BigInt(levelTime))} tone={chain.fresh ? undefined : "warn"} />
          <Stat label={text.state} value={text.phases[PHASE[phase]!]} tone={phase === 0 ? undefined : "warn"} />
        </div>
        <Standstill chain={chain} state={state} now={now} />
      </div>
    </Panel>
  );
}

function Standstill({ chain, state, now }: Pick<GroupBarProps, "chain" | "state" | "now">) {
  const told: string[] = [];
  if (chain.phase !== 0) told.push(text.standstill[PHASE[chain.phase] as "LOCKED" | "SETTLING"]);
  if (PHASE[chain.phase] === "LOCKED" && now !== undefined)
    told.push(state.until > now ? text.lockEnds(span(state.until - now)) : text.lockOver);
  if (!chain.spotFresh) told.push(text.standstill.spot);
  else if (!chain.fresh) {
    const since = now === undefined ? 0n : now - chain.levelStaleFrom;
    told.push(text.standstill.level(span(since)));
  }
  if (told.length === 0) return null;
  return (
    <Banner kind="warn">
      {told.map((each) => (
        <p key={each}>{each}</p>
      ))}
    </Banner>
  );
}
