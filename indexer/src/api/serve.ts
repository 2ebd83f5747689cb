// SPDX-License-Identifier: MIT
import type { Context, Hono } from "hono";
import { BadRequest, NotFound, Text, type Route } from "./Route";
import { toJson } from "./json";

/** Serves the routes. `closed` says why rows cannot be trusted now: then every route answers 503. */
export function serve(app: Hono, routes: readonly Route[], closed: () => string | undefined): void {
  for (const each of routes) {
    app.get(each.path, async (context) => {
      const why = closed();
      if (why !== undefined) return answer(context, { error: why }, 503);
      try {
        return answer(context, await each.run(given(each, context) as never), 200);
      } catch (failure) {
        if (failure instanceof BadRequest) return answer(context, { error: failure.message }, 400);
        if (failure instanceof NotFound) return answer(context, { error: failure.message }, 404);
        throw failure;
      }
    });
  }
}

export function answer(context: Context, value: unknown, status: 200 | 400 | 404 | 503): Response {
  if (value instanceof Text) return context.body(value.text, status, { "content-type": value.type });
  return context.body(toJson(value), status, { "content-type": "application/json" });
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
