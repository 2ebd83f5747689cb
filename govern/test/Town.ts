// SPDX-License-Identifier: MIT
import { join } from "node:path";
import type { JsonRpcSigner } from "ethers";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { describeNovation } from "../../deploy/describeNovation.js";
import { deployNovation, type DeployOptions, type Listing } from "../../deploy/deploy-novation.js";
import { localParameters } from "../../deploy/parameters.js";
import type { RoleName } from "../../deploy/roles.js";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";
import { refusalOf } from "../fork/refusal.js";
import { Chain } from "../../sim/venue/Chain.js";
import { LocalVenue } from "../../sim/venue/LocalVenue.js";
import { member, type Member } from "../../sim/venue/orders.js";
import { toAnswer, toPrice } from "../../sim/venue/units.js";

export const artifact = builtArtifacts(join(import.meta.dirname, "../../artifacts"), "npm run govern -- test");

export const DELAYS = { GOVERNOR: 3_600, RISK: 60 } as const;
const PRICE = { BTC: 100_000, SOL: 200 } as const;
const FILLS = 60;

export interface TownOptions extends Pick<DeployOptions, "delays" | "venue"> {
  /** Who gets the roles; default: a key each. */
  holders?: Partial<Record<RoleName, string>>;
  /** Of each trader his leverage; all are long BTC against one large short. */
  leverages?: readonly number[];
  /** Token units that open the vault. */
  vaultSeed?: bigint;
  /** The built contracts; default: the everyday build. */
  heartbeat?: number;
  port?: number;
  /** Before the venue is deployed. */
  before?: (chain: Chain, signers: JsonRpcSigner[]) => Promise<Partial<Record<RoleName, string>>>;
}

/** A venue on a chain of its own, with a key for each role and people who hold positions. */
export class Town {
  private constructor(
    readonly venue: LocalVenue,
    readonly rpc: HttpRpc,
    readonly people: readonly Member[],
    readonly keys: Readonly<Record<RoleName | "stranger", Address>>,
  ) {}

  static async open(options: TownOptions = {}): Promise<Town> {
    const { leverages = [], vaultSeed = 1_000_000_000n, heartbeat = 86_400 } = options;
    const chain = await Chain.start(Math.floor(Date.now() / 1000) - 86_400, options.port);
    try {
      const signers = (await chain.provider.listAccounts()) as JsonRpcSigner[];
      const [operator, keeper, treasury, governor, risk, guardian, stranger] = signers.map(({ address }) => address);
      const keys = { GOVERNOR: governor, RISK: risk, GUARDIAN: guardian, stranger } as Town["keys"];
      const holders = { ...keys, ...options.holders, ...(await options.before?.(chain, signers)) };
      const deployed = await deployNovation({
        ...{ deployer: signers[0]!, artifact, treasury: treasury!, vaultSeed, holders },
        ...{ delays: { ...DELAYS, ...options.delays }, venue: options.venue ?? {} },
        groups: (["BTC", "SOL"] as const).map((symbol) => [listing(symbol, heartbeat)]),
      });
      await chain.mineOnDemand();
      const deployment = await describeNovation(chain.provider, deployed, artifact);
      const { chainId, clearinghouse, lens, vault } = deployment;
      const at = { clearinghouse, lens, vault };
      const who = { operator, keeper, treasury } as Record<"operator" | "keeper" | "treasury", Address>;
      const venue = new LocalVenue({ chain, chainId, deployment, deployed, at, sequencer: undefined, ...who });
      const people = await settleIn(venue, leverages);
      const rpc = new HttpRpc([chain.url], { requestTimeout: 60_000, requestRetries: 0 });
      return new Town(venue, rpc, people, keys);
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
  }

  /** Transactions of one block; throws why one reverted. */
  async send(calls: readonly { from: string; to: string; data: Hex }[], time = 0): Promise<void> {
    for (const { ok, hash } of await this.venue.mine([...calls], time)) {
      if (ok) continue;
      const tracer = { tracer: "callTracer" };
      const trace = (await this.venue.chain.provider.send("debug_traceTransaction", [hash, tracer])) as {
        output?: Hex;
      };
      throw new Error(`a transaction reverted: ${refusalOf(trace.output ?? "0x").name}`);
    }
  }
}

function listing(symbol: "BTC" | "SOL", heartbeat: number): Listing {
  const { btcMarket } = localParameters();
  const cap = 1n << 62n;
  return { symbol, heartbeat, answer: toAnswer(PRICE[symbol]), params: { ...btcMarket, softCap: cap, hardCap: cap } };
}

/** Everybody buys 0.1 BTC with as much cash as his leverage asks for. */
async function settleIn(venue: LocalVenue, leverages: readonly number[]): Promise<Member[]> {
  await venue.fund(0n);
  if (leverages.length === 0) return [];
  const people = leverages.map((_, i) => member(`govern ${i}`));
  const large = member("govern, the other side");
  const size = 100_000_000n;
  const notional = PRICE.BTC / 10;
  await venue.deposit([
    ...people.map((each, i) => [each.account, notional / leverages[i]!] as const),
    [large.account, notional * leverages.length] as const,
  ]);
  const market = venue.listed("BTC", PRICE.BTC);
  const entries = people.map((each) => ({ member: each, size, limit: toPrice(PRICE.BTC) }));
  await venue.must(venue.matches(market, entries, large, FILLS));
  await venue.settleAnchors(venue.deployed.groups);
  return [...people, large];
}
