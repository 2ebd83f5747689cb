// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Contract, ContractFactory, NonceManager, TypedDataEncoder, Wallet, id, type JsonRpcSigner } from "ethers";
import { describeOptions } from "../../deploy/describeOptions.js";
import { deployOptions, type DeployedOptions } from "../../deploy/deploy-options.js";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import type { Deployment } from "../../sdk/deployment.js";
import { NO_NODE } from "../../sdk/level.js";
import { ORDER_TYPES, USE, accountOf, buildOrder, saltOf, type Address, type MarketId } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { packBatch } from "../../sdk/packing/batch.js";
import type { Price, Size } from "../../sdk/units.js";
import { Chain } from "../../sim/venue/Chain.js";
import type { MockVolSource } from "../../types/ethers-contracts/index.js";
import { BeyondBounds, RefusedByContract, Unknown } from "../errors.js";
import { driftOf } from "../check/drift.js";
import { stateText } from "../check/stateText.js";
import { waitingOf } from "../list/waiting.js";
import { CLEARINGHOUSE } from "../look/roles.js";
import { readSituation } from "../look/Situation.js";
import { simulate } from "../simulate/simulate.js";
import { parseWish } from "../wish/WishFile.js";
import { artifact } from "./Town.js";

const PERPETUAL = 511n as MarketId;
const NANO = 10n ** 9n;
const UNIT = 10n ** 18n;

