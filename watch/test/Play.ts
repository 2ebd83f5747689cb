// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonRpcSigner } from "ethers";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { deployNovation, type Listing } from "../../deploy/deploy-novation.js";
import { describeNovation } from "../../deploy/describeNovation.js";
import { localParameters } from "../../deploy/parameters.js";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import { deploymentText, type Deployment } from "../../sdk/deployment.js";
import type { Address } from "../../sdk/order.js";
import { Chain } from "../../sim/venue/Chain.js";
import { LocalVenue, ROLL, type Market } from "../../sim/venue/LocalVenue.js";
import { member, type Member } from "../../sim/venue/orders.js";
import { toAnswer, toPrice } from "../../sim/venue/units.js";
import type { Picture } from "../look/Picture.js";
import { limitsOf, type Limits } from "../run/limits.js";
import { readersOf, type Watched } from "../run/readers.js";
import { Watcher } from "../run/Watcher.js";
import type { Message } from "../tell/Message.js";
import { createMetrics, type Metrics } from "../tell/metrics.js";

export const MARKS = { BTC: 100_000, ETH: 4_000, SOL: 200 } as const;
type Symbol = keyof typeof MARKS;
export const HEARTBEAT = 7_200;
const GROUPS: readonly (readonly Symbol[])[] = [["BTC", "ETH"], ["SOL"]];
const artifact = builtArtifacts(join(import.meta.dirname, "../../artifacts"), "npm run watch -- test");
const patience = { requestTimeout: 20_000, requestRetries: 0 };

/** A venue on a node of its own, for plays that raise alarms: two groups, people, and a vault with money. */
export class Play {
  readonly folder = mkdtempSync(join(tmpdir(), "novation-watch-"));
  readonly file = join(this.folder, "deployment.json");
  readonly rpc: HttpRpc;
  readonly markets: Readonly<Record<Symbol, Market>>;

  private constructor(
    readonly venue: LocalVenue,
    readonly keys: Readonly<Record<"governor" | "risk" | "guardian" | "stranger", Address>>,
  ) {
    this.rpc = new HttpRpc([this.url], patience);
    writeFileSync(this.file, deploymentText(venue.deployment));
    const listed = Object.entries(MARKS).map(([symbol, mark]) => [symbol, venue.listed(symbol, mark)]);
    this.markets = Object.fromEntries(listed) as Play["markets"];
  }

  static async open(): Promise<Play> {
    const chain = await Chain.start(Math.floor(Date.now() / 1_000) - 10 * 86_400);
    try {
      const signers = (await chain.provider.listAccounts()) as JsonRpcSigner[];
      const names = signers.map(({ address }) => address as Address);
      const [operator, keeper, treasury, governor, risk, guardian, stranger] = names as [Address, ...Address[]] &
        Address[];
      const deployed = await deployNovation({
        ...{ deployer: signers[0]!, artifact, treasury: treasury!, vaultSeed: 1_000_000n },
        venue: { outflowFloor: 10_000n * 10n ** 9n, outflowRate: 100_000n },
        vaultBudget: 100_000n * 10n ** 9n,
        holders: { GOVERNOR: governor!, RISK: risk!, GUARDIAN: guardian! },
        delays: { GOVERNOR: 3_600, RISK: 60 },
        groups: GROUPS.map((symbols) => symbols.map(listing)),
      });
      await chain.mineOnDemand();
      const deployment = await describeNovation(chain.provider, deployed, artifact);
      const { chainId, clearinghouse, lens, vault } = deployment;
      const at = { clearinghouse, lens, vault };
      const who = { operator, keeper: keeper!, treasury: treasury! };
      const venue = new LocalVenue({ chain, chainId, deployment, deployed, at, sequencer: undefined, ...who });
      await venue.fund(100_000n * 10n ** 6n);
      return new Play(venue, { governor: governor!, risk: risk!, guardian: guardian!, stranger: stranger! });
    } catch (failure) {
      chain.stop();
      throw failure;
    }
  }

  get url(): string {
    return this.venue.chain.url;
  }

  get deployment(): LocalVenue["deployment"] {
    return this.venue.deployment;
  }

