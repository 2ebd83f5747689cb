// SPDX-License-Identifier: MIT
import { keyFor, withoutRepetition } from "../../chain/send/jobKeys.js";
import type { Venue } from "../../sdk/state/Venue.js";
import { kindOf, type Action } from "../actions/Action.js";
import { nameOf, type AnyAction, type Kind } from "../actions/Kind.js";
import type { Look } from "../look/prices.js";

/** How actions become jobs, by their kinds. */
export function jobsOf<A extends AnyAction, V, L>(kindOf: (action: A) => Kind<A, V, L>) {
  /** What an action is about: while one is on its way, no other about any of the same is sent. */
  const subjectsOf = (action: A): readonly string[] => kindOf(action).subjects(action);

  const keyOf = (action: A): string => nameOf(kindOf(action), action);

  /** Names an action over several looks. */
  const workOf = (action: A): string => kindOf(action).many?.work(action) ?? keyOf(action);

  /** Without what is on its way already; undefined when nothing is left of the action. */
  const without = (action: A, busy: ReadonlySet<string>): A | undefined => {
    const { many } = kindOf(action);
    if (many !== undefined) return many.without(action, busy);
    return subjectsOf(action).some((subject) => busy.has(subject)) ? undefined : action;
  };

  /**
   * Names the occasion of an action: the same action for the same cause is the same job, and is never sent twice. The
   * cause is what the action itself changes, so that what is to be done again after it was done has another one.
   */
  const jobKey = (action: A, venue: V, look: L): string =>
    keyFor(keyOf(action), kindOf(action).cause(action, venue, look));

  /**
   * Is there nothing to do any more of what the job of this key was for? Its cause was removed, by it or by somebody
   * else.
   */
  const isDone = (key: string, action: A, venue: V, look: L): boolean => {
    const { many } = kindOf(action);
    return many === undefined ? withoutRepetition(key) !== jobKey(action, venue, look) : many.isDone(action, venue);
  };

  return { subjectsOf, keyOf, workOf, without, jobKey, isDone };
}

export type Jobs<A extends AnyAction, V, L> = ReturnType<typeof jobsOf<A, V, L>>;

/** Those of linear markets. */
export const JOBS = jobsOf<Action, Venue, Look>(kindOf);
export const { subjectsOf, workOf, without, jobKey, isDone } = JOBS;
