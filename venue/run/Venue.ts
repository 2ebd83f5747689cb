// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { readDeployment } from "../../chain/readDeployment.js";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import { headerAt } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { proveDeployment } from "../../sdk/client/proveDeployment.js";
import { deploymentText, type Deployment } from "../../sdk/deployment.js";
import { Postgres } from "../../sim/trial/Postgres.js";
import { Proxy } from "../../sim/trial/proxy.js";
import type { OnCollateral } from "../../sim/venue/onCollateral.js";
import { goOn, runChain, stopBlocks, toPresent } from "../../sim/venue/pace.js";
import { ILens__factory } from "../../types/ethers-contracts/factories/contracts/periphery/ILens__factory.js";
import { leadOf } from "../people/scene.js";
import { HOLD } from "../people/hold.js";
import { Door } from "./Door.js";
import { faucet } from "./faucet.js";
import { EARLIER, deployOn } from "./openChain.js";
import { dayBeforeExpiry, deployOptionsOn } from "../options/deployOptionsOn.js";
import type { Options } from "./options.js";
import { Service } from "./Service.js";
import { nodeSpec, peopleSpecs, serviceSpecs, type Place } from "./services.js";

const READY = 600_000; // ms for a service to be well for the first time
const LOOK = 1_000; // ms between looks at them
const ROOT = join(import.meta.dirname, "../..");
const DATABASES = ["keeper", "relay", "indexer"];
const LENS = ILens__factory.createInterface();

/** A service was not well in time. */
export class NotReady extends Error {
  override readonly name = "NotReady";
}

/** The node of a chain of our own has died, and the chain with it. */
export class ChainLost extends Error {
  override readonly name = "ChainLost";
}

/** A whole venue on this machine: a node, services, people, and the door to them. */
export class Venue {
  /** In the order of starting. */
  readonly services: Service[] = [];
  deployment!: Deployment;
  /** Past what may cut the services off. */
  rpc!: Rpc;
  rpcUrl = "";
  deploymentFile = "";
  /** With --collateral. */
  collateral: OnCollateral | undefined;
  proxy: Proxy | undefined;
  postgres: Postgres | undefined;
  /** The chain's clock when the scene began. */
  begin = 0;
  readonly folder: string;
  /** Fails when the venue cannot go on. */
  readonly lost: Promise<never>;
  private lose!: (why: ChainLost) => void;
  private place!: Place;
  private isStill = false;
  private door: Door | undefined;
  private looking: NodeJS.Timeout | undefined;
  private closing: Promise<void> | undefined;

  constructor(
    readonly options: Options,
    private readonly say: (line: string) => void,
  ) {
    if (options.data !== undefined) mkdirSync(options.data, { recursive: true });
    this.lost = new Promise<never>((_, reject) => (this.lose = reject));
    this.lost.catch(() => {}); // told to whoever waits for it
    this.folder = options.data ?? mkdtempSync(join(tmpdir(), "novation-venue-"));
  }

  /** Opens everything, in the order in which one needs the other; returns when all of it is well. */
  async open(): Promise<void> {
    const { options } = this;
    const { ports, step } = options;
    await this.openChain();
    if (options.postgres) await this.openDatabase();
    if (options.faults) this.proxy = await Proxy.start(this.rpcUrl);
    const rpc = this.proxy?.url ?? this.rpcUrl;
    const { postgres } = this;
    this.place = {
      ports,
      folder: this.folder,
      rpc,
      ws: rpc.replace("http", "ws"),
      deploymentFile: this.deploymentFile,
      step,
      streams: options.streams,
      options: options.options,
      collateral: options.collateral,
      database: postgres && ((name) => postgres.url.replace(/postgres$/, name)),
    };
    await this.openDoor();
    for (const spec of serviceSpecs(this.place)) this.add(new Service(spec, this.sayer(spec.name)));
    this.looking = setInterval(() => void this.look(), LOOK);
    await Promise.all(this.services.map((service) => this.ready(service)));
    await this.letPeopleIn();
  }

  service(name: string): Service {
    return this.services.find((service) => service.name === name)!;
  }

  /** The chain's head, past any fault. */
  async head(): Promise<{ number: number; time: number }> {
    const { number, timestamp } = (await headerAt(this.rpc, "latest"))!;
    return { number, time: Number(timestamp) };
  }

  /** Ends those who trade and write prices. */
  async endPeople(): Promise<void> {
    const people = this.services.filter(({ name }) => ["poster", "traders", "oracle"].includes(name));
    for (const service of people) await service.stop();
    // Reports go on, at the price that is: a market without them would be stale.
    const reports = this.services.find(({ name }) => name === "streams")?.pid;
    if (reports !== undefined) process.kill(reports, HOLD);
  }

  /** For the check. A chain that was joined goes on when the venue leaves it. */
  async stopBlocks(): Promise<void> {
    this.isStill = true;
    await stopBlocks((method, params) => this.rpc.send(method, params));
  }

  /** Blocks again, after `stopBlocks`. */
  async goOn(): Promise<void> {
    this.isStill = false;
    await goOn((method, params) => this.rpc.send(method, params), this.options.block);
  }

  /** Groups that are locked or settling, as the chain says. */
  async lockedGroups(): Promise<number> {
    const { lens, clearinghouse } = this.deployment;
    const data = LENS.encodeFunctionData("venue", [clearinghouse]);
    const answer = (await this.rpc.send("eth_call", [{ to: lens, data }, "latest"])) as string;
    return Number(LENS.decodeFunctionResult("venue", answer)[0].lockedGroups);
  }

  /** Ends everything, the node last. Once. */
  close(keep = false): Promise<void> {
    this.closing ??= this.closeAll(keep);
    return this.closing;
  }

