// SPDX-License-Identifier: MIT
import { StartError } from "../errors.js";
import { DataStreamsApi } from "./DataStreamsApi.js";
import type { ReportSource } from "./ReportSource.js";

/** A server of reports is named, and nothing to sign its requests with. */
export class NoReportKey extends StartError {
  constructor() {
    super("--reports needs the provider's key and secret: set NOVATION_STREAMS_KEY and NOVATION_STREAMS_SECRET.");
  }
}

/** The server that `--reports` names; undefined without it. */
export function reportsFrom(
  url: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  timeout: number,
): ReportSource | undefined {
  if (url === undefined) return undefined;
  const [key, secret] = [env["NOVATION_STREAMS_KEY"], env["NOVATION_STREAMS_SECRET"]];
  if (key === undefined || key === "" || secret === undefined || secret === "") throw new NoReportKey();
  return new DataStreamsApi(url, { key, secret }, timeout);
}
