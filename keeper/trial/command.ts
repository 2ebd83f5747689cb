// SPDX-License-Identifier: MIT

export interface Wiring {
  rpc: string;
  ws: string;
  /** Files. */
  deployment: string;
  config: string;
  /** A folder for what it remembers. */
  state: string;
  /** A PostgreSQL to share with other keepers. */
  database: string | undefined;
  /** Port of the loopback for its /health. */
  port: number;
}

/** `base` with the options of `npm run keeper`: they are said here alone. */
export function keeperCommand(base: readonly string[], wiring: Wiring): string[] {
  const { rpc, ws, deployment, config, state, database, port } = wiring;
  const store = database === undefined ? `${state}/keeper.sqlite` : database;
  const options = { rpc, ws, deployment, config, store, http: `127.0.0.1:${port}` };
  return [...base, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])];
}

/** The configuration of a keeper under trial: whole blocks are his, and he takes over what his cash carries. */
export function keeperConfig(gasLimit: bigint, chainSeconds: number): object {
  return { blockGas: Number(gasLimit), secondsAhead: chainSeconds, mostInventory: "300000000000000000" };
}
