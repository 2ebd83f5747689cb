// SPDX-License-Identifier: MIT
import type { Venue } from "../../sdk/state/Venue.js";
import { keyOf, kindOf, type Action } from "../actions/Action.js";
import type { Look } from "../look/prices.js";
import { keyFor, withoutRepetition } from "../../chain/send/jobKeys.js";

/** What an action is about: while one is on its way, no other about any of the same is sent. */
export function subjectsOf(action: Action): readonly string[] {
  return kindOf(action).subjects(action);
}

/** Names an action over several looks. */
export function workOf(action: Action): string {
  return kindOf(action).many?.work(action) ?? keyOf(action);
}

/** Without what is on its way already; undefined when nothing is left of the action. */
export function without(action: Action, busy: ReadonlySet<string>): Action | undefined {
  const { many } = kindOf(action);
  if (many !== undefined) return many.without(action, busy);
  return subjectsOf(action).some((subject) => busy.has(subject)) ? undefined : action;
}

/**
 * Names the occasion of an action: the same action for the same cause is the same job, and is never sent twice. The
 * cause is what the action itself changes, so that what is to be done again after it was done has another one.
 */
export function jobKey(action: Action, venue: Venue, look: Look): string {
  return keyFor(keyOf(action), kindOf(action).cause(action, venue, look));
}

/**
 * Is there nothing to do any more of what the job of this key was for? Its cause was removed, by it or by somebody
 * else.
 */
export function isDone(key: string, action: Action, venue: Venue, look: Look): boolean {
  const { many } = kindOf(action);
  return many === undefined ? withoutRepetition(key) !== jobKey(action, venue, look) : many.isDone(action, venue);
}
