// SPDX-License-Identifier: MIT
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { JsonRpcProvider, Wallet, parseEther, toQuantity, type ContractTransactionResponse } from "ethers";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { deployOptions, type DeployedOptions } from "../../deploy/deploy-options.js";
import { describeOptions } from "../../deploy/describeOptions.js";
import { deploymentText, type Deployment } from "../../sdk/deployment.js";
import { USE, accountOf, buildOrder, saltAt, signOrder, size, type Address, type SeriesId } from "../../sdk/index.js";
import { keyOf } from "../../sim/venue/anvil.js";
import { wireOf } from "./wireOf.js";
import { ROOT, type Venue } from "./Venue.js";

/** Of anvil's accounts: who deploys, and who sends the relay's settlements. */
const [DEPLOYER, RELAY_SENDER] = [8, 7];
const TOKEN = 1_000_000n;
const QUOTE = 10n ** 9n;

/** An order of somebody without a browser. */
export interface OptionWish {
  readonly series: SeriesId;
  /** Below zero: sells. */
  readonly size: bigint;
  readonly limit: bigint;
  readonly use?: bigint;
}

/** An option clearinghouse on the chain of a venue, with relay and indexer, and the page that knows both. */
export class OptionVenue {
  private sequence = Date.now();
  private lane = 0n;
  /** Ends when the indexer has answered. */
  history: Promise<void> = Promise.resolve();

  private constructor(
    private readonly venue: Venue,
    readonly provider: JsonRpcProvider,
    readonly deployed: DeployedOptions,
    readonly deployment: Deployment,
  ) {}

  static async open(venue: Venue): Promise<OptionVenue> {
    const provider = new JsonRpcProvider(venue.rpc, undefined, {
      ...{ staticNetwork: true, cacheTimeout: -1, pollingInterval: 20 },
    });
    venue.stand();
    const artifact = builtArtifacts(join(ROOT, "artifacts"), "npm run build");
    const deployed = await deployOptions({
      ...{ deployer: await provider.getSigner(DEPLOYER), artifact, handOver: false },
      ...{ vaultSeed: 50_000n * TOKEN, vaultBudget: 10_000n * QUOTE },
    });
    const deployment = await describeOptions(provider, deployed, artifact);
    const options = new OptionVenue(venue, provider, deployed, deployment);
    writeFileSync(options.file, deploymentText(deployment));
    await options.serve();
    return options;
  }

  private get file(): string {
    return join(this.venue.folder, "options.json");
  }

  get page(): string {
    return `http://127.0.0.1:${this.venue.ports.optionPage}/`;
  }

  /** Somebody with ether, and with cash at the option clearinghouse or tokens in the wallet. */
  async person(key: string, { cash = 0, tokens = 0 }: { cash?: number; tokens?: number }): Promise<Wallet> {
    const wallet = new Wallet(key, this.provider);
    const { token, clearinghouse } = this.deployed;
    await this.provider.send("anvil_setBalance", [wallet.address, toQuantity(parseEther("10"))]);
    await mined(token.mint(wallet.address, BigInt(cash + tokens) * TOKEN));
    if (cash === 0) return wallet;
    await mined(token.connect(wallet).approve(await clearinghouse.getAddress(), BigInt(cash) * TOKEN));
    await mined(clearinghouse.connect(wallet).deposit(accountOf(wallet.address as Address, 0), BigInt(cash) * TOKEN));
    return wallet;
  }

  async now(): Promise<number> {
    return (await this.provider.getBlock("latest"))!.timestamp;
  }

  async pass(seconds: number): Promise<void> {
    await this.provider.send("evm_increaseTime", [seconds]);
    await this.provider.send("evm_mine", []);
  }

  /** The feed answers anew. */
  async spot(quote: number): Promise<void> {
    await mined(this.deployed.feed.setAnswer(BigInt(quote) * 10n ** 8n));
  }

  /** The source tells the level anew; it is posted when somebody posts it. */
  async tell(level = 1_000_000_000): Promise<void> {
    await mined(this.deployed.vols.setLevel(level, await this.now()));
  }

  /** A lock's length passes twice, the level is told and posted, and somebody pokes: all factors are of now. */
  async settleAnchors(): Promise<void> {
    const { clearinghouse, group } = this.deployed;
    for (let i = 0; i < 2; ++i) {
      await this.pass(121);
      await this.tell();
      await mined(clearinghouse.postLevel(group));
      await mined(clearinghouse.poke(group));
    }
  }

  async post(owner: Wallet, { use = USE.MAKER, ...wish }: OptionWish): Promise<void> {
    const order = buildOrder({
      account: accountOf(owner.address as Address, 0),
      market: wish.series,
      size: size(wish.size),
      limit: wish.limit,
      salt: saltAt(BigInt(++this.sequence), ++this.lane % 60_000n),
      expiry: BigInt((await this.now()) + 3_600),
      use,
    } as never);
    const { chainId, clearinghouse } = this.deployment;
    const signed = await signOrder(order, owner as never, chainId, clearinghouse);
    const response = await fetch(`${this.relay}/v1/orders`, { method: "POST", body: wireOf(signed) });
    if (!response.ok) throw new Error(`the relay refused an order: ${await response.text()}`);
  }

  get relay(): string {
    return `http://127.0.0.1:${this.venue.ports.optionRelay}`;
  }

  private async serve(): Promise<void> {
    const { venue, relay } = this;
    const { ports, folder, rpc } = venue;
    const at = (port: number) => `http://127.0.0.1:${port}`;
    const indexer = at(ports.optionIndexer);
    await venue.start("optionIndexer", [
      ...["indexer/main.ts", "--rpc", rpc, "--deployment", this.file, "--port", String(ports.optionIndexer)],
      ...["--data", join(folder, "optionPonder")],
    ]);
    this.history = venue.answers(`${indexer}/v1/health`, 300);
    this.history.catch(() => undefined); // told by the walk that waits for it
    await venue.start(
      "optionRelay",
      [
        ...["relay/main.ts", "--rpc", rpc, "--deployment", this.file, "--port", String(ports.optionRelay)],
        ...["--database", join(folder, "optionRelay.db")],
      ],
      {
        NOVATION_RELAY_KEY: `0x${"78".repeat(32)}`,
        NOVATION_RELAY_SENDERS: keyOf(RELAY_SENDER),
        NOVATION_RELAY_LOG: "warn",
      },
    );
    await venue.answers(`${relay}/health`, 240);
    await venue.start("optionPage", [
      ...["web/scripts/serve.mjs", "--rpc", rpc, "--deployment", join(folder, "deployment.json")],
      ...["--relay", at(ports.relay), "--indexer", at(ports.indexer), "--port", String(ports.optionPage)],
      ...["--options", this.file, "--options-relay", relay, "--options-indexer", indexer],
      ...["--chain-name", "Novation test chain"],
    ]);
    await venue.answers(this.page, 120);
  }
}

/** Waits until it is mined. */
export async function mined(sent: Promise<ContractTransactionResponse>): Promise<void> {
  await (await sent).wait();
}
