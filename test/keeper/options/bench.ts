// SPDX-License-Identifier: MIT
import { Wallet } from "ethers";
import { deployWith } from "../../../deploy/deployWith.js";
import { artifacts } from "hardhat";
import { pino } from "pino";
import { SqliteStore } from "../../../chain/store/SqliteStore.js";
import { parseConfig } from "../../../keeper/config/Config.js";
import { createOptionKeeper, type OptionKeeperOptions } from "../../../keeper/options/run/createOptionKeeper.js";
import type { OptionKeeper } from "../../../keeper/options/run/OptionKeeper.js";
import { createMetrics } from "../../../keeper/run/metrics.js";
import { headerAt } from "../../../sdk/client/chain/blocks.js";
import { HttpRpc } from "../../../sdk/client/chain/HttpRpc.js";
import type { Rpc } from "../../../sdk/client/chain/Rpc.js";
import { accountOf, type Address } from "../../../sdk/order.js";
import type { Hex } from "../../../sdk/orderHash.js";
import { keyOf } from "../../../sim/venue/anvil.js";
import type { IOptionLens } from "../../../types/ethers-contracts/index.js";
import { Day, EXPIRY, TOKEN, mined, type Person } from "../../options/Day.js";

type Send = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** A real node, whose answers a test may change. */
export class FaultyRpc implements Rpc {
  fault: (method: string, params: readonly unknown[], send: Send) => Promise<unknown> = (method, params, send) =>
    send(method, params);
  turned = 0;
  /** Questions by method, since the test set it to zero. */
  asked = 0;
  /** Raw transactions that were given to the node. */
  readonly sent: string[] = [];

  constructor(private readonly node: Rpc) {}

  send(method: string, params: readonly unknown[]): Promise<unknown> {
    ++this.asked;
    if (method === "eth_sendRawTransaction") this.sent.push(params[0] as string);
    return this.fault(method, params, (name, list) => this.node.send(name, list));
  }

  turn(): void {
    ++this.turned;
  }

  heal(): void {
    this.fault = (method, params, send) => send(method, params);
  }
}

/** A day on a node of its own, and keepers for it. */
export class OptionKeeperBench {
  private constructor(
    readonly day: Day,
    readonly rpc: FaultyRpc,
    readonly lens: IOptionLens,
    private readonly deployment: OptionKeeperOptions["deployment"],
  ) {}

  static async open(): Promise<OptionKeeperBench> {
    const day = await Day.open(0);
    const deployer = await day.provider.getSigner(0);
    const deploy = deployWith((name) => artifacts.readArtifact(name), deployer, day.provider);
    const parts = [await deploy("OptionRiskLens"), await deploy("OptionChainLens")];
    const lens = await deploy("OptionLens", ...parts);
    const options = { requestTimeout: 30_000, requestRetries: 0 };
    const rpc = new FaultyRpc(new HttpRpc([day.provider._getConnection().url], options));
    const { chainId } = await day.provider.getNetwork();
    const address = async (contract: { getAddress(): Promise<string> }) => (await contract.getAddress()) as Address;
    const deployment = {
      chainId,
      genesisHash: (await headerAt(rpc, 0))!.hash as Hex,
      firstBlock: day.venue.firstBlock,
      tokenDecimals: 6,
      clearinghouse: await address(day.venue.clearinghouse),
      lens: await address(lens),
      vault: await address(day.venue.vault),
    };
    return new OptionKeeperBench(day, rpc, lens as unknown as IOptionLens, deployment);
  }

  /** A keeper with the key of one of anvil's accounts, on a database of its own unless one is given. */
  keeper(
    index: number,
    config: Record<string, unknown> = {},
    more: Partial<OptionKeeperOptions> = {},
  ): Promise<OptionKeeper> {
    return createOptionKeeper({
      rpc: this.rpc,
      wallets: [new Wallet(keyOf(index))],
      deployment: this.deployment,
      store: new SqliteStore(":memory:", "options"),
      metrics: createMetrics(),
      log: pino({ level: process.env["NOVATION_KEEPER_LOG"] ?? "silent" }),
      config: parseConfig(config, "test"),
      ...more,
    });
  }

  /** Somebody beyond anvil's own accounts who has deposited. */
  async person(index: number, quote: bigint): Promise<Person> {
    await this.day.provider.send("anvil_setBalance", [new Wallet(keyOf(index)).address, "0x56bc75e2d63100000"]);
    return this.day.person(index, quote);
  }

  /** Money in the account that a keeper takes over into. */
  async endow(index: number, quote: bigint): Promise<Person> {
    const wallet = new Wallet(keyOf(index), this.day.provider);
    const { token, clearinghouse, group } = this.day.venue;
    const id = accountOf(wallet.address as Address, Number(group));
    await mined(token.connect(wallet).mint(wallet.address, quote * TOKEN));
    await mined(token.connect(wallet).approve(this.deployment.clearinghouse, quote * TOKEN));
    await mined(clearinghouse.connect(wallet).deposit(id, quote * TOKEN));
    return { wallet, id };
  }

  /** The strikes of an expiry that is listed now, its smile, and the listing. */
  async list(expiry = EXPIRY, vol = 6_000n): Promise<{ base: bigint; step: bigint }> {
    const { clearinghouse, group } = this.day.venue;
    const refusal = await clearinghouse.list.staticCall(group, expiry).catch((failure: { data: string }) => failure);
    const { args } = clearinghouse.interface.parseError((refusal as { data: string }).data)!;
    const [, base, step] = args as unknown as [bigint, bigint, bigint];
    await this.day.smile(base, step, vol, expiry);
    await mined(clearinghouse.list(group, expiry, { gasLimit: 6_000_000n }));
    return { base, step };
  }

  /** He takes out what he need not have, but for a hundredth. */
  async leaveMargin({ wallet, id }: Person): Promise<void> {
    const { equity, initial } = await this.day.standing(id);
    const tokens = ((equity - initial) * 99n) / 100n / 1_000n;
    await mined(this.day.venue.clearinghouse.connect(wallet).withdraw(0, tokens, wallet.address));
  }

  /** Until the account is below maintenance margin: each step as far as no gap opens. */
  async riseUntilBelow({ id }: Person, from: number, step: number): Promise<void> {
    let { equity, maintenance } = await this.day.standing(id);
    for (let spot = from; equity >= maintenance; spot += step) {
      if (spot > 2 * from) throw new Error(`still above maintenance margin at ${spot}`);
      await this.day.spot(spot);
      await this.day.settleAnchors();
      ({ equity, maintenance } = await this.day.standing(id));
    }
  }

  group() {
    return this.lens.group(this.deployment.clearinghouse, this.day.venue.group);
  }

  /** The names of the clearinghouse's events since a block. */
  async eventsSince(block: number): Promise<string[]> {
    const { clearinghouse } = this.day.venue;
    if ((await this.day.provider.getBlockNumber()) <= block) return [];
    const logs = await this.day.provider.getLogs({ address: this.deployment.clearinghouse, fromBlock: block + 1 });
    return logs.flatMap((log) => clearinghouse.interface.parseLog(log)?.name ?? []);
  }

  /** What happens in looks of a keeper, one after another. */
  async events(keeper: OptionKeeper, looks = 1): Promise<string[]> {
    const from = await this.day.provider.getBlockNumber();
    for (let i = 0; i < looks; ++i) {
      await keeper.look();
      await this.day.provider.send("evm_mine", []);
    }
    return this.eventsSince(from);
  }
}
