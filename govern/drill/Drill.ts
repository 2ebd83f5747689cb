// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import type { Hex } from "../../sdk/orderHash.js";
import { numberOf, ownerOf, type AccountId } from "../../sdk/order.js";
import type { Address } from "../../sdk/range.js";
import type { MarketView, VenueView } from "../../sdk/views.js";
import type { Artifact } from "../../deploy/deploy-novation.js";
import { GovernError } from "../errors.js";
import type { Fork, Mined } from "../fork/Fork.js";
import { refusalOf } from "../fork/refusal.js";
import { look } from "../look/ask.js";
import { MANAGER } from "../look/logs.js";
import { CLEARINGHOUSE, roleNamed, type Role } from "../look/roles.js";
import { readSituation, type Situation } from "../look/Situation.js";
import { moneyText } from "../text/amounts.js";

/** A step of a drill that went otherwise than it has to. */
export class DrillFailed extends GovernError {
  constructor(
    readonly drill: string,
    readonly step: string,
    why: string,
  ) {
    super(`${drill}, "${step}": ${why}`);
  }
}

/** What is needed for a drill and is not there. */
export class DrillImpossible extends GovernError {}

/** A step that went as it has to. */
export interface DrillStep {
  readonly title: string;
  /** Seconds of the chain's clock since the drill began. */
  readonly at: bigint;
  /** What was seen. */
  readonly found: string;
  /** Milliseconds of this machine. */
  readonly took: number;
}

/** Somebody without a role. */
export const ANYBODY: Address = "0x00000000000000000000000000000000000a11ce";
const ACCOUNTS_AT_ONCE = 200;
const ONE = 10n ** 9n;

/** A call that a member of a role makes. */
export interface Order {
  readonly role: Role;
  readonly caller: Address;
  readonly delay: bigint;
  readonly target: Address;
  readonly data: Hex;
}

/** An emergency that is played on a copy of the chain, each step checked and timed. */
export class Drill {
  readonly steps: DrillStep[] = [];
  private readonly began: bigint;
  private rich: { owner: Address; number: number; most: bigint } | undefined;

  constructor(
    readonly name: string,
    readonly fork: Fork,
    readonly situation: Situation,
    readonly accounts: readonly AccountId[],
    readonly artifact: (name: string) => Promise<Artifact>,
  ) {
    this.began = fork.now;
  }

  /** Plays a step; what it returns was seen. */
  async step(title: string, play: () => Promise<string>): Promise<void> {
    const started = performance.now();
    let found: string;
    try {
      found = await play();
    } catch (failure) {
      if (failure instanceof DrillImpossible) throw failure;
      throw new DrillFailed(this.name, title, (failure as Error).message);
    }
    const took = Math.round(performance.now() - started);
    this.steps.push({ title, at: this.fork.now - this.began, found, took });
  }

  get elapsed(): bigint {
    return this.fork.now - this.began;
  }

  async pass(seconds: bigint): Promise<void> {
    if (seconds > 0n) await this.fork.mine([], this.fork.now + seconds);
  }

  // ------------------------------------------------------------------ who acts

  /** A call of the clearinghouse or the AccessManager by the first member of a role. */
  order(label: string, on: "clearinghouse" | "authority", name: string, args: readonly unknown[]): Order {
    const role = roleNamed(this.situation.authority, label);
    const member = role?.members.find(({ since }) => since <= this.fork.now);
    if (role === undefined || member === undefined) throw new DrillImpossible(`nobody has the role ${label}`);
    const abi = on === "clearinghouse" ? CLEARINGHOUSE : MANAGER;
    const data = abi.encodeFunctionData(name, [...args]) as Hex;
    return { role, caller: member.address, delay: member.delay, target: this.situation.deployment[on], data };
  }

  schedule({ caller, target, data }: Order): Promise<Mined> {
    return this.manager(caller, "schedule", [target, data, 0]);
  }

  execute({ caller, target, data }: Order): Promise<Mined> {
    return this.manager(caller, "execute", [target, data]);
  }

  cancel(by: Address, { caller, target, data }: Order): Promise<Mined> {
    return this.manager(by, "cancel", [caller, target, data]);
  }

  /** Schedules if it needs that, waits, and executes. */
  async run(order: Order): Promise<void> {
    if (order.delay > 0n) {
      must(await this.schedule(order));
      await this.pass(order.delay);
    }
    must(await this.execute(order));
  }

