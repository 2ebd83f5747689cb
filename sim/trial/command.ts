// SPDX-License-Identifier: MIT

export interface Wiring {
  rpc: string;
  ws: string;
  /** Files. */
  deployment: string;
  config: string;
  database: string;
  /** A PostgreSQL to share with other keepers, instead of the file. */
  postgres: string | undefined;
  key: string;
  /** Port of the loopback for its /health. */
  port: number;
}

/** `base` with the options and the environment of `npm run keeper`: they are said here alone. */
export function keeperCommand(
  base: readonly string[],
  { key, postgres, ...wiring }: Wiring,
): { command: string[]; env: Record<string, string> } {
  const options = Object.entries(wiring).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const env = { NOVATION_KEEPER_KEY: key, ...(postgres === undefined ? {} : { DATABASE_URL: postgres }) };
  return { command: [...base, ...options], env };
}

/**
 * The configuration of a keeper under trial: whole blocks are his, the pool keeps what he sends, and he takes over what
 * his cash carries.
 */
export function keeperConfig(gasLimit: bigint, chainSeconds: number): object {
  const blocks = { blockGas: Number(gasLimit), maxPending: 100, secondsAhead: chainSeconds };
  return { ...blocks, maxInventory: "300000000000000000" };
}
