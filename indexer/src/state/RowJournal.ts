// SPDX-License-Identifier: MIT
import { Journal } from "../../../sdk/state/Journal";

/** A journal that undoes nothing, and knows what was changed: which members of which objects. */
export class RowJournal extends Journal {
  private readonly changed = new Map<object, Set<unknown>>();

  constructor() {
    super(0);
  }

  /** Were any members of `target` changed, but for those named? */
  touched(target: object, ...except: unknown[]): boolean {
    const keys = this.changed.get(target);
    return keys !== undefined && [...keys].some((key) => !except.includes(key));
  }

  /** The members of an object, or the keys of a map, that were changed. */
  keysOf<K>(target: object): Iterable<K> {
    return (this.changed.get(target) ?? new Set()) as Set<K>;
  }

  override set<T extends object, K extends keyof T>(target: T, key: K, value: T[K]): void {
    if (target[key] === value) return;
    target[key] = value;
    this.note(target, key);
  }

  override put<K, V>(map: Map<K, V>, key: K, value: V): void {
    map.set(key, value);
    this.note(map, key);
  }

  override insert<T>(list: T[], at: number, item: T): void {
    list.splice(at, 0, item);
    this.note(list, at);
  }

  override remove<T>(list: T[], at: number): void {
    list.splice(at, 1);
    this.note(list, at);
  }

  private note(target: object, key: unknown): void {
    const keys = this.changed.get(target);
    if (keys === undefined) this.changed.set(target, new Set([key]));
    else keys.add(key);
  }
}
