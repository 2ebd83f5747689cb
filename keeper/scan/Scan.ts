// SPDX-License-Identifier: MIT
import { AccountIndex } from "./AccountIndex.js";
import type { AccountInput } from "./AccountInput.js";
import { GroupScan } from "./GroupScan.js";

/**
 * The scans of all clearing groups. An account has positions in one of them, and may trade in another when it is flat.
 */
export class Scan {
  private readonly index = new AccountIndex();
  private readonly groups = new Map<number, GroupScan>();
  /** By the number of their tables in the index. */
  private readonly byTable: GroupScan[] = [];

  /** A new group, or one that has got another market: its accounts have to be put again. */
  list(group: number, markets: number): GroupScan {
    const before = this.groups.get(group);
    if (before !== undefined) this.index.drop(before.table.number);
    const scan = new GroupScan(markets, this.index);
    this.groups.set(group, scan);
    this.byTable[scan.table.number] = scan;
    return scan;
  }

  group(group: number): GroupScan {
    const scan = this.groups.get(group);
    if (!scan) throw new RangeError(`group ${group} is not listed: call list first`);
    return scan;
  }

  /** What is known of the account from now on; without positions it is forgotten. */
  put(group: number, account: AccountInput): void {
    const scan = this.group(group);
    const before = this.holderOf(account.id);
    if (before !== undefined && before !== scan) before.remove(account.id);
    scan.put(account);
  }

  remove(id: bigint): void {
    this.holderOf(id)?.remove(id);
  }

  /** Does the work that ticks have left. */
  tidy(): void {
    for (const group of this.groups.values()) group.tidy();
  }

  private holderOf(id: bigint): GroupScan | undefined {
    const slot = this.index.find(id);
    return slot < 0 ? undefined : this.byTable[this.index.ownerAt(slot)];
  }
}