  private async manager(from: Address, name: string, args: readonly unknown[]): Promise<Mined> {
    const to = this.situation.deployment.authority;
    return this.send(from, to, MANAGER.encodeFunctionData(name, [...args]) as Hex);
  }

  async send(from: Address, to: Address | undefined, data: Hex): Promise<Mined> {
    const [mined] = await this.fork.mine([to === undefined ? { from, data } : { from, to, data }]);
    return mined!;
  }

  /** A call of the clearinghouse by somebody. */
  call(from: Address, name: string, args: readonly unknown[]): Promise<Mined> {
    const data = CLEARINGHOUSE.encodeFunctionData(name, [...args]) as Hex;
    return this.send(from, this.situation.deployment.clearinghouse, data);
  }

  async deploy(name: string, args: readonly unknown[]): Promise<Address> {
    const { abi, bytecode } = await this.artifact(name);
    const encoded = new Interface(abi as never).encodeDeploy([...args]);
    const mined = must(await this.send(ANYBODY, undefined, `${bytecode}${encoded.slice(2)}` as Hex));
    return mined.created!;
  }

  // ------------------------------------------------------------------ what is seen

  venue(): Promise<VenueView> {
    const { lens, clearinghouse } = this.situation.deployment;
    return look(this.fork.rpc, lens, "venue", [clearinghouse], "latest", this.fork.now);
  }

  market(id: bigint): Promise<MarketView> {
    const { lens, clearinghouse } = this.situation.deployment;
    return look(this.fork.rpc, lens, "market", [clearinghouse, id], "latest", this.fork.now);
  }

  async phaseOf(group: bigint): Promise<bigint> {
    const { lens, clearinghouse } = this.situation.deployment;
    const view = await look(this.fork.rpc, lens, "group", [clearinghouse, group], "latest", this.fork.now);
    return view.phase;
  }

  now(): Promise<Situation> {
    return readSituation(this.fork.rpc, this.situation.deployment, this.fork.now);
  }

  /** Looks for the account that can withdraw most, of the first two hundred; while nothing stops withdrawals. */
  async findMoney(): Promise<{ owner: Address; number: number; most: bigint }> {
    if (this.rich !== undefined) return this.rich;
    const { lens, clearinghouse, vault } = this.situation.deployment;
    const ids = this.accounts.filter((id) => ownerOf(id) !== vault.toLowerCase()).slice(0, ACCOUNTS_AT_ONCE);
    const views = await look(this.fork.rpc, lens, "accounts", [clearinghouse, ids], "latest", this.fork.now);
    const best = views.toSorted((a, b) => (a.withdrawable > b.withdrawable ? -1 : 1))[0];
    if (best === undefined || best.withdrawable < 10n * ONE) {
      throw new DrillImpossible("no account has money to withdraw");
    }
    const id = best.account as AccountId;
    return (this.rich = { owner: ownerOf(id), number: numberOf(id), most: best.withdrawable });
  }

  /** Two tokens out of the richest account, to somebody. */
  async withdraw(): Promise<{ mined: Mined; text: string }> {
    const { owner, number, most } = await this.findMoney();
    const unit = 10n ** BigInt(this.situation.deployment.tokenDecimals);
    const mined = await this.call(owner, "withdraw", [number, 2n * unit, ANYBODY]);
    return { mined, text: `${owner} could withdraw ${moneyText(most)}` };
  }
}

/** A transaction that has to succeed. */
export function must(mined: Mined): Mined {
  if (mined.ok) return mined;
  const { name, sentence } = refusalOf(mined.revert);
  throw new Error(`refused: ${name}. ${sentence}`);
}

/** A transaction that has to be refused, for this reason. */
export function mustNot(mined: Mined, reason: string): string {
  if (mined.ok) throw new Error(`it was done, and has to be refused with ${reason}`);
  const { name } = refusalOf(mined.revert);
  if (name !== reason) throw new Error(`it was refused with ${name}, and has to be with ${reason}`);
  return `refused: ${reason}`;
}

export function mustBe<T>(what: string, found: T, expected: T): void {
  if (found !== expected) throw new Error(`${what} is ${String(found)}, and has to be ${String(expected)}`);
}
