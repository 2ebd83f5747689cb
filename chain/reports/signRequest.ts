// SPDX-License-Identifier: MIT
import { createHash, createHmac } from "node:crypto";

/** What a provider gives to who may read its reports. */
export interface Credentials {
  readonly key: string;
  readonly secret: string;
}

export const HEADERS = {
  key: "authorization",
  time: "x-authorization-timestamp",
  signature: "x-authorization-signature-sha256",
} as const;

/**
 * The headers that a request to the Data Streams API carries, as Chainlink's page "Data Streams Authentication" says:
 * an HMAC over method, path with query, hash of the body, key and time.
 * @param path With its query.
 * @param time Unix time, milliseconds.
 */
export function signRequest(credentials: Credentials, method: string, path: string, time: number, body = "") {
  const { key, secret } = credentials;
  const text = [method, path, createHash("sha256").update(body).digest("hex"), key, String(time)].join(" ");
  const signature = createHmac("sha256", secret).update(text).digest("hex");
  return { [HEADERS.key]: key, [HEADERS.time]: String(time), [HEADERS.signature]: signature };
}
