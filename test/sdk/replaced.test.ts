// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { ChildProcess } from "node:child_process";
import { JsonRpcProvider, JsonRpcSigner, toQuantity, type TransactionReceipt } from "ethers";
import { artifacts } from "hardhat";
import { deployNovation, type Deployed } from "../../deploy/deploy-novation.js";
import { startAnvil } from "../../sim/venue/anvil.js";
import { NotMined, NovationClient, Refused, Replaced, Reverted } from "../../sdk/client/index.js";
import type { Address } from "../../sdk/order.js";

interface Pending {
  readonly hash: string;
  readonly from: string;
  readonly to: string;
  readonly nonce: string;
  readonly input: string;
  readonly maxFeePerGas: string;
}

describe("transactions that a wallet replaces, on a node that mines when told", function () {
  this.timeout(60_000);
  let child: ChildProcess;
  let provider: JsonRpcProvider;
  let deployed: Deployed;
  let client: NovationClient;
  let owner: Address;
  const KEYS = [
    "0x00000000000000000000000000000000000000a1",
    "0x00000000000000000000000000000000000000a2",
  ] as Address[];

  before(async () => {
    const anvil = await startAnvil(["--gas-limit", "60000000", "--disable-code-size-limit"]);
    child = anvil.child;
    provider = new JsonRpcProvider(anvil.url, undefined, {
      staticNetwork: true,
      cacheTimeout: -1,
      pollingInterval: 20,
    });
    const deployer = await provider.getSigner(0);
    const artifact = (name: string) => artifacts.readArtifact(name);
    const people = await Promise.all([1, 2, 3].map((index) => provider.getSigner(index)));
    const [governor, risk, guardian] = people.map(({ address }) => address) as [string, string, string];
    deployed = await deployNovation({
      deployer,
      artifact,
      holders: { GOVERNOR: governor, RISK: risk, GUARDIAN: guardian },
    } as never);
    await provider.send("evm_setAutomine", [false]);
    client = await connect(5, 30_000);
    owner = client.owner;
  });

  after(async () => {
    provider.destroy();
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  });

  async function connect(index: number, timeLimit: number): Promise<NovationClient> {
    const addresses = {
      clearinghouse: (await deployed.clearinghouse.getAddress()) as Address,
      lens: (await deployed.lens.getAddress()) as Address,
    };
    return NovationClient.connect(await provider.getSigner(index), addresses, { timeLimit, pollEvery: 20 });
  }

  const mine = (): Promise<unknown> => provider.send("evm_mine", []);
  const failureOf = (attempt: Promise<unknown>): Promise<unknown> =>
    attempt.then(
      () => undefined,
      (error: unknown) => error,
    );

  /** The transaction of `from` that waits in the pool. */
  async function pendingOf(from: string): Promise<Pending> {
    for (;;) {
      const { pending } = (await provider.send("txpool_content", [])) as {
        pending: Record<string, Record<string, Pending>>;
      };
      const own = Object.entries(pending).find(([address]) => address.toLowerCase() === from.toLowerCase());
      const last = Object.values(own?.[1] ?? {}).at(-1);
      if (last !== undefined) return last;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** What a wallet does on "speed up" or "cancel": the same nonce, twice the fee. */
  async function replace({ from, to, nonce, input, maxFeePerGas }: Pending, change: object = {}): Promise<string> {
    const fee = toQuantity(BigInt(maxFeePerGas) * 2n);
    const fees = { maxFeePerGas: fee, maxPriorityFeePerGas: fee };
    return (await provider.send("eth_sendTransaction", [
      { from, to, nonce, data: input, gas: "0xf4240", ...fees, ...change },
    ])) as string;
  }

  it("sped up: the call is done, with the receipt of the replacement", async () => {
    const done = client.setSigner(KEYS[0]!, 1_900_000_000n);
    const first = await pendingOf(owner);
    const second = await replace(first);
    await mine();
    const { receipt, events } = await done;
    expect(receipt.hash).to.equal(second).and.to.not.equal(first.hash);
    expect(events).to.deep.equal([
      { kind: "SignerSet", owner: owner.toLowerCase(), signer: KEYS[0], expiry: 1_900_000_000n },
    ]);
  });

  it("sped up twice, and mined some blocks later, by a client that looks seldom", async () => {
    const done = client.setSigner(KEYS[0]!, 1_900_000_001n);
    const second = await replace(await pendingOf(owner));
    for (let i = 0; i < 3; ++i) await mine();
    expect((await done).receipt.hash).to.equal(second);
    const more = client.setSigner(KEYS[0]!, 1_900_000_002n);
    const one = await pendingOf(owner);
    await replace(one);
    const fee = toQuantity(BigInt(one.maxFeePerGas) * 8n);
    const last = await replace(one, { maxFeePerGas: fee, maxPriorityFeePerGas: fee });
    await mine();
    for (let i = 0; i < 5; ++i) await mine();
    expect((await more).receipt.hash).to.equal(last);
  });

  it("cancelled: a named error says so", async () => {
    const done = failureOf(client.setSigner(KEYS[0]!, 1_900_000_003n));
    const first = await pendingOf(owner);
    const second = await replace(first, { to: owner, data: "0x" });
    await mine();
    const failure = (await done) as Replaced<TransactionReceipt>;
    expect(failure).to.be.instanceOf(Replaced);
    expect([failure.hash, failure.replacement, failure.cancelled]).to.deep.equal([first.hash, second, true]);
    expect(failure.message).to.contain("was cancelled in the wallet");
  });

  it("replaced by another call, to the same contract or another: a named error says so", async () => {
    const other = deployed.clearinghouse.interface.encodeFunctionData("setSigner", [KEYS[1]!, 7n]);
    for (const change of [{ data: other }, { to: KEYS[1], data: "0x" }, { value: "0x1", to: owner, data: "0x" }]) {
      const done = failureOf(client.setSigner(KEYS[0]!, 1_900_000_004n));
      const second = await replace(await pendingOf(owner), change);
      await mine();
      const failure = (await done) as Replaced<TransactionReceipt>;
      expect(failure).to.be.instanceOf(Replaced);
      expect([failure.replacement, failure.cancelled]).to.deep.equal([second, false]);
      expect(failure.receipt.hash).to.equal(second);
    }
  });

  it("sped up with too little gas: mined and reverted is no success", async () => {
    const done = failureOf(client.setSigner(KEYS[0]!, 1_900_000_005n));
    const second = await replace(await pendingOf(owner), { gas: toQuantity(24_000) });
    await mine();
    const failure = (await done) as Reverted<TransactionReceipt>;
    expect(failure).to.be.instanceOf(Reverted);
    expect(failure.receipt.hash).to.equal(second);
  });

  it("mined, but refused by then: the contract's own error", async () => {
    await deployed.token.mint(owner, 1_000n).then(mine);
    const approved = client.deposit(1_000n);
    const mining = setInterval(() => void mine(), 50);
    await approved.finally(() => clearInterval(mining));
    const two = [failureOf(client.withdraw(1_000n)), failureOf((await connect(5, 30_000)).withdraw(1_000n))];
    for (;;) {
      const { pending } = (await provider.send("txpool_status", [])) as { pending: string };
      if (BigInt(pending) === 2n) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await mine();
    const failures = (await Promise.all(two)).filter((failure) => failure !== undefined);
    expect(failures).to.have.length(1);
    expect(failures[0]).to.be.instanceOf(Refused);
    expect((failures[0] as Refused).error.name).to.be.oneOf(["InsufficientWithdrawable", "ZeroAmount"]);
  });

  it("the approval of a deposit may be sped up as well", async () => {
    await deployed.token.mint(owner, 5_000n).then(mine);
    const done = client.deposit(5_000n);
    const approval = await pendingOf(owner);
    expect(approval.to.toLowerCase()).to.equal((await deployed.token.getAddress()).toLowerCase());
    await replace(approval);
    await mine();
    await pendingOf(owner);
    await mine();
    expect((await done).events.map(({ kind }) => kind)).to.include("Deposited");
  });

  it("neither mined nor replaced within the time limit: a named error with the hash", async () => {
    const hasty = await connect(6, 300);
    const failure = (await failureOf(hasty.setSigner(KEYS[0]!, 1_900_000_006n))) as NotMined;
    expect(failure).to.be.instanceOf(NotMined);
    expect(failure.hash).to.equal((await pendingOf(hasty.owner)).hash);
    expect(failure.message).to.contain("was not mined within 300 ms");
    await provider.send("anvil_dropAllTransactions", []);
  });

  it("dropped by the node: a named error with the hash", async () => {
    const hasty = await connect(7, 500);
    const done = failureOf(hasty.setSigner(KEYS[0]!, 1_900_000_007n));
    const { hash } = await pendingOf(hasty.owner);
    await provider.send("anvil_dropTransaction", [hash]);
    await mine();
    const failure = (await done) as NotMined;
    expect(failure).to.be.instanceOf(NotMined);
    expect(failure.hash).to.equal(hash);
  });

  it("a wallet that never answers: a named error without a hash", async () => {
    class Silent extends JsonRpcSigner {
      override sendTransaction(): Promise<never> {
        return new Promise(() => undefined);
      }
    }
    const silent = new Silent(provider, (await provider.getSigner(8)).address);
    const { addresses } = client;
    const hasty = await NovationClient.connect(silent, addresses, { timeLimit: 200, pollEvery: 20 });
    const failure = (await failureOf(hasty.setSigner(KEYS[0]!, 1_900_000_008n))) as NotMined;
    expect(failure).to.be.instanceOf(NotMined);
    expect(failure.hash).to.equal(undefined);
  });

  it("a node in trouble for a moment is asked again", async () => {
    const asked = provider.getTransactionReceipt.bind(provider);
    let troubles = 0;
    provider.getTransactionReceipt = (hash) =>
      ++troubles <= 3 ? Promise.reject(new Error("request limit reached")) : asked(hash);
    const done = client.setSigner(KEYS[0]!, 1_900_000_009n);
    const second = await replace(await pendingOf(owner));
    await mine();
    expect((await done).receipt.hash).to.equal(second);
    expect(troubles).to.be.greaterThan(3);
    provider.getTransactionReceipt = asked;
  });
});
