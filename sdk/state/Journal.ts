// SPDX-License-Identifier: MIT

type Undo = () => void;

/** A block that cannot be undone any more is to be undone. */
export class ReorgTooDeep extends Error {
  constructor(
    readonly block: number,
    readonly oldest: number,
  ) {
    super(
      `cannot go back to block ${block}: changes are only remembered since block ${oldest}. ` +
        "Rebuild from the deployment, or keep more blocks (reorgDepth).",
    );
  }
}

/** Makes every change of a state, and remembers how to undo those of the latest blocks. */
export class Journal {
  private blocks: { block: number; undo: Undo[] }[] = [];
  private undo: Undo[] | undefined;
  /** The last block whose changes are forgotten. */
  private forgotten = -1;

  /** @param depth How many blocks can be undone. 0: none, and nothing is remembered. */
  constructor(private readonly depth: number) {}

  /** Changes from now on belong to `block`. */
  begin(block: number): void {
    if (this.depth === 0) {
      this.forgotten = block;
      return;
    }
    if (this.blocks.at(-1)?.block === block) return;
    this.undo = [];
    this.blocks.push({ block, undo: this.undo });
    while (this.blocks[0]!.block <= block - this.depth) this.forgotten = this.blocks.shift()!.block;
  }

  set<T extends object, K extends keyof T>(target: T, key: K, value: T[K]): void {
    const before = target[key];
    if (before === value) return;
    target[key] = value;
    this.undo?.push(() => {
      target[key] = before;
    });
  }

  put<K, V>(map: Map<K, V>, key: K, value: V): void {
    const before = map.get(key);
    map.set(key, value);
    this.undo?.push(() => {
      if (before === undefined) map.delete(key);
      else map.set(key, before);
    });
  }

  insert<T>(list: T[], at: number, item: T): void {
    list.splice(at, 0, item);
    this.undo?.push(() => list.splice(at, 1));
  }

  remove<T>(list: T[], at: number): void {
    const removed = list.splice(at, 1);
    this.undo?.push(() => list.splice(at, 0, ...removed));
  }

  /** Undoes everything after `block`. */
  revertTo(block: number): void {
    if (this.forgotten > block) throw new ReorgTooDeep(block, this.forgotten + 1);
    for (let last = this.blocks.at(-1); last !== undefined && last.block > block; last = this.blocks.at(-1)) {
      for (let i = last.undo.length - 1; i >= 0; --i) last.undo[i]!();
      this.blocks.pop();
    }
    this.undo = this.blocks.at(-1)?.undo;
  }
}
