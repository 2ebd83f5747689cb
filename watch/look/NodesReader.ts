// SPDX-License-Identifier: MIT
import { headerAt } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Deployment } from "../../sdk/deployment.js";
import { differencesAt } from "./differences.js";
import type { NodePair, NodeSeen, NodesSeen } from "./Picture.js";

/** A node that is watched, and what it is called. */
export interface WatchedNode {
  readonly host: string;
  readonly rpc: Rpc;
}

/** The nodes beside each other: their heads, their chain, and what they answer. */
export class NodesReader {
  /** Of each node its last head, and when it was first seen, by `now`. */
  private readonly heads = new Map<string, { hash: string; since: number }>();
  /** Whether a node has the deployment's first block is asked once. */
  private readonly ours = new Map<string, boolean>();
  private comparedAt = -Infinity;
  private pairs: readonly NodePair[] = [];

  /** `now`: seconds of a clock that never goes back; `every`: seconds between comparisons. */
  constructor(
    private readonly nodes: readonly WatchedNode[],
    private readonly deployment: Deployment,
    private readonly every: number,
    private readonly now: () => number,
  ) {}

  async look(): Promise<NodesSeen> {
    const nodes = await Promise.all(this.nodes.map((node) => this.node(node)));
    if (this.now() - this.comparedAt >= this.every) {
      const first = { node: this.nodes[0]!, seen: nodes[0]! };
      const others = this.nodes.map((node, i) => ({ node, seen: nodes[i]! })).slice(1);
      const compared = await Promise.all(others.map((other) => this.compare(first, other)));
      this.pairs = compared.filter((pair) => pair !== undefined);
      this.comparedAt = this.now();
    }
    return { nodes, pairs: this.pairs };
  }

  private async node({ host, rpc }: WatchedNode): Promise<NodeSeen> {
    try {
      const head = (await headerAt(rpc, "latest"))!;
      const isOurs = await this.isOurs(host, rpc);
      const before = this.heads.get(host);
      if (before?.hash !== head.hash) this.heads.set(host, { hash: head.hash, since: this.now() });
      return { host, head, why: "", isOurs, silent: this.now() - this.heads.get(host)!.since };
    } catch (failure) {
      this.ours.delete(host); // what comes back may be another node
      return { host, head: undefined, why: (failure as Error).message, isOurs: undefined, silent: 0 };
    }
  }

  private async isOurs(host: string, rpc: Rpc): Promise<boolean> {
    const known = this.ours.get(host);
    if (known !== undefined) return known;
    const { chainId, genesisHash } = this.deployment;
    const isChain = BigInt((await rpc.send("eth_chainId", [])) as string) === chainId;
    const genesis = await headerAt(rpc, 0); // a node may not serve it any more
    const isOurs = isChain && (genesis === undefined || genesis.hash.toLowerCase() === genesisHash);
    this.ours.set(host, isOurs);
    return isOurs;
  }

  private async compare(one: Seen, other: Seen): Promise<NodePair | undefined> {
    const heads = [one.seen.head, other.seen.head];
    if (heads.includes(undefined) || one.seen.isOurs !== true || other.seen.isOurs !== true) return undefined;
    // Nobody's head: that may be about to be replaced, and nodes answer about it at the time of their own clocks.
    const block = Math.max(0, Math.min(heads[0]!.number, heads[1]!.number) - 1);
    const hosts = `${one.node.host} and ${other.node.host}`;
    try {
      const [mine, theirs] = await Promise.all([headerAt(one.node.rpc, block), headerAt(other.node.rpc, block)]);
      if (mine === undefined || theirs === undefined) return undefined;
      if (mine.hash !== theirs.hash) return { hosts, block, isForked: true, differs: [] };
      const differs = await differencesAt(one.node.rpc, other.node.rpc, this.deployment, block);
      return { hosts, block, isForked: false, differs };
    } catch {
      return undefined; // a node that fails is told as such
    }
  }
}

interface Seen {
  readonly node: WatchedNode;
  readonly seen: NodeSeen;
}
