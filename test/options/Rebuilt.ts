// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { type Result } from "ethers";
import { deployWith } from "../../deploy/deployWith.js";
import { artifacts } from "hardhat";
import { apply, revertTo } from "../../sdk/state/apply.js";
import { createVenue } from "../../sdk/state/Venue.js";
import type { OptionStorageLens, StorageLens } from "../../types/ethers-contracts/index.js";
import { historyOf, type Told } from "../differential/history.js";
import { differences, factsOf, storedFacts, type Facts } from "../differential/rebuilt.js";
import type { Day } from "./Day.js";

/** A day's clearinghouse of options, rebuilt from its events: held against what the chain has stored. */
export class Rebuilt {
  readonly venue = createVenue({ tokenDecimals: 6, kind: "options", reorgDepth: 1_000_000 });
  /** As of the end of a block, each time that it was compared. */
  readonly states: [number, Facts][] = [];
  readonly seen = new Set<string>();
  history: readonly Told[] = [];

  private constructor(
    private readonly day: Day,
    private readonly books: StorageLens,
    private readonly options: OptionStorageLens,
  ) {}

  static async of(day: Day): Promise<Rebuilt> {
    const deployer = await day.provider.getSigner(0);
    const deploy = deployWith((name) => artifacts.readArtifact(name), deployer);
    return new Rebuilt(
      day,
      await deploy<StorageLens>("StorageLens"),
      await deploy<OptionStorageLens>("OptionStorageLens"),
    );
  }

  /** Applies what was told since, and compares everything with the chain. */
  async compare(): Promise<void> {
    const clearinghouse = await this.day.venue.clearinghouse.getAddress();
    const history = await historyOf(this.ask, clearinghouse);
    for (const { event, at } of history.slice(this.history.length)) {
      apply(this.venue, event, at);
      this.seen.add(event.kind);
    }
    this.history = history;
    const block = await this.day.provider.getBlockNumber();
    let facts = factsOf(this.venue);
    const stored = await storedFacts(this.ask, this.books, clearinghouse, this.venue, [], block);
    // While it measures, a settlement emits nothing: what follows from its phase is not compared.
    if (await this.storedOptions(clearinghouse, stored)) facts = unphased(facts, stored);
    expect(differences(facts, stored)).to.deep.equal([]);
    this.states.push([history.at(-1)!.at.block, factsOf(this.venue)]);
  }

  /** Goes back to each state that was compared, and forward to the last again. */
  retrace(): void {
    for (const [block, facts] of this.states.slice().reverse()) {
      revertTo(this.venue, block);
      const now = factsOf(this.venue);
      expect(differences(now, facts), `back to block ${block}`).to.deep.equal([]);
      expect(now.size).to.equal(facts.size);
    }
    const [first, last] = [this.states[0]![0], this.states.at(-1)![1]];
    for (const { event, at } of this.history) if (at.block > first) apply(this.venue, event, at);
    expect(differences(factsOf(this.venue), last)).to.deep.equal([]);
  }

  private readonly ask = (method: string, params: unknown[]) => this.day.provider.send(method, params);

  /** Adds what is stored of option groups, as `factsOf` names it. Tells whether a settlement measures. */
  private async storedOptions(clearinghouse: string, facts: Facts): Promise<boolean> {
    const [groups, accounts] = [[...this.venue.groups.keys()], [...this.venue.accounts.keys()]];
    const [list, held] = await this.options.read.staticCall(clearinghouse, groups, accounts);
    list.forEach((stored, i) => {
      const [name, { phase, options }] = [`group ${groups[i]}`, this.venue.groups.get(groups[i]!)!];
      for (const [key, value] of Object.entries((stored.risk as unknown as Result).toObject()))
        facts.set(`${name} ${key}`, String(value));
      facts.set(`${name} volSource`, stored.volSource.toLowerCase());
      if (options!.level !== undefined) facts.set(`${name} level`, `${stored.level} ${stored.levelTime}`);
      facts.set(`${name} versions`, String(stored.versions));
      facts.set(`${name} listed`, String(stored.listed));
      facts.set(`${name} live`, String(stored.live));
      if (phase !== "NORMAL") {
        facts.set(`${name} anchor`, stored.anchor.join());
        facts.set(`${name} recorded`, stored.recorded.join());
      }
      stored.ladders.forEach((ladder, place) => facts.set(`${name} ladder ${place}`, ladder.join()));
    });
    held.forEach((bits, i) => facts.set(`account ${accounts[i]} held`, String(bits)));
    return list.some(({ measuring }) => measuring);
  }
}

/** Takes the phase and who is registered out of both; returns what is left of the first. */
function unphased(facts: Facts, stored: Facts): Facts {
  const isPhase = (name: string) => /^group \d+ phase$|^account \d+ relief$/.test(name);
  for (const name of stored.keys()) if (isPhase(name)) stored.delete(name);
  return new Map([...facts].filter(([name]) => !isPhase(name)));
}
