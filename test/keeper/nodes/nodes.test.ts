// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { HttpRpc, NoNode } from "../../../sdk/client/chain/HttpRpc.js";
import { RpcFailed, RpcRefused } from "../../../sdk/client/chain/Rpc.js";
import { revertDataOf } from "../../../sdk/client/chain/verdict.js";
import { OutOfRange } from "../../../sdk/range.js";
import { ERROR_DATA, FORMS, type Form } from "./forms.js";
import { FakeNode, error, result, type Answer, type Question } from "./FakeNode.js";

const OPTIONS = { requestTimeout: 10_000, requestRetries: 0 };
const SHORT = { requestTimeout: 300, requestRetries: 3 };

describe("what is an answer of a node, and what is trouble", () => {
  const nodes: FakeNode[] = [];
  const node = async (answer: FakeNode["answer"]) => {
    nodes.push(await FakeNode.start(answer));
    return nodes.at(-1)!;
  };
  const LISTS = ["eth_getLogs", "eth_getBlockReceipts"];
  const ok = (method: string) => (LISTS.includes(method) ? [] : "0x01");
  const good = () => node(({ id, method }) => result(id, ok(method)));
  const caught = (attempt: Promise<unknown>) =>
    attempt.then(
      (value) => value,
      (failure: unknown) => failure,
    );
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((each) => each.stop()));
  });

  const told = ({ body, status = 200 }: Form, { id }: Question): Answer =>
    typeof body === "string" ? { status, text: body } : error(id, body, status);

  it("the table has the forms of at least eight nodes and providers", () => {
    const names = new Set(FORMS.map(({ from }) => from.split(" ")[0]));
    expect(names.size).to.be.at.least(20);
    expect(FORMS.length).to.be.at.least(130);
    expect(new Set(FORMS.map(({ means }) => means)).size).to.equal(8);
  });

  for (const [i, form] of FORMS.entries()) {
    const { from, source, method, params = [], means, body } = form;
    const words = typeof body === "string" ? body.slice(0, 40) : body.message;
    it(`${i + 1}. ${from}, ${method}: "${words}" (${source}) is ${means}`, async () => {
      const bad = await node((question) => told(form, question));
      const second = await good();
      const rpc = new HttpRpc([bad.url, second.url], OPTIONS);
      const answer = await caught(rpc.send(method, params));
      if (means === "trouble") {
        expect(answer, "the second node's").to.deep.equal(ok(method));
        expect([bad.asked.length, second.asked.length]).to.deep.equal([1, 1]);
        const alone = await caught(new HttpRpc([bad.url], OPTIONS).send(method, params));
        expect(alone).to.be.instanceOf(RpcFailed);
        expect((alone as Error).message)
          .to.contain("127.0.0.1")
          .and.not.contain("secret-key");
      } else {
        expect(answer).to.be.instanceOf(RpcRefused);
        expect((answer as RpcRefused).verdict).to.equal(means);
        expect(second.asked.length, "nobody else is asked").to.equal(0);
      }
    });
  }

  it("a connection that is cut, refused or silent is asked elsewhere, and the failure says which", async () => {
    const second = await good();
    for (const [what, trouble] of [
      ["hang up", "unreachable"],
      ["silence", "slow"],
    ] as const) {
      const bad = await node(() => what);
      expect(await new HttpRpc([bad.url, second.url], SHORT).send("eth_chainId", [])).to.equal("0x01");
      const alone = new HttpRpc([bad.url], { ...SHORT, requestRetries: 0 });
      expect(await caught(alone.send("eth_chainId", []))).to.include({ trouble });
    }
    const gone = await good();
    const { url } = gone;
    await gone.stop();
    nodes.splice(nodes.indexOf(gone), 1);
    expect(await new HttpRpc([url, second.url], OPTIONS).send("eth_chainId", [])).to.equal("0x01");
    const failure = await caught(new HttpRpc([url], OPTIONS).send("eth_chainId", []));
    expect(failure).to.be.instanceOf(RpcFailed).with.property("message").that.contains("ECONNREFUSED");
  });

  it("a node that fails in half of the calls: every question is answered, many at once too", async () => {
    for (const body of [
      { code: -32007, message: "50/second request limit reached" },
      { code: -32603, message: "internal error" },
      { code: -32000, message: "header not found" },
    ]) {
      let count = 0;
      const half = await node(({ id }) => (++count % 2 === 0 ? error(id, body) : result(id, "0x02")));
      const second = await good();
      const rpc = new HttpRpc([half.url, second.url], OPTIONS);
      const answers = await Promise.all(Array.from({ length: 40 }, () => rpc.send("eth_call", [])));
      expect(answers.every((each) => each === "0x01" || each === "0x02")).to.equal(true);
    }
  });

  it("many questions that find out at once that a node fails leave it once, and stay with the good one", async () => {
    const bad = await node(({ id }) => error(id, { code: -32603, message: "internal error" }));
    const second = await good();
    const rpc = new HttpRpc([bad.url, second.url], OPTIONS);
    await Promise.all(Array.from({ length: 10 }, () => rpc.send("eth_call", [])));
    const asked = bad.asked.length;
    await Promise.all(Array.from({ length: 10 }, () => rpc.send("eth_call", [])));
    expect(bad.asked.length, "the good one is asked from now on").to.equal(asked);
  });

  it("trouble ends: each node is asked as often as is allowed, and the failure names all of them", async () => {
    const one = await node(({ id }) => error(id, { code: -32603, message: "internal error" }));
    const two = await node(() => ({ status: 503, text: "<html>" }));
    const rpc = new HttpRpc([one.url, two.url], { ...OPTIONS, requestRetries: 1 });
    const failure = (await caught(rpc.send("eth_call", []))) as RpcFailed;
    expect(failure).to.be.instanceOf(RpcFailed);
    expect(failure.message).to.contain("internal error").and.to.contain("status 503");
    expect([one.asked.length, two.asked.length]).to.deep.equal([2, 2]);
  });

  it("a node that wants to be left alone for a while is, and then answers", async () => {
    const busy = await node(({ id }, count) =>
      count === 1 ? { status: 429, text: "slow down", headers: { "retry-after": "0.01" } } : result(id, "0x03"),
    );
    expect(await new HttpRpc([busy.url], { ...OPTIONS, requestRetries: 1 }).send("eth_call", [])).to.equal("0x03");
  });

  it("a result of another form than the method's is no answer", async () => {
    for (const [method, bad] of [
      ["eth_chainId", null],
      ["eth_chainId", "0x"],
      ["eth_estimateGas", 21_000],
      ["eth_estimateGas", "0x"],
      ["eth_getBalance", {}],
      ["eth_getTransactionCount", ""],
      ["eth_call", "execution reverted"],
      ["eth_call", null],
      ["eth_getCode", []],
      ["eth_sendRawTransaction", true],
      ["eth_getLogs", null],
      ["eth_getBlockReceipts", {}],
    ] as const) {
      const odd = await node(({ id }) => result(id, bad));
      const second = await good();
      expect(await new HttpRpc([odd.url, second.url], OPTIONS).send(method, [])).to.deep.equal(ok(method));
      const alone = await caught(new HttpRpc([odd.url], OPTIONS).send(method, []));
      expect(alone, method).to.be.instanceOf(RpcFailed).and.include({ trouble: "useless" });
    }
  });

  it("no nodes, what is no URL, and times that no clock can wait for are refused by name, without the key", () => {
    for (const urls of [[], "http://127.0.0.1:1", [undefined], ["127.0.0.1:8545"], ["wss://x/key"], [""]]) {
      expect(() => new HttpRpc(urls as never, OPTIONS), String(urls))
        .to.throw(NoNode)
        .with.property("message")
        .that.does.not.contain("key");
    }
    for (const bad of [-1, 0.5, NaN, Infinity, undefined, "3"]) {
      const [requestTimeout, requestRetries] = [bad, bad] as never[];
      expect(() => new HttpRpc(["http://x"], { ...OPTIONS, requestTimeout: requestTimeout! })).to.throw(OutOfRange);
      expect(() => new HttpRpc(["http://x"], { ...OPTIONS, requestRetries: requestRetries! })).to.throw(OutOfRange);
    }
  });

  it("a null result is a result", async () => {
    const none = await node(({ id }) => result(id, null));
    expect(await new HttpRpc([none.url], OPTIONS).send("eth_getTransactionReceipt", ["0x"])).to.equal(null);
  });

  it("data of a revert is a selector and whole words, wherever it is", () => {
    expect(revertDataOf({ originalError: { data: { data: ERROR_DATA } } })).to.equal(ERROR_DATA);
    expect(revertDataOf(`Reverted ${ERROR_DATA}`)).to.equal(ERROR_DATA);
    for (const none of [`0x${"5c".repeat(32)}`, `0x${"5c".repeat(20)}`, "0x", "0x12", null, 7, { see: "0x12345678" }]) {
      expect(revertDataOf(none), String(none)).to.equal(undefined);
    }
  });
});
