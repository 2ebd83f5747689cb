// SPDX-License-Identifier: MIT
import type { Contract } from "ethers";
import { USDC, type Bench, type Measured } from "./Bench.js";
import { floorOf, type Alone, type Floor } from "./floor.js";
import { Layout } from "./layout.js";
import { SPECIFICATIONS, type Specification, type SpecificationName } from "./specification.js";
import { INTRINSIC, calldataGas, traceOf, type Rpc, type Trace } from "./trace.js";

const COLD_ACCOUNT = 2_600;

/** One transaction of an operation. */
export interface Part {
  specification: SpecificationName;
  gas: number;
  floor: Floor;
  trace: Trace;
  /** The contract that is measured, and what to call the others. */
  venue: string;
  accountNames: Map<string, string>;
}

/** Traces transactions and computes their floors. */
export class Meter {
  private readonly layouts = new Map<string, Layout>();
  private alone: Alone | undefined;

  /** Measures a transaction to the clearinghouse, or to `contract` built as `built`. */
  async part(
    bench: Bench,
    specification: SpecificationName,
    sent: Measured,
    contract: { getAddress(): Promise<string> } = bench.venue.clearinghouse,
    built = "Clearinghouse",
  ): Promise<Part> {
    const layout = this.layouts.get(built) ?? (await Layout.of(built));
    this.layouts.set(built, layout);
    this.alone ??= await costsAlone(bench);
    const trace = await traceOf(bench.chain.provider as Rpc, sent.hash);
    const venue = (await contract.getAddress()).toLowerCase();
    const touches = trace.touches
      .filter(({ address }) => address === venue)
      .map((touch) => ({ ...touch, members: layout.membersAt(touch.slot, trace.preimages, bench.keyNames) }));
    const needs: Specification = SPECIFICATIONS[specification];
    const floor = floorOf(trace, touches, venue, needs, this.alone);
    return { specification, gas: sent.gas, floor, trace, venue, accountNames: await accountNames(bench) };
  }
}

/**
 * The token and a feed, called by nobody but an owner of tokens: the whole transaction less what every transaction
 * costs.
 */
async function costsAlone(bench: Bench): Promise<Alone> {
  const { token, markets } = bench.venue;
  const [from, to] = [await bench.trader("payer", 1n), await bench.trader("payee", 1n)];
  const cost = async (contract: unknown, name: string, args: unknown[], sender: string) => {
    const { hash, gas } = await bench.send(contract as Contract, name, args, sender);
    const call = { method: "eth_getTransactionByHash", params: [hash] };
    const { input } = (await bench.chain.provider.request(call)) as { input: string };
    return gas - INTRINSIC - calldataGas(input) + COLD_ACCOUNT;
  };
  await bench.send(token, "approve", [to.wallet.address, 2n ** 256n - 1n], from.wallet.address);
  const pay = [to.wallet.address, USDC];
  const proxy = await bench.chain.ethers.getContractAt("MockAggregatorProxy", await markets[0]!.source.feed());
  return {
    transfer: await cost(token, "transfer", pay, from.wallet.address),
    transferFrom: await cost(token, "transferFrom", [from.wallet.address, ...pay], to.wallet.address),
    feed: await cost(proxy, "latestRoundData", [], bench.operator),
  };
}

async function accountNames({ venue, chain }: Bench): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const name = (address: string, called: string) => names.set(address.toLowerCase(), called);
  name(await venue.token.getAddress(), "token");
  name(await venue.vault.getAddress(), "vault");
  for (const { source } of venue.markets) {
    name(await source.getAddress(), "price source");
    const proxy = await chain.ethers.getContractAt("MockAggregatorProxy", await source.feed());
    name(await proxy.getAddress(), "feed's proxy");
    name(await proxy.aggregator(), "feed's aggregator");
  }
  return names;
}
