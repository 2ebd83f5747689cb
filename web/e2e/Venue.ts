// SPDX-License-Identifier: MIT
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { JsonRpcProvider, Wallet, parseEther, toQuantity } from "ethers";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { describeNovation } from "../../deploy/describeNovation.js";
import { deploymentText, type Deployment } from "../../sdk/deployment.js";
import { USE, accountOf, buildOrder, saltAt, signOrder, size, type Address } from "../../sdk/index.js";
import { keyOf, startAnvil } from "../../sim/venue/anvil.js";
import { Chain } from "../../sim/venue/Chain.js";
import { deployVenue } from "../../sim/venue/deployVenue.js";
import { LocalVenue, type Market } from "../../sim/venue/LocalVenue.js";
import { toAnswer, toPrice } from "../../sim/venue/units.js";
import { wireOf } from "./wireOf.js";

export const ROOT = join(import.meta.dirname, "../..");
/** Marks of the beginning. */
export const PRICES = { BTC: 112_000, SOL: 185 };
export type Symbol = keyof typeof PRICES;
const CASH = 5_000_000; // quote, each maker
const MAKERS = 4;
const LEVELS = 12;
/** Of anvil's mnemonic: sends the relay's settlements, and is nobody else's. */
const RELAY_SENDER = 6;

export interface Ports {
  readonly relay: number;
  readonly indexer: number;
  readonly page: number;
  /** Of the option clearinghouse beside the venue, where a walk opens one. */
  readonly optionRelay: number;
  readonly optionIndexer: number;
  readonly optionPage: number;
}

/** What a venue runs beside its node. */
type Service = "relay" | "indexer" | "page" | "optionRelay" | "optionIndexer" | "optionPage";

/** An order of somebody without a browser. */
export interface Wish {
  readonly market: bigint;
  readonly size: bigint;
  readonly limit: bigint;
  readonly lane: bigint;
  readonly sequence: number;
  readonly use?: bigint;
  readonly by?: Wallet;
}

/** A venue for the page: a node, the contracts, relay, indexer and the page itself, each as its command runs it. */
export class Venue {
  private readonly children: ChildProcess[] = [];
  private readonly said = new Map<string, string>();
  private sequence = Date.now();
  private pulse: NodeJS.Timeout | undefined;
  /** Ends when the indexer has answered. */
  history: Promise<void> = Promise.resolve();
  readonly makers = Array.from(
    { length: MAKERS },
    (_, index) => new Wallet(`0x${String(index + 1).padStart(64, "a")}`),
  );

  private constructor(
    readonly local: LocalVenue,
    readonly rpc: string,
    readonly deployment: Deployment,
    readonly folder: string,
    readonly ports: Ports,
  ) {
    // Before its folder goes.
    process.prependOnceListener("exit", () => this.children.forEach((child) => signal(child, "SIGKILL")));
  }

  static async open(ports: Ports): Promise<Venue> {
    const folder = mkdtempSync(join(tmpdir(), `novation-web-${process.pid}-`));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    const start = Math.floor(Date.now() / 1_000) - 3_600;
    const args = ["--gas-limit", "3000000000", "--base-fee", "0", "--timestamp", String(start), "--order", "fifo"];
    const { child, url } = await startAnvil([...args, "--disable-code-size-limit"]);
    const provider = new JsonRpcProvider(url, undefined, { staticNetwork: true, cacheTimeout: -1, batchStallTime: 0 });
    await provider.send("anvil_setBlockTimestampInterval", [1]);
    const chain = new Chain(provider, () => child.kill("SIGKILL"));
    const artifact = builtArtifacts(join(ROOT, "artifacts"), "npm run build");
    const deployed = await deployVenue(chain, { artifact, handOver: false });
    const local = new LocalVenue(deployed);
    const deployment = await describeNovation(provider, deployed.deployed, artifact);
    const venue = new Venue(local, url, deployment, folder, ports);
    await venue.prepare();
    await venue.serve();
    return venue;
  }

  get page(): string {
    return `http://127.0.0.1:${this.ports.page}/`;
  }

  market(symbol: Symbol): Market {
    return this.local.listed(symbol, PRICES[symbol]);
  }

  get provider(): JsonRpcProvider {
    return this.local.chain.provider as JsonRpcProvider;
  }

