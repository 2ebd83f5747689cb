// SPDX-License-Identifier: MIT
import { useId, useState } from "react";
import type { MarketId } from "../../../../sdk/order.js";
import { groupOf, indexOf } from "../../../../sdk/order.js";
import { refusalIn } from "../../chain/refusal";
import { useHere } from "../../chain/useHere";
import { PHASE, STANDING, useGroupView, type AccountView } from "../../data/lens";
import { count, money, percent, price, signedMoney, size } from "../../format";
import { riskText as text } from "../../text/risk";
import { Age, Banner, EmptyState, Lines, Panel, Shown, classes, toneOf, type PreviewLine } from "../../ui";
import { Select } from "../../ui/Select";
import { chargeOf, moveOf } from "./figures";
import { useAtRisk, useShock } from "./useShock";

/** Tenths of a percent, either way. */
const FURTHEST = 500;
const QUICK = [-200, -100, -50, 50, 100, 200];
const TONES = { long: "text-long", short: "text-short" } as const;

/** A sudden move of one mark, tried by the contracts. */
export function ShockPanel({ account }: { readonly account: AccountView | undefined }) {
  const { deployment } = useHere();
  const own = account?.positions[0]?.market;
  const [chosen, setChosen] = useState<string>();
  const market = BigInt(chosen ?? own ?? deployment.markets[0]!.id) as MarketId;
  const [tenths, setTenths] = useState(-100);
  const atRisk = useAtRisk();
  const mine = account && account.health.group !== 0 ? account.health.account : undefined;
  const group = useGroupView(groupOf(market));
  const query = useShock(market, moveOf(tenths), mine, atRisk.data ?? []);
  const isLocked = group.data !== undefined && PHASE[group.data.phase] !== "NORMAL";
  return (
    <Panel title={text.shock} aside={<Age at={query.dataUpdatedAt} staleAfter={30_000} of={text.shock} />}>
      <div className="grid gap-3">
        <p className="text-xs text-soft">{text.shockHelp}</p>
        <div className="grid grid-cols-[6rem_minmax(0,1fr)] items-end gap-3">
          <Select
            label={text.market}
            value={String(market)}
            options={deployment.markets.map(({ id, symbol }) => ({ value: String(id), label: symbol }))}
            onChange={setChosen}
          />
          <MoveSlider tenths={tenths} onChange={setTenths} />
        </div>
        <div className="flex flex-wrap gap-1">
          {QUICK.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === tenths}
              onClick={() => setTenths(each)}
              className={classes(
                "min-h-6 rounded border px-2 text-xs",
                each === tenths ? "border-accent text-ink" : "border-line text-soft hover:text-ink",
              )}
            >
              {signed(each)}
            </button>
          ))}
        </div>
        {isLocked ? (
          <EmptyState>{text.locked}</EmptyState>
        ) : (
          <Shown query={query}>
            {(found) => <Outcome market={market} account={account} known={atRisk.data !== undefined} {...found} />}
          </Shown>
        )}
      </div>
    </Panel>
  );
}

function MoveSlider({ tenths, onChange }: { readonly tenths: number; readonly onChange: (tenths: number) => void }) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <div className="flex justify-between text-xs">
        <label htmlFor={id} className="text-soft">
          {text.move}
        </label>
        <output htmlFor={id} className="font-medium">
          {signed(tenths)}
        </output>
      </div>
      <input
        id={id}
        type="range"
        min={-FURTHEST}
        max={FURTHEST}
        step={5}
        value={tenths}
        aria-valuetext={signed(tenths)}
        onChange={(event) => onChange(Number(event.target.value))}
        className="h-6 w-full accent-(--accent)"
      />
    </div>
  );
}

const signed = (tenths: number): string => `${tenths > 0 ? "+" : ""}${percent(moveOf(tenths), 1)}`;

type Found = NonNullable<ReturnType<typeof useShock>["data"]>;

interface OutcomeProps extends Found {
  readonly market: MarketId;
  readonly account: AccountView | undefined;
  /** The indexer named others to try. */
  readonly known: boolean;
}

function Outcome({ market, account, known, view, before, mine, absorbsMe, tried, move }: OutcomeProps) {
  const { settlement } = view;
  const absorbed = view.absorbed.filter(Boolean).length;
  const held = account?.positions.find((position) => BigInt(position.market) === market)?.size ?? 0n;
  const part = settlement.markets[indexOf(market)];
  const lines: PreviewLine[] = [{ label: text.markAfter, value: price(view.mark) }];
  if (mine && before) {
    const change = mine.equity - before.equity;
    const tone = toneOf(change);
    lines.push(
      { label: text.equityAfter, value: <b data-testid="equity-after">{money(mine.equity)}</b> },
      { label: text.change, value: <span className={tone && TONES[tone]}>{signedMoney(change)}</span> },
      {
        label: text.standingAfter,
        value: (
          <span className={STANDING[mine.standing] === "SOUND" ? "" : "text-warn"}>
            {text.standings[STANDING[mine.standing]!]}
          </span>
        ),
      },
    );
  }
  lines.push(
    { label: text.locks, value: view.gapped ? <span className="text-warn">{text.wouldLock}</span> : text.stays },
    {
      label: text.defaults,
      value: count(absorbed),
      note: known ? text.defaultsHint(count(tried)) : text.defaultsChain,
    },
  );
  if (absorbed > 0) {
    lines.push(
      { label: text.deficit, value: money(settlement.deficit, "up") },
      { label: text.vaultPays, value: money(settlement.vaultPaid, "up") },
      { label: text.winnersPay, value: money(settlement.charged, "up") },
      { label: text.shortfall, value: money(settlement.shortfall, "up") },
    );
    if (mine && part && !absorbsMe) {
      lines.push({
        label: text.yourCharge,
        value: <b>{money(chargeOf(held, move, part.charge), "up")}</b>,
        note: text.yourChargeHint,
      });
      if (held !== 0n && part.tornUpLongs === held > 0n) lines.push({ label: text.tornSide, value: size(part.tornUp) });
    }
  }
  // NothingToAbsorb is what is hoped for; anything else is told.
  const refusal = view.refusal === "0x" ? undefined : refusalIn(view.refusal);
  const why = refusal !== undefined && refusal.name !== "NothingToAbsorb" ? refusal.sentence : undefined;
  return (
    <div className="grid gap-3">
      {absorbsMe && <Banner kind="bad">{text.absorbedYou}</Banner>}
      <Lines lines={lines} />
      <p className="text-2xs text-soft">{known ? text.defaultsHint(count(tried)) : text.defaultsChain}</p>
      {why && (
        <Banner kind="info">
          {text.refused}: {why}
        </Banner>
      )}
      {absorbed > 0 && !settlement.done && <Banner kind="info">{text.notDone}</Banner>}
    </div>
  );
}