describe("an option venue's governance", () => {
  let chain: Chain;
  let deployed: DeployedOptions;
  let deployment: Deployment;
  let rpc: HttpRpc;
  let signers: JsonRpcSigner[];
  const [large, small] = ["large", "small"].map((name) => {
    const wallet = new Wallet(id(`govern options ${name}`));
    return { wallet, account: accountOf(wallet.address as Address, 0) };
  });

  before(async () => {
    chain = await Chain.start(Math.floor(Date.now() / 1_000) - 86_400);
    signers = (await chain.provider.listAccounts()) as JsonRpcSigner[];
    const [deployer, governor, risk, guardian] = signers;
    const holders = { GOVERNOR: governor!.address, RISK: risk!.address, GUARDIAN: guardian!.address };
    deployed = await deployOptions({ deployer: deployer!, artifact, holders, vaultSeed: 0n });
    deployment = await describeOptions(chain.provider, deployed, artifact);
    rpc = new HttpRpc([chain.url], { requestTimeout: 60_000, requestRetries: 0 });
    await trade();
  });
  after(() => chain?.stop());

  /** The small one buys an ether of the perpetual with a fifth of its price. */
  async function trade(): Promise<void> {
    const deployer = new NonceManager(signers[0]!);
    const { clearinghouse, token } = deployed;
    const done = async (sent: Promise<{ wait(): Promise<unknown> }>) => (await sent).wait();
    const venue = clearinghouse.connect(deployer);
    await done(token.connect(deployer).mint(signers[0]!.address, 10n ** 12n));
    await done(token.connect(deployer).approve(clearinghouse, 10n ** 12n));
    await done(venue.deposit(large!.account, 10n ** 11n));
    await done(venue.deposit(small!.account, 800n * 10n ** 6n));
    const domain = {
      ...{ name: "Novation", version: "1", chainId: 31_337 },
      verifyingContract: await clearinghouse.getAddress(),
    };
    const signed = ({ wallet, account }: NonNullable<typeof large>, size: bigint, use: bigint) => {
      const order = buildOrder({
        ...{ account, market: PERPETUAL, size: size as Size, limit: (4_000n * UNIT) as Price, salt: saltOf(1n, 0n) },
        ...{ expiry: 2n ** 40n - 1n, use: use as (typeof USE)["MAKER"] },
      });
      const digest = TypedDataEncoder.hash(domain, ORDER_TYPES, order);
      return { order, signer: wallet.address, signature: wallet.signingKey.sign(digest).serialized };
    };
    const fills = [{ maker: signed(large!, -NANO, USE.MAKER), size: NANO as Size, hint: NO_NODE }];
    const matches = [{ taker: signed(small!, NANO, USE.TAKER), hint: NO_NODE, fills }];
    await done(venue.settle(packBatch({ strict: true, matches })));
  }

  const play = async (wish: string) => {
    const file = parseWish(`title: Test\n${wish}`, "w.yaml");
    return simulate({ file, situation: await readSituation(rpc, deployment), rpc, url: chain.url });
  };
  /** Another source of volatilities, whose level is of now. */
  const source = async (level: bigint): Promise<string> => {
    const { abi, bytecode } = await artifact("MockVolSource");
    const made = await new ContractFactory(abi, bytecode, signers[0]).deploy(3_600);
    await made.waitForDeployment();
    const vols = new Contract(await made.getAddress(), abi, signers[0]) as unknown as MockVolSource;
    await (await vols.setLevelNow(level)).wait();
    return made.getAddress();
  };

  it("sees its groups: parameters, sources and budget", async () => {
    const { options, groups, markets, authority } = await readSituation(rpc, deployment);
    const [eth] = options;
    assert.deepEqual([groups, markets, options.length, eth!.symbol], [[], [], 1, "ETH"]);
    assert.equal(eth!.view.risk.scanRange, 160_000n);
    assert.equal(eth!.vaultBudget, 10n ** 16n);
    assert.equal(eth!.volSource.toLowerCase(), deployed.volSource.toLowerCase());
    const risk = authority.roles.find(({ label }) => label === "RISK")!;
    assert.ok(risk.functions.includes("setRiskParams"), String(risk.functions));
  });

  it("its state as a file has all of its groups, and a check finds what is not as there", async () => {
    const situation = await readSituation(rpc, deployment);
    const state = stateText(situation, new Map());
    const drift = async (text: string) => {
      const found = await driftOf(rpc, parseWish(text, "state.yaml"), situation, new Map());
      return found.map(({ scope, name }) => `${scope}, ${name}`);
    };
    assert.deepEqual(await drift(state.replace(/\ncode:.*/s, "")), []);
    const changed = [
      ['scanRange: "16%"', 'scanRange: "17%"'],
      ['takerFee: "0.03%"', 'takerFee: "0.04%"'],
      ['budget: "10,000,000 quote"', 'budget: "9,000,000 quote"'],
      [`volSource: "${situation.options[0]!.volSource}"`, `volSource: "${signers[5]!.address}"`],
    ] as const;
    for (const [is, other] of changed) {
      assert.ok(state.includes(is), `${is} in ${state}`);
      const found = await drift(state.replace(is, other).replace(/\ncode:.*/s, ""));
      assert.deepEqual([found.length, found[0]!.startsWith("ETH")], [1, true], found.join("; "));
    }
  });

  it("a wider scan range is played, and the lens says who falls below maintenance margin by it", async () => {
    const wish = 'groups: { ETH: { risk: { scanRange: 30% }, budget: "5,000 quote" } }';
    const { operations, changes, with: then, counts } = await play(wish);
    assert.deepEqual(
      operations.map(({ name }) => name),
      ["setRiskParams", "setVaultBudget"],
    );
    assert.equal(then.situation.options[0]!.view.risk.scanRange, 300_000n);
    assert.equal(then.situation.options[0]!.vaultBudget, 5_000n * NANO);
    assert.deepEqual(
      changes.map(({ account, before, after: { standing } }) => [account, before.standing, standing]),
      [[small!.account, "SOUND", "LIQUIDATABLE"]],
    );
    assert.deepEqual(counts.get("LIQUIDATABLE"), { without: 0, with: 1 });
  });

  it("a wider gap threshold comes after the scan range that has to hold two of it", async () => {
    const wish = "groups: { ETH: { trading: { gapThreshold: 3% }, risk: { scanRange: 17% } } }";
    const { operations } = await play(wish);
    assert.deepEqual(
      operations.map(({ name }) => name),
      ["setRiskParams", "setMarketParams"],
    );
  });

  it("what the bounds exclude, or is not there, is refused with its line", async () => {
    await assert.rejects(play("groups: { ETH: { risk: { scanRange: 3% } } }"), (failure: Error) => {
      assert.ok(failure instanceof BeyondBounds, failure.message);
      assert.match(failure.message, /scanRange is 3% and must be from 5% to 40%/);
      return true;
    });
    await assert.rejects(play("groups: { ETH: { risk: { maxLegs: 40 series } } }"), /from 4 series to 32 series/);
    await assert.rejects(play("groups: { BTC: { risk: { scanRange: 20% } } }"), (failure: Error) => {
      assert.ok(failure instanceof Unknown, failure.message);
      return true;
    });
  });

  it("another source of volatilities is played with its level; one far off is refused by the contract", async () => {
    const near = await source(NANO);
    const { operations, with: then } = await play(`groups: { ETH: { volSource: "${near}" } }`);
    assert.deepEqual(
      operations.map(({ name }) => name),
      ["setVolSource"],
    );
    assert.equal(then.situation.options[0]!.volSource.toLowerCase(), near.toLowerCase());
    await assert.rejects(
      play(`groups: { ETH: { volSource: "${await source((NANO * 13n) / 10n)}" } }`),
      (failure: Error) => {
        assert.ok(failure instanceof RefusedByContract, failure.message);
        assert.equal(failure.error, "VolSourceOutOfLine");
        return true;
      },
    );
  });

  it("what waits is told in people's units, with the bounds", async () => {
    const risk = signers[2]!;
    const values = { ...(await readSituation(rpc, deployment)).options[0]!.view.risk, scanRange: 200_000n };
    const data = CLEARINGHOUSE.encodeFunctionData("setRiskParams", [1, values]) as Hex;
    await (await deployed.authority.connect(risk).schedule(deployment.clearinghouse, data, 0)).wait();
    const [waits] = waitingOf(await readSituation(rpc, deployment));
    assert.equal(waits!.what.name, "setRiskParams");
    assert.deepEqual(waits!.what.changes, [
      { scope: "group 1 (ETH)", name: "scanRange", before: "16%", after: "20%", bounds: "from 5% to 40%" },
    ]);
  });
});
