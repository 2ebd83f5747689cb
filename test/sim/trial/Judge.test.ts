// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Interface } from "ethers";
import type { Deployment } from "../../../sdk/deployment.js";
import { ILens__factory } from "../../../types/ethers-contracts/factories/contracts/periphery/ILens__factory.js";
import { Judge, type Asked } from "../../../sim/trial/Judge.js";

const LENS = new Interface(ILens__factory.abi);
const [CLEARINGHOUSE, OF_LENS] = [`0x${"11".repeat(20)}`, `0x${"22".repeat(20)}`];
const [SOUND, LIQUIDATABLE, INSOLVENT] = [1n, 4n, 5n];

/** An account's equity, what an absorb looks at, and its standing. */
type Line = readonly [equity: bigint, atFrozen: bigint, standing: bigint];

/** A chain of scripted blocks; `absorbable`: whether the contract takes anybody. */
class ScriptedNode implements Asked {
  readonly blocks: { hash: string; lines: Line[]; absorbable: boolean }[] = [];

  add(hash: string, lines: Line[], absorbable = true): void {
    this.blocks.push({ hash, lines, absorbable });
  }

  async send(method: string, params: unknown[]): Promise<unknown> {
    if (method === "eth_blockNumber") return `0x${(this.blocks.length - 1).toString(16)}`;
    if (method === "eth_getBlockByNumber")
      return this.at(params[0]) && { number: params[0], timestamp: "0x64", hash: this.at(params[0])!.hash };
    const { to } = params[0] as { to: string };
    const { lines, absorbable } = this.at(params[1])!;
    if (to === OF_LENS) return LENS.encodeFunctionResult("accounts", [lines.map(health)]);
    expect(params[3]).to.deep.equal({ time: "0x70" }); // an absorb would be in the next block
    if (!absorbable) throw new Error("execution reverted");
    return "0x";
  }

  private at(tag: unknown) {
    return this.blocks[Number(tag)];
  }
}

function health([equity, atFrozen, standing]: Line, index: number) {
  return [index, 1n, 7n, equity, 8n, 9n, 10n, 11n, atFrozen, 12n, 13n, false, 14n, true, standing];
}

function judgeOf(node: ScriptedNode): Judge {
  const deployment = { clearinghouse: CLEARINGHOUSE, lens: OF_LENS } as Deployment;
  return new Judge(node, { deployment, accounts: [{ group: 1, ids: ["100", "200", "300"] }] }, 12);
}

const CALM: Line[] = [
  [5n, 5n, SOUND],
  [5n, 5n, SOUND],
  [5n, 5n, SOUND],
];

describe("the judge", () => {
  it("tells who is below zero, who is due, and who is liquidatable", async () => {
    const node = new ScriptedNode();
    // The second was below zero at the frozen marks only, the third is now only.
    node.add("a", [[1n, 1n, LIQUIDATABLE], [2n, -1n, SOUND], [-(10n ** 30n), 3n, INSOLVENT]]); // prettier-ignore
    const judge = judgeOf(node);
    await judge.catchUp();
    const { insolvent, due, liquidatable } = judge.last!;
    expect([...insolvent]).to.deep.equal(["300"]);
    expect([...due]).to.deep.equal(["200"]);
    expect([...liquidatable]).to.deep.equal(["100"]);
  });

  it("calls nobody due whom the contract does not take", async () => {
    const node = new ScriptedNode();
    node.add("a", [[-1n, -1n, INSOLVENT], ...CALM.slice(1)], false);
    const judge = judgeOf(node);
    await judge.catchUp();
    expect([...judge.last!.insolvent]).to.deep.equal(["100"]);
    expect(judge.last!.due.size).to.equal(0);
  });

  it("judges every block once, and those of a reorganisation again", async () => {
    const node = new ScriptedNode();
    node.add("a", CALM);
    const judge = judgeOf(node);
    await judge.catchUp();
    node.add("b", [[-1n, -1n, INSOLVENT], ...CALM.slice(1)]);
    node.add("c", CALM);
    await judge.catchUp();
    // prettier-ignore
    expect(judge.verdicts.map(({ hash, due }) => [hash, due.size])).to.deep.equal([["a", 0], ["b", 1], ["c", 0]]);
    node.blocks.length = 1;
    node.add("d", CALM);
    node.add("e", CALM);
    await judge.catchUp();
    // prettier-ignore
    expect(judge.verdicts.map(({ hash, due }) => [hash, due.size])).to.deep.equal([["a", 0], ["d", 0], ["e", 0]]);
    expect(judge.reorgs).to.equal(1);
  });
});
