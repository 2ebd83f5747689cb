// SPDX-License-Identifier: MIT
import type { Header } from "../../../sdk/client/chain/blocks.js";
import { accountOf, type GroupId } from "../../../sdk/order.js";
import { accountsOf } from "../../../sdk/state/accountsOf.js";
import type { VenueEvent } from "../../../sdk/state/events.js";
import { money } from "../../../sdk/units.js";
import { type Sight } from "../../act/Acts.js";
import { Reader, batchAt } from "../../look/prices.js";
import { pack } from "../../plan/pack.js";
import { AnyKeeper, type AnyKeeperParts } from "../../run/AnyKeeper.js";
import { encodeOption, optionKindOf, type OptionAction } from "../actions/OptionAction.js";
import { GroupWatch } from "../look/GroupWatch.js";
import { OPTION_LENS, OptionReader } from "../look/lens.js";
import type { GroupScene, OptionScene } from "../look/Scene.js";
import type { OptionPolicy } from "../plan/OptionPolicy.js";
import { planOptions } from "../plan/planOptions.js";
import { groupStatus } from "./groupStatus.js";

const PPM = 1_000_000n;

/** The keeper of an option clearinghouse: looks at every block, decides by `planOptions`, and acts. */
export class OptionKeeper extends AnyKeeper<AnyKeeperParts, OptionAction, OptionScene, undefined> {
  private readonly watches = new Map<GroupId, GroupWatch>();
  /** What was found counts for nothing. */
  private anew = true;

  constructor(parts: AnyKeeperParts) {
    const { clearinghouse, vault } = parts.addresses;
    super(parts, optionKindOf, (action) => encodeOption(action, clearinghouse, vault));
  }

  /** How many accounts of each group the last look asked for, and whether all have been by then since they were due. */
  get asked(): readonly { readonly count: number; readonly all: boolean }[] {
    return [...this.watches.values()].map(({ asked }) => asked);
  }

  /** The last look left accounts to the next one, which is about the same head if there is no other. */
  get hasMore(): boolean {
    return [...this.watches.values()].some((watch) => watch.hasMore);
  }

  /** One look at the chain, if its head is another or the last look has left something. */
  async look(): Promise<void> {
    const { config, metrics, log } = this.parts;
    const began = performance.now();
    const { head, events } = await this.sync();
    this.anew ||= events === undefined;
    if (this.strange) await this.meet();
    this.notice(events ?? []);
    if (this.last?.hash === head.hash && !this.hasMore) return this.report.seen();
    const synced = performance.now();

    const scene = await this.sceneAt(head);
    const looked = performance.now();
    const sight: Sight<OptionScene, undefined> = { header: head, venue: scene, look: undefined, scene: nameOf(scene) };
    const refused = this.acts.see(sight);
    await this.tend(head);
    const rules = { time: scene.time, policy: await this.policyFor(scene), refused };
    const list = pack(planOptions(scene, rules), config.blockGas);
    await this.acts.send(this.acts.sendings(list, sight), head, () => this.turns.again);
    const times = { sync: synced - began, look: looked - synced, act: performance.now() - looked };
    log.debug({ block: head.number, actions: list.length, asked: this.asked, ...times }, "looked");
    this.last = head;
    await this.tell(scene);
    metrics.tick.observe((performance.now() - began) / 1_000);
    if (!(await this.check(head))) await this.remember(head);
    await this.watchBalances(head);
    if (this.hasMore) this.turns.again = true;
  }

  // ------------------------------------------------------------------ inside

  /** Whose positions or cash may have changed; everybody's when that is not known. */
  private notice(events: readonly VenueEvent[]): void {
    const { follower, config } = this.parts;
    const { accounts, groups } = follower.venue;
    for (const id of groups.keys()) if (!this.watches.has(id)) this.watches.set(id, new GroupWatch(id, config));
    const changed = this.anew ? [...accounts.keys()] : events.flatMap(accountsOf);
    // A newcomer may hold something in any group.
    for (const watch of this.watches.values()) watch.changed(changed);
    if (this.anew) for (const watch of this.watches.values()) watch.forget();
    this.anew = false;
  }

