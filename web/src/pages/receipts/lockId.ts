// SPDX-License-Identifier: MIT

export interface LockId {
  readonly group: bigint;
  readonly number: bigint;
}

/** `group-number`, as links have it; undefined: it is none. */
export function parseLockId(text: string | undefined): LockId | undefined {
  const found = /^([1-9]\d{0,9})-([1-9]\d{0,9})$/.exec(text ?? "");
  return found ? { group: BigInt(found[1]!), number: BigInt(found[2]!) } : undefined;
}

export function lockIdText({ group, number }: LockId): string {
  return `${group}-${number}`;
}
