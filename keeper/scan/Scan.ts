// SPDX-License-Identifier: MIT
import type { AccountInput } from "./AccountInput.js";
import { GroupScan } from "./GroupScan.js";

/**
 * The scans of all clearing groups. An account has positions in one of them, and may trade in another when it is flat.
 */
export class Scan {
  private readonly groups = new Map<number, GroupScan>();
  private readonly groupOf = new Map<bigint, number>();

  /** A new group, or one that has got another market: its accounts have to be put again. */
  list(group: number, markets: number): GroupScan {
    for (const [id, present] of this.groupOf) if (present === group) this.groupOf.delete(id);
    const scan = new GroupScan(markets);
    this.groups.set(group, scan);
    return scan;
  }

  group(group: number): GroupScan {
    const scan = this.groups.get(group);
    if (!scan) throw new RangeError(`group ${group} is not listed: call list first`);
    return scan;
  }

  /** What is known of the account from now on; without positions it is forgotten. */
  put(group: number, account: AccountInput): void {
    const before = this.groupOf.get(account.id);
    if (before !== undefined && before !== group) this.remove(account.id);
    this.group(group).put(account);
    if (account.positions.length === 0) this.groupOf.delete(account.id);
    else this.groupOf.set(account.id, group);
  }

  remove(id: bigint): void {
    const group = this.groupOf.get(id);
    if (group === undefined) return;
    this.group(group).remove(id);
    this.groupOf.delete(id);
  }
}
