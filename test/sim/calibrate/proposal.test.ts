// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { encodeBytes32String } from "ethers";
import { artifacts, network } from "hardhat";
import { deployNovation } from "../../../deploy/deploy-novation.js";
import Local from "../../../deploy/modules/Local.js";
import {
  localParameters,
  readParameters,
  readParametersFile,
  type LocalParameters,
} from "../../../deploy/parameters.js";
import { MARKET_UNITS } from "../../../sdk/parameters/market.js";
import { MARKET_NAMES, boundsOf, clip, type MarketName } from "../../../sim/calibrate/bounds.js";
import { seeded } from "../../../tools/random.js";
import { calibrate } from "../../../sim/calibrate/calibrate.js";
import { NetworkParameters } from "../../../sim/calibrate/networkFile.js";
import { quantileOfPareto } from "../../../sim/calibrate/pareto.js";
import { propose, type Evidence } from "../../../sim/calibrate/propose.js";
import { fitTail } from "../../../sim/calibrate/tail.js";
import { readTargets } from "../../../sim/calibrate/targets.js";
import { near } from "../near.js";

const local = new NetworkParameters("local");

describe("bounds", () => {
  it("are the contract's: just outside it says so, with the same figures", async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    const artifact = (name: string) => artifacts.readArtifact(name);
    const { clearinghouse, markets } = await deployNovation({ deployer: deployer!, artifact, handOver: false });
    const now = { ...local.market("BTC")!.now, softCap: 0n };
    for (const name of MARKET_NAMES) {
      const [low, high] = boundsOf(name, now);
      // Below zero is no parameter, and a cap below its bound is below the floor's, which is checked first.
      for (const value of low === 0n || name === "discountCap" ? [high + 1n] : [low - 1n, high + 1n]) {
        await expect(clearinghouse.setMarketParams(markets[0]!.id, { ...now, [name]: value }), name)
          .to.be.revertedWithCustomError(clearinghouse, "ParameterOutOfBounds")
          .withArgs(encodeBytes32String(name), value, low, high);
      }
    }
  });

  it("are of every parameter, in an order in which each depends on those before it", () => {
    expect(MARKET_NAMES).to.have.members(Object.keys(MARKET_UNITS));
    const known = new Set<string>();
    for (const name of MARKET_NAMES) {
      const values = new Proxy(local.market("BTC")!.now, {
        get: (of, key: MarketName) => (known.has(key) ? of[key] : expect.fail(`${name} depends on ${key}`)),
      });
      boundsOf(name, values);
      known.add(name);
    }
  });

  it("clip and name the side", () => {
    expect(clip(4n, [5n, 9n])).to.deep.equal({ value: 5n, clipped: "low" });
    expect(clip(10n, [5n, 9n])).to.deep.equal({ value: 9n, clipped: "high" });
    expect(clip(9n, [5n, 9n])).to.deep.equal({ value: 9n, clipped: undefined });
  });
});

describe("proposals", () => {
  const evidence = (scale: number, depth: Evidence["depth"], targets: string[] = []): Evidence => {
    const random = seeded(7);
    const moves = Float64Array.from({ length: 30_000 }, () => quantileOfPareto({ shape: 0.2, scale }, 1 - random()));
    const tail = fitTail(moves, 200);
    const { now, budget } = local.market("BTC")!;
    const target = readTargets(targets);
    return {
      asset: "BTC",
      mark: 100_000,
      lockDelay: 120,
      depth,
      now,
      budgetNow: budget,
      deviation: 5_000n,
      tails: { round: tail, lock: tail, anchor: tail, call: tail, worst: tail },
      target: (name) => target(name),
    };
  };
  const book = [
    { distance: 0.01, notional: 1e6 },
    { distance: 0.1, notional: 2e8 },
  ];
  const named = (list: ReturnType<typeof propose>) => Object.fromEntries(list.map((each) => [each.name, each]));

  it("lie within the contract's bounds whatever the history, and what is clipped is named", () => {
    for (const scale of [1e-6, 0.001, 0.01, 0.2]) {
      const list = propose(evidence(scale, book));
      for (const { name, value, wanted, low, high, clipped } of list) {
        expect(BigInt(value) >= BigInt(low) && BigInt(value) <= BigInt(high), name).to.equal(true);
        expect(clipped !== undefined, name).to.equal(value !== wanted);
      }
    }
    const calm = named(propose(evidence(1e-6, book)));
    expect([calm["initialMargin"]!.clipped, calm["initialMargin"]!.value]).to.deep.equal(["low", "10000"]);
    expect([calm["gapThreshold"]!.clipped, calm["gapThreshold"]!.value]).to.deep.equal(["low", "2500"]);
    const wild = named(propose(evidence(0.2, book)));
    expect([wild["initialMargin"]!.clipped, wild["initialMargin"]!.value]).to.deep.equal(["high", "1000000"]);
    expect([wild["maintenanceMargin"]!.clipped, wild["maintenanceMargin"]!.value]).to.deep.equal(["high", "750000"]);
  });

  it("ask for more margin when jumps are to be rarer, and for a larger vault when deleveraging is to be", () => {
    const values = (targets: string[]) => named(propose(evidence(0.001, book, targets)));
    const number = (list: ReturnType<typeof named>, name: string) => Number(list[name]!.value);
    expect(number(values(["beyond=0.1"]), "maintenanceMargin")).to.be.greaterThan(
      number(values(["beyond=10"]), "maintenanceMargin"),
    );
    expect(number(values(["chance=0.001"]), "vaultBudget")).to.be.greaterThan(
      2 * number(values(["chance=0.1"]), "vaultBudget"),
    );
    expect(number(values(["turnover=1"]), "maxFunding")).to.equal(10); // 500 ppm of fees * 1 / 48
  });

  it("keep caps and funding depth where no depth curve is given, and say so", () => {
    const { now } = local.market("BTC")!;
    const list = named(propose(evidence(0.001, undefined)));
    for (const name of ["hardCap", "fundingDepth"] as const) {
      expect(list[name]!.value).to.equal(String(now[name]));
      expect(list[name]!.why).to.contain("no depth curve");
    }
  });
});

