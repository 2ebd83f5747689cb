// SPDX-License-Identifier: MIT
import { join } from "node:path";
import {
  JsonRpcProvider,
  NonceManager,
  TypedDataEncoder,
  Wallet,
  type ContractTransactionResponse,
  type TypedDataDomain,
} from "ethers";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { deployOptions, type DeployedOptions } from "../../deploy/deploy-options.js";
import { NO_NODE } from "../../sdk/level.js";
import { listable } from "../../sdk/options/grid.js";
import { seriesOf, type SeriesId } from "../../sdk/options/series.js";
import { ORDER_TYPES, USE, accountOf, buildOrder, saltOf, type AccountId, type Address } from "../../sdk/order.js";
import { packBatch, type MatchWish } from "../../sdk/packing/batch.js";
import type { Price, Size } from "../../sdk/units.js";
import { keyOf, startAnvil } from "../../sim/venue/anvil.js";

const ROOT = join(import.meta.dirname, "../..");
const START = 1_763_020_800; // Thursday, 13 November 2025, 08:00 UTC
const BASE = 10n ** 9n;
const TOKEN = 10n ** 6n;
const FAR = 2n ** 40n - 1n;
const LEGS = 8;
/** Accounts in one transaction. */
const AT_ONCE = 25;
const LENT = 1_000_000n * TOKEN;

type Signed = MatchWish["taker"];

/** A clearinghouse of options on a node of its own, with accounts of eight legs in four expiries. */
export class OptionCrowd {
  private sequence = 0n;
  private constructor(
    readonly provider: JsonRpcProvider,
    readonly url: string,
    readonly venue: DeployedOptions,
    private readonly domain: TypedDataDomain,
    private readonly stop: () => void,
  ) {}

  static async open(): Promise<OptionCrowd> {
    const args = ["--gas-limit", "3000000000", "--base-fee", "0", "--timestamp", String(START), "--order", "fifo"];
    const { child, url } = await startAnvil([...args, "--disable-code-size-limit"]);
    const options = { staticNetwork: true, pollingInterval: 20, cacheTimeout: -1, batchStallTime: 0 };
    const provider = new JsonRpcProvider(url, undefined, options);
    await provider.send("anvil_setBlockTimestampInterval", [1]);
    const deployer = await provider.getSigner(0);
    const market = { softCap: 10n ** 16n, hardCap: 10n ** 16n };
    const artifact = builtArtifacts(join(ROOT, "artifacts"), "npm run build");
    const venue = await deployOptions({ deployer, artifact, handOver: false, vaultSeed: 10n ** 10n, market });
    const verifyingContract = await venue.clearinghouse.getAddress();
    const { chainId } = await provider.getNetwork();
    const domain = { name: "Novation", version: "1", chainId, verifyingContract };
    return new OptionCrowd(provider, url, venue, domain, () => {
      provider.destroy();
      child.kill("SIGKILL");
    });
  }

  close(): void {
    this.stop();
  }