  async close(): Promise<void> {
    this.stand();
    for (const child of this.children) signal(child, "SIGTERM");
    await Promise.all(this.children.map((child) => ended(child)));
    this.local.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  // ------------------------------------------------------------------ what happens at the venue

  /** Ether, and tokens in the wallet. */
  async fund(owner: Address, tokens: number): Promise<void> {
    await this.provider.send("anvil_setBalance", [owner, toQuantity(parseEther("10"))]);
    await this.send(this.local.deployed.token, "mint", [owner, BigInt(tokens) * 1_000_000n]);
  }

  /** The operator's transaction, mined. */
  async send(contract: unknown, name: string, args: unknown[], from = this.local.operator): Promise<void> {
    const call = this.local.call(contract, name, args, from);
    const hash = (await this.provider.send("eth_sendTransaction", [{ ...call, gas: "0xf42400" }])) as string;
    for (let tries = 0; tries < 200; ++tries) {
      const receipt = (await this.provider.send("eth_getTransactionReceipt", [hash])) as { status: string } | null;
      if (receipt?.status === "0x1") return;
      if (receipt) throw new Error(`${name} reverted`);
      await sleep(20);
    }
    throw new Error(`${name} was not mined`);
  }

  async deposit(owner: Address, quote: number, number = 0): Promise<void> {
    await this.send(this.local.deployed.clearinghouse, "deposit", [
      accountOf(owner, number),
      BigInt(quote) * 1_000_000n,
    ]);
  }

  /** Time passes, at once: the chain's clock runs ahead of the computer's from then on. */
  async later(seconds: number): Promise<void> {
    await this.provider.send("evm_increaseTime", [seconds]);
    await this.provider.send("evm_mine", []);
  }

  async setMark(symbol: Symbol, mark: number): Promise<void> {
    await this.send(this.market(symbol).feed, "setAnswer", [toAnswer(mark)]);
  }

  /** Resting orders of the makers around a price, in place of their old ones. */
  async quote(symbol: Symbol, middle: number): Promise<void> {
    const { id } = this.market(symbol);
    const sequence = ++this.sequence;
    const unit = 20_000 / middle; // base of about 20,000 quote
    await this.relaySees();
    await Promise.all(
      this.makers.flatMap((maker, index) =>
        Array.from({ length: (LEVELS / MAKERS) * 2 }, (_, each) => {
          const step = index + 1 + MAKERS * Math.floor(each / 2);
          const side = each % 2 === 0 ? 1 : -1;
          const price = middle * (1 - side * (0.0001 + 0.0002 * step));
          const base = unit * (0.4 + ((index * 7 + each * 3) % 10) / 6);
          return this.postNow(maker, {
            market: id,
            size: BigInt(Math.round(side * base * 1e4)) * 100_000n,
            limit: toPrice(Number(price.toPrecision(7))),
            lane: BigInt(each + (symbol === "BTC" ? 0 : 100)),
            sequence,
            // Makers may meet each other when the mark has moved.
            use: USE.EITHER,
          });
        }),
      ),
    );
  }

  /** Somebody takes from the book. */
  async take(symbol: Symbol, base: number, middle: number): Promise<void> {
    const taker = this.makers[MAKERS - 1]!;
    const limit = toPrice(middle * (base > 0 ? 1.01 : 0.99));
    const wish = { market: this.market(symbol).id, size: BigInt(Math.round(base * 1e9)), limit, lane: 999n };
    await this.post(taker, { ...wish, sequence: ++this.sequence, use: USE.TAKER });
  }

  /** A market that lives until it is told to stop: marks walk, makers quote around them, somebody takes. Seeded. */
  async live(signal: AbortSignal, pause = 1_500): Promise<void> {
    let seed = 42;
    const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
    const marks = { ...PRICES };
    while (!signal.aborted) {
      for (const symbol of Object.keys(marks) as Symbol[]) {
        const mark = (marks[symbol] = marks[symbol] * (1 + (random() - 0.5) * 0.0016));
        await this.setMark(symbol, mark);
        await this.quote(symbol, mark);
        if (random() < 0.8) await this.take(symbol, ((random() - 0.5) * 20_000) / mark, mark);
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Posts an order to a relay that knows the chain as it is now. */
  async post(owner: Wallet, wish: Wish): Promise<void> {
    await this.relaySees();
    await this.postNow(owner, wish);
  }

  /** Waits until the relay has read the chain as far as it is now. */
  async relaySees(): Promise<void> {
    const head = Number(await this.provider.send("eth_blockNumber", []));
    for (let tries = 0; tries < 1_200; ++tries) {
      const answer = await fetch(`http://127.0.0.1:${this.ports.relay}/health`).catch(() => undefined);
      const { block = -1 } = ((await answer?.json()) ?? {}) as { block?: number };
      if (block >= head) return;
      await sleep(50);
    }
    throw new Error(`the relay has not read block ${head}`);
  }

  private async postNow(owner: Wallet, wish: Wish): Promise<void> {
    const body = await this.sign(owner, wish);
    const response = await fetch(`http://127.0.0.1:${this.ports.relay}/v1/orders`, { method: "POST", body });
    if (!response.ok) throw new Error(`the relay refused an order: ${await response.text()}`);
  }

  /** A signed order as it is posted to a relay. `by`: a key that signs for the owner. */
  async sign(owner: Wallet, { sequence, lane, use = USE.MAKER, by = owner, ...wish }: Wish): Promise<string> {
    const { timestamp } = (await this.provider.getBlock("latest"))!;
    const order = buildOrder({
      account: accountOf(owner.address as Address, numberIn(wish.market >> 2n)),
      ...wish,
      size: size(wish.size),
      salt: saltAt(BigInt(sequence), lane),
      expiry: BigInt(timestamp + 3_600),
      use,
    } as never);
    const signed = await signOrder(order, by as never, this.deployment.chainId, this.deployment.clearinghouse);
    return wireOf(signed);
  }

  // ------------------------------------------------------------------ services

  async startRelay(): Promise<void> {
    const database = ["--database", join(this.folder, "relay.db")];
    await this.start("relay", ["relay/main.ts", ...this.where, "--port", String(this.ports.relay), ...database], {
      NOVATION_RELAY_KEY: `0x${"77".repeat(32)}`,
      NOVATION_RELAY_SENDERS: keyOf(RELAY_SENDER),
      NOVATION_RELAY_LOG: "warn",
    });
    await this.answers(`http://127.0.0.1:${this.ports.relay}/health`, 240);
  }

  async startIndexer(): Promise<void> {
    const data = ["--data", join(this.folder, "ponder")];
    await this.start("indexer", ["indexer/main.ts", ...this.where, "--port", String(this.ports.indexer), ...data]);
    await this.answers(`http://127.0.0.1:${this.ports.indexer}/v1/health`, 300);
  }

  /** Ends a service and all that it started, as a crash would. */
  async kill(name: Service): Promise<void> {
    const child = this.children.find((each) => (each as { name?: string }).name === name)!;
    this.children.splice(this.children.indexOf(child), 1);
    signal(child, "SIGKILL");
    await ended(child);
  }

  /** What a service wrote lately. */
  saidBy(name: string): string {
    return this.said.get(name) ?? "";
  }

  private get where(): string[] {
    return ["--rpc", this.rpc, "--deployment", join(this.folder, "deployment.json")];
  }

  private async prepare(): Promise<void> {
    const { local, folder, deployment } = this;
    writeFileSync(join(folder, "deployment.json"), deploymentText(deployment));
    await local.fund(2_000_000_000_000n);
    await local.deposit(
      this.makers.flatMap(({ address }) =>
        local.deployed.groups.map((group) => [accountOf(address as Address, numberIn(group)), CASH] as const),
      ),
    );
    for (const symbol of Object.keys(PRICES) as Symbol[]) await local.setMark(this.market(symbol), PRICES[symbol]);
    await local.settleAnchors(local.deployed.groups);
    // From here on blocks come by themselves, at the time of day: one with each transaction, and one each second.
    await this.provider.send("anvil_removeBlockTimestampInterval", []);
    await this.provider.send("evm_setNextBlockTimestamp", [Math.floor(Date.now() / 1_000)]);
    await this.provider.send("evm_mine", []);
    await this.provider.send("evm_setAutomine", [true]);
    const block = () => void this.provider.send("evm_mine", []).catch(() => undefined);
    this.pulse = setInterval(block, 1_000);
  }

  /** No more blocks but with transactions: time goes by when it is told to. */
  stand(): void {
    clearInterval(this.pulse);
  }

  private async serve(): Promise<void> {
    // The page works without history, and history takes its time: walks that want it wait for it.
    this.history = this.startIndexer();
    this.history.catch(() => undefined);
    await this.startRelay();
    const at = (port: number) => `http://127.0.0.1:${port}`;
    await this.start("page", [
      "web/scripts/serve.mjs",
      ...this.where,
      ...["--relay", at(this.ports.relay), "--indexer", at(this.ports.indexer), "--port", String(this.ports.page)],
      ...["--chain-name", "Novation test chain"],
    ]);
    await this.answers(this.page, 120);
  }

  /** Runs a service until the venue is closed, as its command does. */
  async start(name: Service, args: string[], env: Record<string, string> = {}): Promise<void> {
    const child = spawn(process.execPath, ["--import", "tsx", ...args], {
      cwd: ROOT,
      detached: true, // a group of its own: what it starts ends with it
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env, DATABASE_URL: undefined },
    });
    Object.assign(child, { name });
    const keep = (chunk: Buffer) => this.said.set(name, (this.saidBy(name) + String(chunk)).slice(-8_000));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    this.children.push(child);
  }

  async answers(url: string, seconds: number): Promise<void> {
    const began = Date.now();
    while (Date.now() - began < seconds * 1_000) {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
      if (response?.ok) return;
      await sleep(200);
    }
    throw new Error(`${url} did not answer within ${seconds} s:\n${[...this.said.values()].join("\n").slice(-4_000)}`);
  }
}

/** An account trades in one group: each maker has one for each. */
function numberIn(group: bigint): number {
  return Number(group - 1n);
}

/** To a service and all that it started. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, name);
  } catch {
    // Nobody of its group is left.
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    setTimeout(() => signal(child, "SIGKILL"), 5_000).unref();
  });
}