  /** At once, with all that was started. */
  kill(): void {
    for (const service of this.services) service.kill();
  }

  // ------------------------------------------------------------------ inside

  private async openChain(): Promise<void> {
    const { ports, rpc, deployment } = this.options;
    this.rpcUrl = rpc ?? `http://127.0.0.1:${ports.node}`;
    this.rpc = new HttpRpc([this.rpcUrl], { requestTimeout: 10_000, requestRetries: 2 });
    if (rpc !== undefined) {
      this.deploymentFile = deployment;
      this.deployment = readDeployment(deployment);
      await proveDeployment(this.rpc, this.deployment, deployment);
      this.say(`joins the chain of ${rpc}`);
      return;
    }
    const isOptions = this.options.options;
    const start = Math.floor(Date.now() / 1_000) - EARLIER;
    const spec = nodeSpec(ports, this.folder, isOptions ? dayBeforeExpiry(start) : start);
    const node = this.add(new Service(spec, this.sayer("node")), true);
    await this.ready(node);
    this.say("deploying ...");
    if (isOptions) this.deployment = await deployOptionsOn(this.rpcUrl);
    else ({ deployment: this.deployment, collateral: this.collateral } = await deployOn(this.rpcUrl, this.options));
    this.deploymentFile = join(this.folder, "deployment.json");
    writeFileSync(this.deploymentFile, deploymentText(this.deployment, this.deploymentFile));
    if (!isOptions) await toPresent((method, params) => this.rpc.send(method, params));
    await this.setPace(this.options.block); // until everybody is there
  }

  private setPace(step: number): Promise<void> {
    return runChain((method, params) => this.rpc.send(method, params), this.options.block, step);
  }

  private async openDatabase(): Promise<void> {
    this.postgres = await Postgres.start();
    const client = new pg.Client({ connectionString: this.postgres.url });
    await client.connect();
    for (const name of DATABASES) await client.query(`create database ${name}`);
    await client.end();
  }

  private async openDoor(): Promise<void> {
    const { ports } = this.options;
    this.door = await Door.open({
      port: ports.page,
      behind: {
        rpc: this.rpcUrl,
        relay: `http://127.0.0.1:${ports.relay}`,
        indexer: `http://127.0.0.1:${ports.indexer}`,
      },
      told: {
        "/deployment.json": () => deploymentText(this.deployment),
        "/services.json": () => ({
          ...{ rpc: "./rpc", relay: "./relay", indexer: "./indexer", chainName: "Novation's local chain" },
          faucet: "./faucet",
        }),
        "/status": () => this.status(),
      },
      page: join(ROOT, "web/dist"),
      fund: faucet(this.rpc, this.deployment),
    });
  }

  private status(): object {
    const of = ({ name, pid, starts, health, spec }: Service) => ({ name, url: spec.url, pid, starts, ...health });
    return { chainId: Number(this.deployment.chainId), begin: this.begin, services: this.services.map(of) };
  }

  private async letPeopleIn(): Promise<void> {
    const { scene, seed, traders, duration, step, rpc } = this.options;
    if (rpc === undefined) await this.setPace(step);
    this.begin = (await this.head()).time;
    const marks = await this.marks();
    const specs = peopleSpecs(this.place, {
      scene,
      seed,
      many: traders,
      begin: this.begin,
      lead: leadOf(duration),
      marks,
    });
    const people = specs.map((spec) => this.add(new Service(spec, this.sayer(spec.name))));
    await Promise.all(people.map((service) => this.ready(service)));
  }

  /** Where the scene begins: at the marks that are. */
  private async marks(): Promise<Record<string, number>> {
    const { lens, clearinghouse, markets } = this.deployment;
    const told: Record<string, number> = {};
    for (const { id, symbol } of markets) {
      const data = LENS.encodeFunctionData("market", [clearinghouse, id]);
      const answer = (await this.rpc.send("eth_call", [{ to: lens, data }, "latest"])) as string;
      told[symbol] = Number(LENS.decodeFunctionResult("market", answer)[0].mark) / 1e18;
    }
    return told;
  }

  private add(service: Service, first = false): Service {
    service.onLost = (why) => this.lose(new ChainLost(`${why}: its chain is gone, and the venue with it`));
    if (first) this.services.unshift(service);
    else this.services.push(service);
    service.start();
    return service;
  }

  private sayer(name: string): (line: string) => void {
    return (line) => this.say(`${name.padEnd(8)} ${line}`);
  }

  private async look(): Promise<void> {
    await Promise.all(this.services.map((service) => service.look()));
  }

  private async ready(service: Service): Promise<void> {
    const until = Date.now() + READY;
    while (!service.health.ok) {
      if (this.closing !== undefined) throw new NotReady("the venue was ended while it opened");
      if (Date.now() > until)
        throw new NotReady(`${service.name} is not well: ${service.health.says}; see ${service.spec.log}`);
      if (service.starts > 3) throw new NotReady(`${service.name} ends again and again: see ${service.spec.log}`);
      await service.look();
      await sleep(200);
    }
  }

  private async closeAll(keep: boolean): Promise<void> {
    clearInterval(this.looking);
    this.door?.close();
    const others = this.services.filter(({ name }) => name !== "node");
    await Promise.all(others.map((service) => service.stop()));
    await this.proxy?.stop();
    this.postgres?.stop();
    if (this.isStill && this.options.rpc !== undefined) {
      await goOn((method, params) => this.rpc.send(method, params), this.options.block).catch(() => {});
    }
    await this.services.find(({ name }) => name === "node")?.stop();
    if (!keep && this.options.data === undefined) rmSync(this.folder, { recursive: true, force: true });
  }
}