  /** Accounts of one owner, with legs and margin at random, the same for the same number. */
  async fill(accounts: number, random: () => number): Promise<void> {
    const { clearinghouse, token, vols, group, optionLens } = this.venue;
    await mined(vols.setLevelNow(10n ** 9n));
    await mined(clearinghouse.postLevel(group));
    const now = BigInt((await this.provider.getBlock("latest"))!.timestamp);
    for (const expiry of listable(now).slice(0, 4)) {
      await mined(clearinghouse.list(group, expiry, { gasLimit: 8_000_000n }));
    }
    const [owner, maker] = [1, 2].map((index) => new Wallet(keyOf(index), this.provider)) as [Wallet, Wallet];
    const ids = Array.from({ length: accounts }, (_, i) => accountOf(owner.address as Address, i + 1));
    const makers = Array.from({ length: 16 }, (_, i) => accountOf(maker.address as Address, i + 1));
    for (const [wallet, all] of [
      [owner, ids],
      [maker, makers],
    ] as const) {
      const sum = LENT * BigInt(all.length) * 1_000n;
      await mined(token.connect(wallet).mint(wallet.address, sum));
      await mined(token.connect(wallet).approve(this.domain.verifyingContract as string, sum));
      await this.many(wallet, all, (id) => {
        const amount = all === makers ? LENT * 1_000n : LENT;
        return clearinghouse.interface.encodeFunctionData("deposit", [id, amount]);
      });
    }
    const marks = await this.marks();
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const matches = ids
        .slice(from, from + AT_ONCE)
        .flatMap((id) => this.trades(owner, maker, makers, id, marks, random));
      await mined(clearinghouse.settle(packBatch({ strict: true, matches }), { gasLimit: 2_000_000_000n }));
    }
    // What is above some multiple of initial margin is taken out: 1.02 to 5 times, most of them near 2.
    const numbers = new Map(ids.map((id, i) => [id, i + 1]));
    await this.many(owner, ids, async (id) => {
      const [health] = await optionLens.healths(clearinghouse, group, [id]);
      const times = BigInt(Math.round(1_020 + 4_000 * random() ** 2));
      const spare = (health!.equity - (health!.initial * times) / 1_000n) / 1_000n;
      const amount = spare > 0n ? spare : 0n;
      return clearinghouse.interface.encodeFunctionData("withdraw", [numbers.get(id)!, amount, owner.address]);
    });
    await this.moveOn();
  }

  /** Anchors and recorded factors are of now. */
  async moveOn(): Promise<void> {
    const { clearinghouse, vols, group } = this.venue;
    for (let i = 0; i < 2; ++i) {
      await this.provider.send("evm_increaseTime", [121]);
      await mined(vols.setLevelNow(10n ** 9n));
      await mined(clearinghouse.postLevel(group));
      await mined(clearinghouse.poke(group));
    }
  }

  /** The feed's next answer, in whole cents. */
  async spot(cents: number): Promise<void> {
    await mined(this.venue.feed.setAnswer(BigInt(Math.round(cents)) * 10n ** 6n));
  }

  /** All risk arrays are fresh. */
  async refresh(): Promise<void> {
    const { clearinghouse, optionLens, group } = this.venue;
    const { ladders } = await optionLens.chain(clearinghouse, group);
    const series = [...ladders].flatMap(({ place, strikes }) =>
      [...strikes].map((_, strike) => seriesOf(group, { type: "call", ladder: Number(place), strike })),
    );
    await mined(clearinghouse.refresh(series, { gasLimit: 100_000_000n }));
  }

  // ------------------------------------------------------------------ inside

  private async many(
    wallet: Wallet,
    ids: readonly AccountId[],
    encode: (id: AccountId) => string | Promise<string>,
  ): Promise<void> {
    const sender = this.venue.clearinghouse.connect(new NonceManager(wallet));
    for (let from = 0; from < ids.length; from += 4 * AT_ONCE) {
      const calls = await Promise.all(ids.slice(from, from + 4 * AT_ONCE).map(encode));
      await mined(sender.multicall(calls, { gasLimit: 2_000_000_000n }));
    }
  }

  private async marks(): Promise<Map<SeriesId, bigint>> {
    const { optionLens, clearinghouse, group } = this.venue;
    const chain = await optionLens.chain(clearinghouse, group);
    const marks = new Map<SeriesId, bigint>();
    for (const { place, strikes } of chain.ladders) {
      strikes.forEach(({ call, put }, strike) => {
        const ladder = Number(place);
        marks.set(seriesOf(group, { type: "call", ladder, strike }), call.mark);
        marks.set(seriesOf(group, { type: "put", ladder, strike }), put.mark);
      });
    }
    return marks;
  }

  /** Eight series, two of each expiry, bought and sold in turn. A maker account stands for each half of a ladder. */
  private trades(
    owner: Wallet,
    maker: Wallet,
    makers: readonly AccountId[],
    id: AccountId,
    marks: ReadonlyMap<SeriesId, bigint>,
    random: () => number,
  ): MatchWish[] {
    return Array.from({ length: LEGS }, (_, i) => {
      const ladder = i >> 1;
      const strike = 3 + 2 * Math.floor(random() * 4) + (i & 1);
      const series = seriesOf(this.venue.group, { type: random() < 0.5 ? "call" : "put", ladder, strike });
      const size = (BigInt(Math.ceil(random() * 20)) * BASE * (random() < 0.5 ? 1n : -1n)) as Size;
      const limit = marks.get(series)! as Price;
      const other = makers[2 * ladder + (i & 1) + (seriesIsPut(series) ? 8 : 0)]!;
      const fill = {
        maker: this.signed(maker, other, series, -size, limit, USE.MAKER),
        size: abs(size),
        hint: NO_NODE,
      };
      return { taker: this.signed(owner, id, series, size, limit, USE.TAKER), hint: NO_NODE, fills: [fill] };
    });
  }

  private signed(
    wallet: Wallet,
    account: AccountId,
    market: SeriesId,
    size: bigint,
    limit: Price,
    use: (typeof USE)["MAKER"] | (typeof USE)["TAKER"],
  ): Signed {
    const salt = saltOf(++this.sequence, 0n);
    const order = buildOrder({ account, market, size: size as Size, limit, salt, expiry: FAR, use });
    const digest = TypedDataEncoder.hash(this.domain, ORDER_TYPES, order);
    return { order, signer: wallet.address, signature: wallet.signingKey.sign(digest).serialized } as Signed;
  }
}

async function mined(sent: Promise<ContractTransactionResponse>): Promise<void> {
  await (await sent).wait();
}

function seriesIsPut(series: SeriesId): boolean {
  return (series & 1n) === 1n;
}

function abs(size: Size): Size {
  return (size < 0n ? -size : size) as Size;
}
