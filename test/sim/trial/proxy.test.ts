// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { ContractFactory, Wallet, type JsonRpcSigner } from "ethers";
import { WebSocket } from "ws";
import { MockToken__factory } from "../../../types/ethers-contracts/factories/contracts/mocks/MockToken__factory.js";
import { noFaults } from "../../../sim/trial/Faults.js";
import { TrialNode } from "../../../sim/trial/node.js";
import { Proxy } from "../../../sim/trial/proxy.js";

const LOGS = 6;

describe("the proxy before a real node", () => {
  let node: TrialNode;
  let proxy: Proxy;
  let token: string;

  before(async () => {
    node = await TrialNode.start({ blockSeconds: 0, chainSeconds: 12, gasLimit: 60_000_000n });
    proxy = await Proxy.start(node.url);
    const signer: JsonRpcSigner = await node.provider.getSigner(0);
    const factory = new ContractFactory(MockToken__factory.abi, MockToken__factory.bytecode, signer);
    const contract = await factory.deploy("Mock", "MOCK", 6);
    await node.provider.send("evm_mine", []);
    token = await contract.getAddress();
    await mint(LOGS);
  });

  after(async () => {
    await proxy.stop();
    await node.stop();
  });

  beforeEach(() => {
    proxy.faults = noFaults();
  });

  async function mint(times: number): Promise<void> {
    const data = MockToken__factory.createInterface().encodeFunctionData("mint", [Wallet.createRandom().address, 1n]);
    const [from] = (await node.provider.send("eth_accounts", [])) as string[];
    for (let index = 0; index < times; ++index)
      await node.provider.send("eth_sendTransaction", [{ from, to: token, data }]);
    await node.provider.send("evm_mine", []);
  }

  async function ask(
    method: string,
    params: unknown[] = [],
  ): Promise<{ status: number; result?: unknown; error?: { message: string } }> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const answer = await fetch(proxy.url, { method: "POST", body, headers: { "content-type": "application/json" } });
    const text = await answer.text();
    return { status: answer.status, ...(answer.ok ? (JSON.parse(text) as object) : {}) };
  }

  const logs = async () =>
    (await ask("eth_getLogs", [{ address: token, fromBlock: "0x1", toBlock: "latest" }])).result as unknown[];

  function open(): Promise<WebSocket> {
    const socket = new WebSocket(proxy.wsUrl);
    return new Promise((resolve, reject) => socket.once("open", () => resolve(socket)).once("error", reject));
  }

  /** The notifications of a subscription to logs while `during` runs and the node's own news has come. */
  async function notified(during: () => Promise<void>): Promise<number> {
    const socket = await open();
    let count = 0;
    const subscribed = new Promise<void>((resolve) => {
      socket.on("message", (data) => {
        const { id, method } = JSON.parse(String(data)) as { id?: number; method?: string };
        if (id === 1) resolve();
        if (method === "eth_subscription") ++count;
      });
    });
    socket.send(
      JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_subscribe", params: ["logs", { address: token }] }),
    );
    await subscribed;
    await during();
    await new Promise((resolve) => setTimeout(resolve, 300));
    socket.terminate();
    return count;
  }

  it("passes everything on without faults", async () => {
    expect((await ask("eth_chainId")).result).to.equal("0x7a69");
    expect(await logs()).to.have.length(LOGS);
    expect(await notified(() => mint(2))).to.equal(2);
  });

  it("passes batches on, and answers in them what it refuses itself", async () => {
    proxy.faults.underpriced = 1;
    const batch = ["eth_chainId", "eth_sendRawTransaction", "eth_blockNumber"];
    const body = JSON.stringify(
      batch.map((method, id) => ({ jsonrpc: "2.0", id, method, params: id === 1 ? ["0x00"] : [] })),
    );
    const answer = await fetch(proxy.url, { method: "POST", body });
    const answers = (await answer.json()) as { id: number; error?: { message: string } }[];
    expect(answers.map(({ id }) => id)).to.have.members([0, 1, 2]);
    expect(answers.filter(({ error }) => error).map(({ error }) => error!.message)).to.deep.equal([
      "transaction underpriced",
    ]);
  });

  it("drops sockets and refuses new ones", async () => {
    const socket = await open();
    const closed = new Promise((resolve) => socket.once("close", resolve));
    proxy.faults.dropped = true;
    proxy.drop();
    await closed;
    await refused(open());
    await refused(ask("eth_chainId"));
    proxy.faults.dropped = false;
    expect((await ask("eth_chainId")).result).to.equal("0x7a69");
  });

  it("stalls", async () => {
    proxy.faults.stall = 400;
    const began = Date.now();
    expect((await ask("eth_chainId")).result).to.equal("0x7a69");
    expect(Date.now() - began).to.be.within(390, 5_000);
  });

  it("answers with errors of HTTP and of the JSON-RPC", async () => {
    for (const error of [429, 500] as const) {
      proxy.faults.error = error;
      expect((await ask("eth_chainId")).status).to.equal(error);
    }
    proxy.faults.error = "rpc";
    expect(await ask("eth_chainId")).to.deep.include({
      status: 200,
      error: { code: -32603, message: "internal error" },
    });
  });

  it("refuses so many transactions as underpriced and no more", async () => {
    proxy.faults.underpriced = 1;
    expect((await ask("eth_sendRawTransaction", ["0x00"])).error?.message).to.equal("transaction underpriced");
    expect((await ask("eth_sendRawTransaction", ["0x00"])).error?.message).to.not.equal("transaction underpriced");
  });

  it("doubles logs, in answers and in subscriptions", async () => {
    const all = (await logs()).length;
    proxy.faults.duplicateLogs = true;
    expect(await logs()).to.have.length(2 * all);
    expect(await notified(() => mint(2))).to.equal(4);
  });

  it("leaves the same logs out each time, until it is over", async () => {
    const all = (await logs()).length;
    proxy.faults.missingLogs = 3;
    const seen = await logs();
    expect(seen.length).to.be.within(1, all - 1);
    expect(await logs()).to.deep.equal(seen);
    proxy.faults.missingLogs = 0;
    expect(await logs()).to.have.length(all);
  });
});

async function refused(attempt: Promise<unknown>): Promise<void> {
  const failed = await attempt.then(
    () => false,
    () => true,
  );
  expect(failed).to.equal(true);
}
