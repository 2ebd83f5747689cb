// SPDX-License-Identifier: MIT
import { ID_WORDS, PAGE } from "./AccountIndex.js";
import { ExactColumn } from "./ExactColumn.js";

/** The exact accounts of so many places, in columns. Nothing is copied when a table grows: it gets another page. */
export class Page {
  readonly ids = new Uint32Array(PAGE * ID_WORDS);
  readonly used = new Uint8Array(PAGE);
  readonly cash = new ExactColumn(PAGE);
  /** Of positions, at `place * markets + market`. */
  readonly shares: ExactColumn;
  readonly offsets: ExactColumn;
  /** Ids of nodes have 48 bits; 0 is no position. */
  private readonly nodesLow: Uint32Array;
  private readonly nodesHigh: Uint16Array;

  constructor(readonly markets: number) {
    this.shares = new ExactColumn(PAGE * markets);
    this.offsets = new ExactColumn(PAGE * markets);
    this.nodesLow = new Uint32Array(PAGE * markets);
    this.nodesHigh = new Uint16Array(PAGE * markets);
  }

  get bytes(): number {
    const exact = this.cash.bytes + this.shares.bytes + this.offsets.bytes;
    return this.ids.byteLength + this.used.byteLength + this.nodesLow.byteLength + this.nodesHigh.byteLength + exact;
  }

  nodeAt(position: number): number {
    return this.nodesHigh[position]! * 2 ** 32 + this.nodesLow[position]!;
  }

  /** The low 32 bits of a node. */
  lowAt(position: number): number {
    return this.nodesLow[position]!;
  }

  setNode(position: number, node: number): void {
    this.nodesLow[position] = node % 2 ** 32;
    this.nodesHigh[position] = node / 2 ** 32;
  }
}
