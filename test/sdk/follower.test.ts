// SPDX-License-Identifier: MIT
import { expect } from "chai";
import {
  ChainMoving,
  Follower,
  HttpRpc,
  IncompleteBlock,
  NoRawQuestions,
  NodeBehind,
  RpcFailed,
  RpcRefused,
  rpcOf,
  type FollowerOptions,
  type Rpc,
  type Told,
} from "../../sdk/client/index.js";
import { OutOfRange } from "../../sdk/range.js";
import { createVenue } from "../../sdk/state/Venue.js";
import { MissedEvent } from "../../sdk/state/MissedEvent.js";
import { differences, factsOf } from "../differential/rebuilt.js";
import { BASE, PRICE, QUOTE, openVenue, type Venue } from "../stories/venue.js";

type Ask = (method: string, params: readonly unknown[]) => Promise<unknown>;
type Fault = (method: string, params: readonly unknown[], ask: Ask) => Promise<unknown>;
interface RawLog {
  readonly topics: string[];
  readonly blockNumber: string;
}

describe("the follower is whole, or says that it is not", () => {
  let venue: Venue;
  let ask: Ask;
  let fault: Fault;
  let turns: number;
  const rpc: Rpc = { send: (method, params) => fault(method, params, ask), turn: () => void ++turns };

  before(async () => {
    venue = await openVenue({ vaultBudget: 100n * QUOTE });
    const node = rpcOf(venue.ethers.provider);
    ask = (method, params) => node.send(method, params);
  });
  let back: () => Promise<void>;
  beforeEach(async () => {
    [fault, turns] = [(method, params, send) => send(method, params), 0];
    back = await venue.mark();
  });
  afterEach(async () => {
    await back();
  });

  const follower = (more: Partial<FollowerOptions> = {}, source: Rpc = rpc) =>
    new Follower(source, { clearinghouse: venue.target, fromBlock: 0, tokenDecimals: 6, ...more });
  const mine = () => venue.ethers.provider.send("evm_mine", []);
  const head = () => venue.ethers.provider.getBlockNumber();
  const fund = (i: number, tokens = 1_000n) => venue.fund(venue.crowd[i]!, tokens);

  /** What the chain says, up to a block, read by a node without faults. */
  const truth = async (to?: number) => {
    const upTo: Fault = async (method, params, send) => {
      if (to !== undefined && params[0] === "latest") return send(method, [`0x${to.toString(16)}`, false]);
      return send(method, params);
    };
    const fresh = follower({}, { send: (method, params) => upTo(method, params, ask) });
    const { events } = await fresh.sync();
    return { facts: factsOf(fresh.venue), events };
  };
  const expectWhole = async (one: Follower, to?: number) => {
    expect(differences(factsOf(one.venue), (await truth(to)).facts)).to.deep.equal([]);
  };

  /** Whoever keeps what is told. */
  class Listener {
    events: Told[] = [];

    constructor(readonly follower: Follower) {}

    async sync() {
      const progress = await this.follower.sync();
      const { revertedTo, events } = progress;
      if (revertedTo !== undefined) this.events = this.events.filter(({ at }) => at.block <= revertedTo);
      this.events.push(...events);
      return progress;
    }
  }
  const expectTold = async ({ events }: Listener) => expect(events).to.deep.equal((await truth()).events);

  it("a reorganisation deeper than is remembered has the venue built again, and the same object says so", async () => {
    const one = new Listener(follower({ reorgDepth: 2 }));
    const { venue: seen } = one.follower;
    await fund(0);
    const undo = await venue.mark();
    for (let i = 0; i < 5; ++i) await fund(1);
    await one.sync();
    await undo();
    for (let i = 0; i < 7; ++i) await fund(2);
    const { revertedTo, rebuilt, reorg } = await one.sync();
    expect([revertedTo, rebuilt, reorg]).to.deep.equal([-1, true, true]);
    expect(one.follower.venue).to.equal(seen);
    await expectWhole(one.follower);
    await expectTold(one);
  });

  it("the same when the new chain is shorter than what was read", async () => {
    const one = new Listener(follower({ reorgDepth: 2 }));
    const undo = await venue.mark();
    for (let i = 0; i < 6; ++i) await fund(1);
    await one.sync();
    await undo();
    await fund(2);
    await one.sync();
    await expectWhole(one.follower);
    await expectTold(one);
    expect(one.follower.state).to.include({ kind: "whole", block: await head() });
  });

  it("whichever question fails, it is as of a block that it names, and the next sync makes it whole", async () => {
    const undo = await venue.mark();
    let failed = 0;
    for (let at = 0; ; ++at) {
      const one = new Listener(follower({ reorgDepth: 6, blocksAQuery: 9 }));
      await fund(0);
      await fund(1);
      if (at % 2 === 0) await one.sync();
      await undo(); // the second half of the questions is about a reorganisation
      await fund(2);
      await venue.trade(venue.crowd[2]!, venue.crowd[3]!, BASE / 100n, 100_000n * PRICE).catch(() => fund(3));
      let asked = 0;
      const failing = Math.floor(at / 2);
      fault = (method, params, send) => {
        if (asked++ === failing) return Promise.reject(new RpcFailed(method, "cut", "unreachable"));
        return send(method, params);
      };
      const failure = await one.sync().then(
        () => undefined,
        (each: unknown) => each,
      );
      fault = (method, params, send) => send(method, params);
      if (failure === undefined && at % 2 === 1) break;
      const { state } = one.follower;
      if (failure !== undefined) {
        ++failed;
        expect(failure, `question ${at}`).to.be.instanceOf(RpcFailed);
        expect(state.kind).to.equal("behind");
        // Of the chain before the reorganisation the facts are as they were told; without one they are the chain's.
        if (state.kind === "behind" && at % 2 === 1) {
          if (state.block >= 0) await expectWhole(one.follower, state.block);
          else expect(one.follower.venue.accounts.size).to.equal(0);
        }
      }
      await one.sync();
      await expectWhole(one.follower);
      await expectTold(one);
      await undo();
    }
    expect(failed).to.be.greaterThan(10);
  });

  it("behind an address where every second node is a block behind, nothing is lost", async () => {
    const one = new Listener(follower({ reorgDepth: 8 }));
    let question = 0;
    const late = async (method: string, params: readonly unknown[], send: Ask) => {
      const last = (await head()) - 1;
      const tag = `0x${last.toString(16)}`;
      const [param] = params as [unknown];
      if (method === "eth_getBlockByNumber" && param === "latest") return send(method, [tag, false]);
      if (typeof param === "string" && param.length < 20 && Number(param) > last) return null;
      if (method === "eth_getTransactionReceipt") {
        const receipt = (await send(method, params)) as { blockNumber: string } | null;
        return receipt && Number(receipt.blockNumber) > last ? null : receipt;
      }
      if (method !== "eth_getLogs") return send(method, params);
      const logs = (await send(method, params)) as RawLog[];
      return logs.filter(({ blockNumber }) => Number(blockNumber) <= last);
    };
    for (const period of [2, 3, 4, 5, 7]) {
      fault = (method, params, send) => (++question % period === 0 ? late(method, params, send) : send(method, params));
      for (let block = 0; block < 6; ++block) {
        await fund(block % 4);
        const { kind } = await one.sync().then(
          () => ({ kind: "whole" }),
          (failure: Error) => {
            const named = [ChainMoving, IncompleteBlock, NodeBehind].some((each) => failure instanceof each);
            expect(named, String(failure)).to.equal(true);
            return one.follower.state;
          },
        );
        expect(["whole", "behind"]).to.include(kind);
        const { state } = one.follower;
        if (state.kind === "whole") await expectWhole(one.follower, state.block);
      }
    }
    fault = (method, params, send) => send(method, params);
    await one.sync();
    await expectWhole(one.follower);
    await expectTold(one);
  });

  it("a head that is told late, from a cache, takes nothing back", async () => {
    const one = follower();
    await fund(0);
    await one.sync();
    const stale = `0x${((await head()) - 1).toString(16)}`;
    fault = (method, params, send) => send(method, params[0] === "latest" ? [stale, false] : params);
    const { head: told, revertedTo, events } = await one.sync();
    expect([told, revertedTo, events]).to.deep.equal([await head(), undefined, []]);
  });

  it("a head of another block of the same number is not what was read: it asks again, or says that the chain moves", async () => {
    const one = follower();
    await fund(0);
    const { header } = await one.sync();
    const hash = `0x${"cd".repeat(32)}`;
    let lies = 2;
    fault = async (method, params, send) => {
      const answer = (await send(method, params)) as object;
      return params[0] === "latest" && lies-- > 0 ? { ...answer, hash } : answer;
    };
    expect((await one.sync()).header.hash).to.equal(header.hash);
    lies = Infinity;
    expect(await one.sync().catch((each: unknown) => each)).to.be.instanceOf(ChainMoving);
    expect(one.state.kind).to.equal("behind");
    await expectWhole(one);
  });

  it("a block whose logs are not all there is not believed: by receipts, by logs, by none of both", async () => {
    const one = new Listener(follower());
    await one.sync();
    const cut = (receipt: { logs: unknown[] } | null) => receipt && { ...receipt, logs: receipt.logs.slice(0, -1) };
    const bad = { receipts: true, logs: false };
    fault = async (method, params, send) => {
      const answer = await send(method, params);
      if (method === "eth_getTransactionReceipt" && bad.receipts) return cut(answer as { logs: unknown[] });
      return method === "eth_getLogs" && bad.logs ? (answer as unknown[]).slice(0, -1) : answer;
    };
    await fund(0);
    await one.sync();
    await expectWhole(one.follower);
    bad.logs = true;
    await fund(1);
    const before = (await head()) - 1;
    const failure = await one.sync().catch((each: unknown) => each);
    expect(failure).to.be.instanceOf(IncompleteBlock).with.property("message").that.contains("ask another node");
    expect(turns, "other nodes were asked").to.be.at.least(3);
    expect(one.follower.state.kind).to.equal("behind");
    const { block } = one.follower.state as { block: number };
    await expectWhole(one.follower, block);
    expect(block).to.be.at.most(before);
    bad.receipts = false;
    await one.sync();
    await expectWhole(one.follower);
    await expectTold(one);
  });

  it("two nodes with two blocks of one number: it follows one, or says that the chain moves", async () => {
    const one = follower();
    await one.sync();
    await fund(0);
    const hash = `0x${"ab".repeat(32)}`;
    let lies = 2;
    fault = async (method, params, send) => {
      const answer = (await send(method, params)) as object | null;
      return method === "eth_getTransactionReceipt" && lies-- > 0 ? { ...answer, blockHash: hash } : answer;
    };
    await one.sync();
    await expectWhole(one);
    lies = Infinity;
    await fund(1);
    const failure = await one.sync().catch((each: unknown) => each);
    expect(failure).to.be.instanceOf(ChainMoving).with.property("message").that.contains("call sync again");
    expect(one.state.kind).to.equal("behind");
    await expectWhole(one, (one.state as { block: number }).block);
    lies = 0;
    await one.sync();
    await expectWhole(one);
  });

  it("an event that no node tells leaves it broken, and the next sync builds it again", async () => {
    const one = new Listener(follower({ reorgDepth: 1 }));
    for (let i = 0; i < 3; ++i) await mine();
    const created = venue.clearinghouse.interface.getEvent("GroupCreated").topicHash;
    const zero = `0x${"0".repeat(512)}`;
    fault = async (method, params, send) => {
      const answer = await send(method, params);
      const without = (logs: RawLog[]) => logs.filter(({ topics }) => topics[0] !== created);
      if (method === "eth_getLogs") return without(answer as RawLog[]);
      // A node that leaves it out of receipts and hides that.
      if (method === "eth_getTransactionReceipt") {
        const receipt = answer as { logs: RawLog[] };
        const logs = without(receipt.logs);
        return { ...receipt, logs: logs.map((log, i) => ({ ...log, logIndex: `0x${i.toString(16)}` })) };
      }
      return method === "eth_getBlockByNumber" && answer ? { ...(answer as object), logsBloom: zero } : answer;
    };
    const failure = await one.sync().catch((each: unknown) => each);
    expect(failure).to.be.instanceOf(MissedEvent);
    expect(one.follower.state).to.deep.include({ kind: "broken", why: failure });
    fault = (method, params, send) => send(method, params);
    expect((await one.sync()).rebuilt).to.equal(true);
    expect(one.follower.state.kind).to.equal("whole");
    await expectWhole(one.follower);
    await expectTold(one);
  });

  it("a missing event of a final block is found again, and what was told stays true", async () => {
    const one = new Listener(follower({ reorgDepth: 1, blocksAQuery: 5 }));
    await fund(0);
    for (let i = 0; i < 4; ++i) await mine();
    let dropped = 0;
    const created = venue.clearinghouse.interface.getEvent("MarketCreated").topicHash;
    fault = async (method, params, send) => {
      const answer = await send(method, params);
      if (method !== "eth_getLogs" || dropped > 0) return answer;
      const kept = (answer as RawLog[]).filter(({ topics }) => topics[0] !== created);
      dropped += (answer as RawLog[]).length - kept.length;
      return kept;
    };
    const { healed } = await one.sync();
    expect([healed, dropped]).to.deep.equal([true, 1]);
    await expectWhole(one.follower);
    await expectTold(one);
  });

  it("read with care, history too is as the headers prove it", async () => {
    const one = follower({ reorgDepth: 1, careful: true });
    await fund(0);
    for (let i = 0; i < 3; ++i) await mine();
    fault = async (method, params, send) => (method === "eth_getLogs" ? [] : send(method, params));
    await one.sync();
    await expectWhole(one);
  });

  it("logs of the chain's own that no bloom has (bor's state syncs) hold nobody up; those of the venue have to be in it", async () => {
    const one = follower();
    let address = `0x${"1001".padStart(40, "0")}`;
    type Log = { address: string; topics: string[]; logIndex: string };
    const more = (logs: Log[]): Log[] => {
      const last = logs.at(-1);
      const topics = [`0x${"5a".repeat(32)}`];
      return last ? [...logs, { ...last, address, topics, logIndex: `0x${logs.length.toString(16)}` }] : logs;
    };
    fault = async (method, params, send) => {
      const answer = await send(method, params);
      const byHash = method === "eth_getLogs" && "blockHash" in (params[0] as object);
      if (byHash) return more(answer as Log[]);
      if (method !== "eth_getTransactionReceipt" || answer === null) return answer;
      return { ...answer, logs: more((answer as { logs: Log[] }).logs) };
    };
    await fund(0);
    await one.sync();
    await expectWhole(one);
    address = venue.target;
    await fund(1);
    expect(await one.sync().catch((each: unknown) => each)).to.be.instanceOf(IncompleteBlock);
    fault = (method, params, send) => send(method, params);
    await one.sync();
    await expectWhole(one);
  });

  it("a chain whose blooms are empty is followed too", async () => {
    const one = follower();
    const zero = `0x${"0".repeat(512)}`;
    fault = async (method, params, send) => {
      const answer = (await send(method, params)) as object | null;
      return method === "eth_getBlockByNumber" && answer ? { ...answer, logsBloom: zero } : answer;
    };
    await fund(0);
    await one.sync();
    await expectWhole(one);
  });

  it("a block without what every block has is no answer: it is as of the block before, whoever asks", async () => {
    const lacks: Record<string, unknown>[] = [
      { number: undefined },
      { number: null },
      { timestamp: undefined },
      { timestamp: "soon" },
      { hash: null },
      { parentHash: undefined },
      { transactions: null },
    ];
    const one = follower();
    await one.sync();
    for (const lack of lacks) {
      await fund(0);
      fault = async (method, params, send) => {
        const answer = await send(method, params);
        return method === "eth_getBlockByNumber" && answer ? { ...answer, ...lack } : answer;
      };
      const said = JSON.stringify(lack, (_, value: unknown) => value ?? null);
      for (const each of [one, follower()]) {
        expect(await each.sync().catch((failure: unknown) => failure), said).to.be.instanceOf(RpcFailed);
      }
      fault = (method, params, send) => send(method, params);
      await one.sync();
    }
    await expectWhole(one);
  });

  it("a log without what every log has is no answer, and in receipts it is none either", async () => {
    for (let i = 0; i < 3; ++i) await fund(i);
    const { facts } = await truth();
    for (const lack of ["address", "topics", "data", "blockNumber", "logIndex", "all of it"]) {
      const lacking = (logs: object[]) => logs.map((log) => (lack === "all of it" ? null : { ...log, [lack]: null }));
      fault = async (method, params, send) => {
        const answer = await send(method, params);
        return method === "eth_getLogs" ? lacking(answer as object[]) : answer;
      };
      const failure: unknown = await follower({ reorgDepth: 1 })
        .sync()
        .catch((each: unknown) => each);
      expect(failure, lack).to.be.instanceOf(RpcFailed);
      fault = async (method, params, send) => {
        const answer = await send(method, params);
        if (method !== "eth_getTransactionReceipt" || answer === null) return answer;
        return { ...answer, logs: lacking((answer as { logs: object[] }).logs) };
      };
      const one = follower();
      await one.sync(); // the node's logs by hash are whole
      expect(differences(factsOf(one.venue), facts)).to.deep.equal([]);
    }
  });

  it("a node that gives no receipt, for so many are too many questions, still finds the logs", async () => {
    const one = follower();
    for (let i = 0; i < 2; ++i) await fund(i);
    fault = async (method, params, send) => {
      if (method === "eth_getTransactionReceipt")
        throw new RpcFailed(method, "15/second request limit reached", "busy");
      return send(method, params);
    };
    await one.sync();
    await expectWhole(one);
    fault = async (method, params, send) => {
      if (method !== "eth_getTransactionReceipt") return send(method, params);
      throw new RpcRefused(method, -32_005, "daily request count exceeded", undefined);
    };
    await fund(2);
    await one.sync();
    await expectWhole(one);
  });

  it("a log's time counts only where it is one: else it is that of the log's block", async () => {
    for (let i = 0; i < 4; ++i) await fund(i);
    for (let i = 0; i < 3; ++i) await mine();
    const { events } = await truth();
    for (const careful of [false, true]) {
      for (const blockTimestamp of ["0x0", null, "", "soon", undefined, 0]) {
        fault = async (method, params, send) => {
          const answer = await send(method, params);
          const dated = (logs: object[]) => logs.map((log) => ({ ...log, blockTimestamp }));
          if (method === "eth_getLogs") return dated(answer as object[]);
          if (method !== "eth_getTransactionReceipt" || answer === null) return answer;
          return { ...answer, logs: dated((answer as { logs: object[] }).logs) };
        };
        const one = new Listener(follower({ reorgDepth: 1, careful }));
        await one.sync();
        expect(one.events, String(blockTimestamp)).to.deep.equal(events);
      }
    }
  });

  it("logs of other addresses and other blocks are not taken for the venue's", async () => {
    for (let i = 0; i < 3; ++i) await mine();
    const one = follower({ reorgDepth: 1 });
    fault = async (method, params, send) => {
      if (method !== "eth_getLogs") return send(method, params);
      const [{ address: _, ...filter }] = params as [{ address: string }];
      const logs = (await send(method, [filter])) as object[];
      return [...logs, ...logs.map((log) => ({ ...log, address: `0x${"11".repeat(20)}`, logIndex: "0xffff" }))];
    };
    await one.sync();
    await expectWhole(one);
    const other = follower({ reorgDepth: 1, blocksAQuery: 3 });
    fault = async (method, params, send) => {
      const [filter] = params as [{ fromBlock: string }];
      return send(method, method === "eth_getLogs" ? [{ ...filter, fromBlock: "0x0", toBlock: "latest" }] : params);
    };
    expect(await other.sync().catch((each: unknown) => each)).to.be.instanceOf(RpcFailed);
  });

  it("two logs in one place, of a node that numbers them by transaction, are no answer: none is passed over", async () => {
    const token = await venue.token.getAddress();
    const signers = venue.crowd.slice(0, 2);
    for (const { address, signer } of signers) {
      await venue.token.mint(address, 10n ** 9n);
      const { data } = await venue.token.approve.populateTransaction(venue.target, 10n ** 9n);
      await signer.sendTransaction({ to: token, data });
    }
    await venue.ethers.provider.send("evm_setAutomine", [false]);
    for (const { id, signer } of signers) {
      const { data } = await venue.clearinghouse.deposit.populateTransaction(id, 10n ** 9n);
      await signer.sendTransaction({ to: venue.target, data, gasLimit: 1_000_000 });
    }
    await mine();
    await venue.ethers.provider.send("evm_setAutomine", [true]);
    for (let i = 0; i < 3; ++i) await mine();
    let shown = 0;
    fault = async (method, params, send) => {
      const answer = await send(method, params);
      if (method !== "eth_getLogs") return answer;
      const logs = answer as { transactionIndex: string; logIndex: string }[];
      shown += logs.filter(({ transactionIndex }) => transactionIndex === "0x1").length;
      return logs.map((log) => ({ ...log, logIndex: "0x1" }));
    };
    const one = follower({ reorgDepth: 1, fromBlock: (await head()) - 3 });
    const failure: unknown = await one.sync().catch((each: unknown) => each);
    expect(shown).to.be.greaterThan(0);
    expect(failure).to.be.instanceOf(RpcFailed);
    fault = async (method, params, send) => {
      const answer = await send(method, params);
      return method === "eth_getLogs" ? [...(answer as object[]), ...(answer as object[])] : answer;
    };
    const again = follower({ reorgDepth: 1 }); // the same log twice is one
    await again.sync();
    await expectWhole(again);
  });

  it("calls at the same time come one after the other", async () => {
    const one = follower();
    await fund(0);
    const all = await Promise.all([one.sync(), one.sync(), one.sync()]);
    expect(all.map(({ events }) => events.length > 0)).to.deep.equal([true, false, false]);
    await expectWhole(one);
  });

  it("at a final block it can be read, and is as it was after, also when the reader throws", async () => {
    const one = follower({ reorgDepth: 3 });
    await one.sync();
    for (let i = 0; i < 4; ++i) await fund(i);
    await one.sync();
    const facts = factsOf(one.venue);
    const final = (await head()) - 3;
    const read = one.atFinal((state, block) => ({ block, facts: factsOf(state) }))!;
    expect(read.block).to.equal(final);
    expect(differences(read.facts, (await truth(final)).facts)).to.deep.equal([]);
    expect(() =>
      one.atFinal(() => {
        throw new RangeError("no room");
      }),
    ).to.throw(RangeError);
    expect(differences(factsOf(one.venue), facts)).to.deep.equal([]);
  });

  it("its state is that of its venue, also after it was set back or given another one", async () => {
    await fund(0);
    const [one, two] = [follower(), follower()];
    await two.sync();
    one.restart();
    await one.sync();
    one.restart();
    const kept = await two.resume(createVenue({ tokenDecimals: 6 }), 0, "0x");
    expect([kept, one.state.kind, one.venue.accounts.size]).to.deep.equal([false, "new", 0]);
    await one.sync();
    const at = one.state as { block: number; hash: string };
    expect(await two.resume(one.venue, at.block, at.hash)).to.equal(true);
    expect(two.state).to.deep.equal({ kind: "whole", block: at.block, hash: at.hash });
    await expectWhole(two);
  });

  it("what cannot be followed is refused by name", () => {
    expect(() => follower({ reorgDepth: 0 })).to.throw(RangeError, "reorgDepth is 0");
    expect(() => follower({ fromBlock: -1 })).to.throw(RangeError, "fromBlock is -1");
    expect(() => follower({ blocksAQuery: 1.5 })).to.throw(RangeError, "blocksAQuery is 1.5");
    expect(() => follower({ maxBlocksAQuery: NaN })).to.throw(RangeError, "maxBlocksAQuery is NaN");
    for (const clearinghouse of [undefined, "", "0x1234", venue.target.slice(0, -1), venue.target.toUpperCase()]) {
      expect(() => follower({ clearinghouse: clearinghouse as never }), clearinghouse).to.throw(OutOfRange);
    }
    expect(() => follower({ tokenDecimals: 256 })).to.throw(RangeError, "tokenDecimals is the number 256");
    expect(() => follower({}, {} as never)).to.throw(NoRawQuestions, "JsonRpcProvider");
  });

  it("an EIP-1193 provider, an ethers provider and an HttpRpc will do; their errors say what they are", async () => {
    const request = ({ method, params }: { method: string; params?: unknown }) => ask(method, params as unknown[]);
    const one = new Follower({ request }, { clearinghouse: venue.target, fromBlock: 0, tokenDecimals: 6 });
    await one.sync();
    await expectWhole(one);
    const told = async (failure: unknown) =>
      rpcOf({ request: () => Promise.reject(failure) })
        .send("eth_call", [])
        .catch((each: unknown) => each);
    const wrapped = Object.assign(new Error("x"), {
      code: "UNKNOWN_ERROR",
      error: { code: 3, message: "execution reverted" },
    });
    expect(await told(wrapped))
      .to.be.instanceOf(RpcRefused)
      .with.property("verdict", "reverted");
    const limited = Object.assign(new Error("x"), { info: { error: { code: -32005, message: "limit exceeded" } } });
    expect(await told(limited))
      .to.be.instanceOf(RpcRefused)
      .with.property("verdict", "trouble");
    expect(await told(new TypeError("fetch failed"))).to.be.instanceOf(RpcFailed);
    expect(() =>
      follower({}, new HttpRpc(["http://127.0.0.1:1"], { requestTimeout: 1, requestRetries: 0 })),
    ).to.not.throw();
  });
});