  stop(): void {
    this.venue.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Each takes his size (base, signed) of a market, with so much cash; a large account is the other side. */
  async enter(symbol: Symbol, list: readonly (readonly [who: Member, size: number, cash: number])[]): Promise<void> {
    const large = member(`large in ${symbol}`);
    const { venue } = this;
    const cash = list.filter(([, , amount]) => amount > 0);
    await venue.deposit([...cash.map(([who, , amount]) => [who.account, amount] as const), [large.account, 2_000_000]]);
    const market = this.markets[symbol];
    const limit = toPrice(market.mark);
    const entries = list.map(([who, size]) => ({ member: who, size: BigInt(Math.round(size * 1e9)), limit }));
    await venue.must(venue.matches(market, entries, large, 50));
  }

  /** All feeds answer again, at these marks or as they were. */
  async refresh(marks: Partial<Record<Symbol, number>> = {}): Promise<void> {
    const all = Object.entries(this.markets) as [Symbol, Market][];
    await this.venue.setMarks(all.map(([symbol, market]) => [market, marks[symbol] ?? market.mark] as const));
  }

  /** Anchors become the marks. */
  async settleAnchors(): Promise<void> {
    for (let roll = 0; roll < 2; ++roll) {
      await this.venue.must(
        this.venue.deployed.groups.map((group) => this.venue.poke(group)),
        this.venue.now + ROLL,
      );
      await this.refresh();
    }
  }

  /** Moves a mark in steps that open no gap, each of which the anchors follow. */
  async drift(symbol: Symbol, to: number, step = 0.015): Promise<void> {
    const market = this.markets[symbol];
    while (Math.abs(market.mark - to) > market.mark * 1e-6) {
      const most = market.mark * step;
      const next = market.mark + Math.max(-most, Math.min(most, to - market.mark));
      await this.refresh({ [symbol]: next });
      await this.settleAnchors();
    }
  }

  call(name: string, args: unknown[], from?: string) {
    return this.venue.call(this.venue.deployed.clearinghouse, name, args, from);
  }

  /** Plays, and takes it back: for those who follow the chain a reorganisation. */
  async undone(play: () => Promise<void>): Promise<void> {
    const { chain } = this.venue;
    const marks = Object.entries(this.markets).map(([symbol, { mark }]) => [symbol, mark] as const);
    const moment = await chain.snapshot();
    try {
      await play();
    } finally {
      await chain.restore(moment);
      for (const [symbol, mark] of marks) this.markets[symbol as Symbol].mark = mark;
    }
  }

  watching(options: Partial<Watched["options"]> = {}, limits: Partial<Limits> = {}): Watching {
    return new Watching(this, options, limits);
  }
}

/** What a watch needs to know. */
export interface Place {
  readonly url: string;
  readonly file: string;
  readonly deployment: Deployment;
}

/** A watch whose looks and whose clock the test decides on. */
export class Watching {
  readonly messages: Message[] = [];
  readonly metrics: Metrics = createMetrics();
  readonly watcher: Watcher;
  readonly limits: Limits;
  /** Seconds. */
  now = 1_000_000;

  constructor(play: Place, options: Partial<Watched["options"]>, limits: Partial<Limits>) {
    this.limits = limitsOf(limits, "the test");
    const rpc = options.rpc ?? [play.url];
    const { deployment } = play;
    const nodes = rpc.map((url) => ({ host: new URL(url).host, rpc: new HttpRpc([url], patience) }));
    const common = {
      relay: undefined,
      keeper: undefined,
      indexer: undefined,
      states: [],
      submitters: [],
      governors: [],
      timelocks: [],
    };
    const readers = readersOf({
      ...{ deployment, limits: this.limits, rpc: new HttpRpc(rpc, patience), nodes, clock: () => this.now },
      options: { ...common, ...options, rpc, deployment: play.file },
    });
    this.watcher = new Watcher({
      ...{ limits: this.limits, readers, metrics: this.metrics, chainId: deployment.chainId },
      ...{ clearinghouse: deployment.clearinghouse, tell: (message: Message) => void this.messages.push(message) },
      now: () => this.now * 1_000,
    });
  }

  /** A look by some of the readers, `seconds` after the last one. What it told: "RAISED Gap [group 1 (BTC, ETH)]". */
  async look(seconds: number, ...parts: (keyof Picture)[]): Promise<string[]> {
    const before = this.messages.length;
    this.now += seconds;
    await this.watcher.lookOnce(...parts);
    return this.messages
      .slice(before)
      .map(({ event, alarm, subject }) => `${event === "raised" ? "RAISED" : "CLEARED"} ${alarm} [${subject}]`);
  }

  /** What the last message about an alarm says. */
  says(alarm: string): string {
    return this.messages.findLast((message) => message.alarm === alarm)!.says;
  }

  /** The alarms that stand, by name, as the metrics tell them. */
  async standing(): Promise<string[]> {
    const { values } = await this.metrics.alarm.get();
    return values.map(({ labels }) => `${labels.name} [${labels.subject}]`).sort();
  }
}

function listing(symbol: Symbol): Listing {
  const { btcMarket } = localParameters();
  const cap = 1n << 60n;
  const params = { ...btcMarket, maxFunding: 0, softCap: cap, hardCap: cap };
  return { symbol, heartbeat: HEARTBEAT, answer: toAnswer(MARKS[symbol]), params };
}