  /** Does the chain say otherwise than the events? Then the venue is rebuilt. */
  private async check(head: Header): Promise<boolean> {
    const watches = [...this.watches.values()];
    this.parts.metrics.checks.inc(watches.reduce((sum, { asked }) => sum + asked.count, 0));
    const drifts = watches.flatMap((watch) => watch.drifts);
    if (drifts.length > 0) {
      await this.rebuild(drifts, head);
      return true;
    }
    if (watches.every(({ asked }) => asked.all)) this.drifted = false;
    return false;
  }

  protected override forget(): void {
    this.watches.clear();
    this.anew = true;
  }

  private async sceneAt(header: Header): Promise<OptionScene> {
    const { rpc, follower, addresses, sender, config } = this.parts;
    const { venue } = follower;
    const keeper = sender.lanes[0]!.address;
    const reader = this.readerAt(header);
    const seer = {
      rpc,
      venue,
      reader,
      clearinghouse: addresses.clearinghouse,
      keeper,
      takes: config.maxInventory > 0n,
    };
    const groups = new Map<GroupId, GroupScene>();
    for (const [id, watch] of this.watches) groups.set(id, await watch.look(seer, header));
    const batch = config.vaultDuties ? await batchAt(rpc, addresses.vault, header) : undefined;
    return { header, time: header.timestamp + config.secondsAhead, keeper, groups, batch };
  }

  private readerAt({ number }: Header): OptionReader {
    const { rpc, addresses } = this.parts;
    return new OptionReader(new Reader(rpc, addresses.lens, OPTION_LENS, number), addresses.clearinghouse);
  }

  /** What the keeper may still take over: nothing while its own margin is low. */
  private async policyFor(scene: OptionScene): Promise<OptionPolicy> {
    const { config, sender } = this.parts;
    const affordable = Number(await sender.affordable(scene.header));
    const room = config.maxInventory - inventoryOf(scene);
    return {
      ...config,
      millionGas: money(config.millionGas),
      maxLoss: money(config.maxLoss),
      appetite: money(room > 0n ? room : 0n),
      // What does more is cut to what an hour's gas still buys.
      transactionGas: Math.min(config.transactionGas, affordable),
    };
  }

  private async tell(scene: OptionScene): Promise<void> {
    const { sender, follower, addresses } = this.parts;
    const { report } = this;
    report.lowMargin = undefined;
    for (const { id, own } of scene.groups.values()) if (own) report.ownMargin(Number(id), own);
    const reserves = [...scene.groups.values()].reduce((sum, { view }) => sum + view.reserve, 0n);
    const told = {
      header: scene.header,
      accounts: follower.venue.accounts.size,
      vaultCash: (await this.readerAt(scene.header).cash(accountOf(addresses.vault, 0))) + reserves,
      inventory: inventoryOf(scene),
      groups: [...scene.groups.values()].map((group) => report.measured(groupStatus(group))),
    };
    await report.tell(told, sender);
  }
}

/** What a refusal may depend on. */
function nameOf({ groups }: OptionScene): string {
  return [...groups.values()]
    .map(({ view: { phase, until, absorbed, live, levelTime } }) =>
      [phase, until, absorbed, live.spot, live.level, live.versions, levelTime].join(),
    )
    .join(";");
}

/** The notional whose maintenance margin, by the perpetual's rate, is that of what the keeper holds. 1e-9 quote. */
function inventoryOf({ groups }: OptionScene): bigint {
  return [...groups.values()].reduce(
    (sum, { own, view }) => sum + ((own?.maintenance ?? 0n) * PPM) / view.params.maintenanceMargin,
    0n,
  );
}
