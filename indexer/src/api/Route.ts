// SPDX-License-Identifier: MIT

/** A parameter of a route, in its path or query. */
export interface Parameter {
  readonly says: string;
  /** How its text is read; throws BadRequest. */
  readonly read: (text: string, name: string) => unknown;
  /** When it is not given; null: nothing is. A parameter of the path always is given. */
  readonly absent?: unknown;
  /** For the OpenAPI document. */
  readonly schema: object;
}

type Given<P extends Record<string, Parameter>> = { [N in keyof P]: ReturnType<P[N]["read"]> };

/** A route as it is served and described: the OpenAPI document is made of these. */
export interface Route {
  /** Parameters in colons: /v1/locks/:lock */
  readonly path: string;
  readonly says: string;
  readonly parameters: Record<string, Parameter>;
  /** The JSON schema of the answer. */
  readonly answer: object;
  readonly run: (given: never) => Promise<unknown>;
}

export function route<P extends Record<string, Parameter>>(
  path: string,
  says: string,
  parameters: P,
  answer: object,
  run: (given: Given<P>) => Promise<unknown>,
): Route {
  return { path, says, parameters, answer, run };
}

/** What was asked cannot be answered: 400. */
export class BadRequest extends Error {}

/** There is nothing of this name: 404. */
export class NotFound extends Error {}

/** An answer that is not JSON. */
export class Text {
  constructor(
    readonly text: string,
    readonly type: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}
