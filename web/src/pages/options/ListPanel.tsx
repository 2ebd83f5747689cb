// SPDX-License-Identifier: MIT
import { useState } from "react";
import type { DeployedOptionGroup } from "../../../../sdk/deployment.js";
import { listable } from "../../../../sdk/options/grid.js";
import { expiryName } from "../../../../sdk/options/seriesName.js";
import * as optionCalls from "../../../../sdk/viem/optionCalls.js";
import { callOf } from "../../chain/callOf";
import { useHere } from "../../chain/useHere";
import type { ChainView } from "../../data/options/lens";
import { iso, span } from "../../format";
import { optionsText as text } from "../../text/options";
import { EmptyState, Panel } from "../../ui";
import { Act } from "../../ui/Act";
import { Select } from "../../ui/Select";

/** Expiries that a group has at most at a time. */
const LADDERS = 8;

export interface ListPanelProps {
  readonly group: DeployedOptionGroup;
  readonly chain: ChainView;
  readonly now: bigint | undefined;
}

/** Which expiries are possible, and the transaction that lists one. */
export function ListPanel({ group, chain, now }: ListPanelProps) {
  const { clearinghouse } = useHere().deployment;
  const [chosen, setChosen] = useState<string>();
  const listed = new Set(chain.ladders.map(({ expiry }) => BigInt(expiry)));
  const possible = now === undefined ? [] : listable(now).filter((each) => !listed.has(each));
  const expiry = possible.find((each) => String(each) === chosen) ?? possible[0];
  const isFull = chain.ladders.length >= LADDERS && chain.ladders.every(({ settlement }) => settlement === 0n);
  return (
    <Panel title={text.list}>
      <div className="grid gap-3">
        <p className="text-xs text-soft">{text.listHelp}</p>
        {expiry === undefined || now === undefined ? (
          <EmptyState>{text.listNone}</EmptyState>
        ) : (
          <>
            <Select
              label={text.expiry}
              value={String(expiry)}
              options={possible.map((each) => ({
                value: String(each),
                label: `${expiryName(each)} · ${text.inSpan(span(each - now))}`,
              }))}
              onChange={setChosen}
            />
            <Act
              of={`list ${group.group}`}
              label={text.listDo}
              subject={`${group.symbol}-${expiryName(expiry)}`}
              sentence={text.listSentence(group.symbol, iso(expiry))}
              reward={null}
              closed={isFull ? text.listFull : undefined}
              call={() => callOf(optionCalls.list(clearinghouse, group.group, expiry))}
            />
          </>
        )}
      </div>
    </Panel>
  );
}
