// SPDX-License-Identifier: MIT
import type { Planned } from "../../plan/planned.js";
import { planned } from "../../plan/planned.js";
import { list, type List } from "../actions/list.js";
import { postLevel, type PostLevel } from "../actions/postLevel.js";
import { postSmile, type PostSmile } from "../actions/postSmile.js";
import { STRIKES } from "../../../sdk/options/series.js";
import { listable } from "../../../sdk/options/grid.js";
import type { GroupScene } from "../look/Scene.js";
import type { OptionRules } from "./OptionPolicy.js";

const PPM = 1_000_000n;
/** Clocks of those who observe may be so far ahead, seconds. */
const AHEAD = 15n;

/** The source's level, when the one that holds grows old or is off by enough. */
export function levelsDue(rules: OptionRules, { id, view }: GroupScene): Planned<PostLevel>[] {
  const { policy, time } = rules;
  const { live, levelTime, levelStaleFrom, toldLevel, toldTime } = view;
  const heartbeat = levelStaleFrom - 1n - levelTime;
  if (toldTime <= levelTime || toldTime > time + AHEAD || toldTime + heartbeat < time) return [];
  const isOld = (time - levelTime) * PPM >= heartbeat * BigInt(policy.levelRefresh);
  const isOff = distance(toldLevel, live.level) * PPM >= live.level * policy.levelMove && toldLevel !== live.level;
  if (!isOld && !isOff) return [];
  return [planned(postLevel, rules, { kind: "postLevel", group: Number(id) }, 1)];
}

/** Smiles that differ by enough from those that hold, and may be posted now. */
export function smilesDue(rules: OptionRules, { id, view }: GroupScene): Planned<PostSmile>[] {
  if (!view.fresh) return [];
  const due = view.expiries.filter(({ expiry, smile, told, smilePending }) => {
    return !smilePending && told !== 0n && rules.time < expiry && isOff(smile, told, rules.policy.smileMove);
  });
  return due.map(({ place }) =>
    planned(postSmile, rules, { kind: "postSmile", group: Number(id), ladder: Number(place) }, 1),
  );
}

/** Expiries of the grid that are not listed. Whether the source has smiles for them, the simulation says. */
export function listsDue(rules: OptionRules, { id, view }: GroupScene): Planned<List>[] {
  if (!rules.policy.listExpiries || !view.fresh) return [];
  const listed = new Set(view.expiries.map(({ expiry }) => expiry));
  const missing = listable(rules.time).filter((expiry) => !listed.has(expiry));
  return missing.map((expiry) => planned(list, rules, { kind: "list", group: Number(id), expiry }, 1));
}

/** By a volatility that moves by so many ppm, or by another basis. */
function isOff(smile: bigint, told: bigint, move: bigint): boolean {
  if (smile >> 240n !== told >> 240n) return true;
  for (let strike = 0n; strike < BigInt(STRIKES); ++strike) {
    const [from, to] = [smile, told].map((word) => (word >> (16n * strike)) & 0xffffn) as [bigint, bigint];
    if (from !== to && distance(from, to) * PPM >= from * move) return true;
  }
  return false;
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}
