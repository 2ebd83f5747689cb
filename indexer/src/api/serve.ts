// SPDX-License-Identifier: MIT
import type { Context, Hono } from "hono";
import { Answers, type Answer, type Kept } from "./Answers";
import { BadRequest, NotFound, Text, type Route } from "./Route";
import { toJson } from "./json";
import type { ApiMetrics } from "./metrics";

/** An answer serves for so long, milliseconds: less than blocks take. */
const LIFE = 500;
const MOST = 5_000;
/** Shorter bodies are not worth packing. */
const WORTH = 1_024;

/** Serves the routes. `closed` says why rows cannot be trusted now: then every route answers 503. */
export function serve(
  app: Hono,
  routes: readonly Route[],
  { closed, metrics }: { closed: () => string | undefined; metrics: ApiMetrics },
): void {
  const answers = new Answers(LIFE, MOST);
  for (const each of routes) {
    app.get(each.path, async (context) => {
      const end = metrics.began(each.path);
      const why = closed();
      const asked = (): Promise<Kept> => {
        const { pathname, search } = new URL(context.req.url);
        return answers.get(`${pathname}${search}`, () => made(each, context));
      };
      try {
        if (why !== undefined) return end(answer(context, { error: why }, 503));
        return end(told(context, await asked()));
      } catch (failure) {
        if (!isAway(failure)) {
          end(undefined);
          throw failure;
        }
        return end(answer(context, { error: "the database does not answer at the moment: ask again" }, 503));
      }
    });
  }
}

async function made(each: Route, context: Context): Promise<Answer> {
  try {
    return answerOf(await each.run(given(each, context) as never), 200);
  } catch (failure) {
    if (failure instanceof BadRequest) return answerOf({ error: failure.message }, 400);
    if (failure instanceof NotFound) return answerOf({ error: failure.message }, 404);
    throw failure;
  }
}

function answerOf(value: unknown, status: Answer["status"]): Answer {
  if (value instanceof Text) return { status, body: value.text, type: value.type, headers: value.headers };
  return { status, body: toJson(value), type: "application/json" };
}

/** Of SQLSTATEs: no connection, a conflict, no means, an operator's hand. Rows that are made ready cancel reads. */
const AWAY = /^(08|40|53|55|57)/;

/** Will the same be answered later? */
function isAway(failure: unknown): boolean {
  for (let at = failure; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === "string" && (AWAY.test(code) || code.startsWith("ECONN"))) return true;
    if (/connection terminated|timeout exceeded when trying to connect/i.test(at.message)) return true;
  }
  return false;
}

/** Not modified, packed, or as it is. */
function told(context: Context, kept: Kept): Response {
  const { status, body, type, headers = {} } = kept.answer;
  if (status !== 200) return context.body(body, status, { "content-type": type });
  const all = {
    ...headers,
    "content-type": type,
    etag: kept.etag,
    "cache-control": "no-cache",
    vary: "accept-encoding",
  };
  if (context.req.header("if-none-match") === kept.etag) return context.body(null, 304, all);
  if (body.length < WORTH || !/\bgzip\b/.test(context.req.header("accept-encoding") ?? "")) {
    return context.body(body, 200, all);
  }
  return context.body(kept.gzipped, 200, { ...all, "content-encoding": "gzip" });
}

/** An answer that is kept by nobody. */
export function answer(context: Context, value: unknown, status: Answer["status"]): Response {
  const { body, type } = answerOf(value, status);
  return context.body(body, status, { "content-type": type, "cache-control": "no-store" });
}

function given({ path, parameters }: Route, context: Context): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const text = path.includes(`:${name}`) ? context.req.param(name) : context.req.query(name);
    if (text === undefined && parameter.absent === undefined) throw new BadRequest(`${name} is missing`);
    values[name] = text === undefined ? parameter.absent : parameter.read(text, name);
  }
  for (const name of Object.keys(context.req.query())) {
    if (!Object.hasOwn(parameters, name)) throw new BadRequest(`there is no parameter ${name}`);
  }
  return values;
}
