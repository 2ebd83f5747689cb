// SPDX-License-Identifier: MIT
import type { Parameter, Route } from "./Route";

const UNITS =
  "Amounts are whole numbers as text: money in 1e-9 quote, sizes in 1e-9 base (positive is long), prices in 1e-18 " +
  "quote per base, rates in ppm unless said otherwise. Times are Unix seconds.";

/** The OpenAPI 3.1 document of these routes. */
export function openapi(routes: readonly Route[]): object {
  const paths = routes.map((each) => [each.path.replaceAll(/:(\w+)/g, "{$1}"), { get: operation(each) }]);
  return {
    openapi: "3.1.0",
    info: { title: "Novation indexer", version: "1.0.0", description: UNITS, license: { name: "MIT" } },
    paths: Object.fromEntries(paths),
  };
}

function operation({ path, says, parameters, answer }: Route): object {
  const problem = (description: string) => ({
    description,
    content: { "application/json": { schema: { type: "object", properties: { error: { type: "string" } } } } },
  });
  return {
    summary: says,
    parameters: Object.entries(parameters).map(([name, each]) => parameter(name, path.includes(`:${name}`), each)),
    responses: {
      200: { description: "the answer", content: { "application/json": { schema: answer } } },
      400: problem("a parameter is not as described"),
      404: problem("there is nothing of this name"),
      503: problem("the rows are not the chain's at the moment: see /v1/health"),
    },
  };
}

function parameter(name: string, inPath: boolean, { says, schema, absent }: Parameter): object {
  const where = inPath ? "path" : "query";
  return { name, in: where, required: inPath || absent === undefined, description: says, schema };
}
