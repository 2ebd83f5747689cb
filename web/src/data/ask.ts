// SPDX-License-Identifier: MIT
import type { z } from "zod/v4-mini";
import { Said } from "../chain/refusal";
import { dataText as text } from "../text/data";

/** An answer that is not in the form that it has to be in: nothing of it is shown. */
export class Absurd extends Error {
  override readonly name = "Absurd";

  constructor(
    readonly service: string,
    readonly where: string,
  ) {
    super(text.absurd(service, where));
  }
}

/** A service that does not answer. */
export class Away extends Error {
  override readonly name = "Away";

  constructor(readonly service: string) {
    super(text.away(service));
  }
}

export interface Asked<S extends z.ZodMiniType> {
  readonly service: "relay" | "indexer" | "faucet";
  readonly url: string;
  readonly schema: S;
  readonly body?: unknown;
  /** Whether a refusal of the service (4xx with a message) is told in its words. */
  readonly refusal?: z.ZodMiniType<{ error: string; message: string }>;
  readonly signal?: AbortSignal;
  /** The answer has its form whatever its status: of health. */
  readonly anyStatus?: boolean;
}

const MAX_BYTES = 8 * 1_024 * 1_024;
const PATIENCE = 8_000;

/** Asks a service and holds its answer to a schema. */
export async function ask<S extends z.ZodMiniType>(asked: Asked<S>): Promise<z.output<S>> {
  const { service, url, schema, body, refusal } = asked;
  const limits = [AbortSignal.timeout(PATIENCE), ...(asked.signal ? [asked.signal] : [])];
  let response: Response;
  let answer: string;
  try {
    response = await fetch(url, {
      signal: AbortSignal.any(limits),
      ...(body !== undefined && {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    answer = await response.text();
  } catch (failure) {
    if (asked.signal?.aborted) throw failure;
    throw new Away(service);
  }
  if (answer.length > MAX_BYTES) throw new Absurd(service, "its length");
  const value = parsed(answer);
  if (!response.ok && !asked.anyStatus) {
    const said = refusal?.safeParse(value);
    if (said?.success) throw new Said({ kind: "refused", sentence: said.data.message, name: said.data.error });
    if (response.status >= 500) throw new Away(service);
    throw new Absurd(service, `status ${response.status}`);
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  throw new Absurd(service, checked.error.issues[0]?.path.join(".") || "the whole answer");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