describe("calibration", () => {
  const options = { prices: undefined, depth: undefined, days: 90, seed: 5, targets: readTargets([]), network: local };
  const folder = mkdtempSync(join(tmpdir(), "calibrate-"));
  after(() => rmSync(folder, { recursive: true }));
  const report = calibrate(options);

  it("says loudly that a drawn path is no market, and repeats itself", () => {
    const said: string[] = [];
    const again = calibrate({ ...options, say: (text) => said.push(text) });
    expect({ ...again, seconds: 0 }).to.deep.equal({ ...report, seconds: 0 });
    expect(said.join()).to.contain("NO PRICE FILE").and.contain("NO DEPTH FILE");
    expect(report.notes[0]).to.contain("nothing here may be deployed");
    expect(report.fromFiles).to.deep.equal({ prices: false, depth: false });
    expect(report.notes.join()).to.contain("less than two years");
  });

  it("is consistent: jumps beyond the proposed margin, gaps and deleveraging are as rare as was asked for", () => {
    for (const { beyondMargin, gapsAYear, deleveraging, proposals } of report.markets) {
      expect(proposals.filter(({ clipped }) => clipped)).to.deep.equal([]);
      expect(beyondMargin.proposed).to.be.within(0.8, 1);
      const gap = proposals.find(({ name }) => name === "gapThreshold")!;
      const margin = proposals.find(({ name }) => name === "maintenanceMargin")!;
      if (gap.why.startsWith("moves over")) expect(gapsAYear.proposed).to.be.at.most(12.01);
      else expect(Number(gap.value)).to.be.within((2 / 3) * Number(margin.value) - 500, (2 / 3) * Number(margin.value));
      near(deleveraging.proposed, 0.01, 0.0005);
    }
  });

  it("writes a file that deploys, and the clearinghouse then has the proposed parameters", async () => {
    const file = join(folder, "calibrated.json");
    expect(local.write(file, report)).to.deep.equal([]);
    const { Local: written } = readParametersFile<{ Local: LocalParameters }>(file);
    const unchanged = (values: LocalParameters) => ({
      ...values,
      btcMarket: 0,
      btcBudget: 0,
      solMarket: 0,
      solBudget: 0,
    });
    expect(unchanged(written)).to.deep.equal(unchanged(localParameters()));

    const { ethers, ignition } = await network.create();
    const { clearinghouse, lens } = await ignition.deploy(Local, { parameters: readParametersFile(file) as never });
    const venue = await ethers.getContractAt("Clearinghouse", await clearinghouse.getAddress());
    const view = await ethers.getContractAt("Lens", await lens.getAddress());
    for (const [index, { proposals }] of report.markets.entries()) {
      const { params } = await view.market(venue, BigInt(index + 1) << 2n);
      const deployed = params as unknown as Record<string, bigint>;
      for (const name of MARKET_NAMES) {
        expect(String(deployed[name]), name).to.equal(proposals.find((each) => each.name === name)!.value);
      }
      const [event] = await venue.queryFilter(venue.filters.VaultBudgetSet(index + 1));
      expect(String(event!.args[1])).to.equal(proposals.at(-1)!.value);
    }
  });

  it("names an asset that the network does not list", () => {
    const [first, second] = report.markets;
    const others = { ...report, markets: [first!, { ...second!, asset: "DOGE" }] };
    expect(local.write(join(folder, "other.json"), others)).to.deep.equal(["DOGE"]);
    expect(readParametersFile(join(folder, "other.json"))["Local"]!["solMarket"]).to.deep.equal(
      readParameters("local")["Local"]!["solMarket"],
    );
  });
});
