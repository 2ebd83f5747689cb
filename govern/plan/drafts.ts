// SPDX-License-Identifier: MIT
import type { WishFile } from "../wish/WishFile.js";
import type { Situation } from "../look/Situation.js";
import { BeyondBounds, Unknown, WishBad, type Problem } from "../errors.js";
import type { Draft } from "./Operation.js";
import { roleNamed } from "../look/roles.js";
import { collateralDrafts } from "./collaterals.js";
import { marketDrafts } from "./markets.js";
import { roleDrafts } from "./roles.js";
import { optionGroupDrafts } from "./optionGroups.js";
import { collateralNamed, groupNamed, marketNamed } from "./resolve.js";
import { venueDrafts } from "./venue.js";

/** What is wrong with the wishes, by the error that it becomes. */
export class Problems {
  readonly bad: Problem[] = [];
  readonly beyond: Problem[] = [];
  readonly unknown: Problem[] = [];

  constructor(private readonly file: WishFile) {}

  add(kind: "bad" | "beyond" | "unknown", path: readonly string[], why: string): void {
    this[kind].push({ line: this.file.lineOf(path), path: path.join("."), why });
  }

  raise(): void {
    const { name } = this.file;
    if (this.unknown.length > 0) throw new Unknown(name, [...this.unknown, ...this.bad]);
    if (this.bad.length > 0) throw new WishBad(name, this.bad);
    if (this.beyond.length > 0) throw new BeyondBounds(name, this.beyond);
  }
}

/** When a pause of new risk began and when it ends, by market; what the venue's events tell. */
export type PausesKnown = ReadonlyMap<bigint, { level: bigint; since: bigint; until: bigint }>;

/** One thing under two names could be wished two ways; executors of roles that are not there would be passed over. */
function refuseTwice({ wish }: WishFile, situation: Situation, problems: Problems): void {
  const { authority } = situation;
  const ids = {
    markets: (name: string) => marketNamed(name, situation, wish)?.market,
    groups: (name: string) => groupNamed(name, situation, wish),
    collaterals: (name: string) => collateralNamed(name, situation, wish)?.id,
    roles: (name: string) => roleNamed(authority, name)?.id,
  };
  for (const part of ["markets", "groups", "collaterals", "roles"] as const) {
    const seen = new Map<bigint, string>();
    for (const name of Object.keys(wish[part] ?? {})) {
      const id = ids[part](name);
      const other = id === undefined ? undefined : seen.get(id);
      if (other !== undefined) problems.add("bad", [part, name], `it is ${other}, which is named too: name it once`);
      if (id !== undefined) seen.set(id, name);
    }
  }
  for (const name of Object.keys(wish.executors ?? {})) {
    if (roleNamed(authority, name) === undefined) problems.add("unknown", ["executors", name], "there is no such role");
  }
}

/**
 * The calls that bring the venue from what it is to what the file wishes, in the order in which they have to run.
 * Throws what is wrong with the wishes.
 */
export function draftsOf(file: WishFile, situation: Situation, pauses: PausesKnown): Draft[] {
  const problems = new Problems(file);
  refuseTwice(file, situation, problems);
  const venue = venueDrafts(file.wish, situation, problems);
  const markets = marketDrafts(file.wish, situation, pauses, problems);
  const options = optionGroupDrafts(file.wish, situation, problems);
  const collaterals = collateralDrafts(file.wish, situation, problems);
  const before = [...markets, ...options, ...collaterals, ...venue];
  // Roles change last: until then everybody who acts here has his.
  const roles = roleDrafts(
    file.wish,
    situation,
    problems,
    before.map(({ title }) => title),
  );
  problems.raise();
  return [...before, ...roles];
}
