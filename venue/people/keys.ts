// SPDX-License-Identifier: MIT
import { Wallet, id } from "ethers";
import { keyOf } from "../../sim/venue/anvil.js";

/**
 * Keys of anvil's mnemonic, which anybody knows. 0 deploys and governs, 1 is the keeper, 2 the treasury; 3 and from 10
 * on are for whoever wants to trade.
 */
export const KEYS = {
  operator: keyOf(0),
  keeper: keyOf(1),
  oracle: keyOf(4),
  bank: keyOf(5),
  relay: keyOf(6),
  journal: keyOf(7),
  faucet: keyOf(8),
  poster: keyOf(9),
} as const;

/** Who vouch for volatilities of an option venue: `THRESHOLD` of them for each report. They need no ether. */
export const SIGNERS = ["one", "two", "three"].map((name) => new Wallet(id(`novation venue signer ${name}`)));
export const THRESHOLD = 2;

/** Of the server of reports: it serves nobody else. */
export const STREAMS_ENV = { NOVATION_STREAMS_KEY: "local", NOVATION_STREAMS_SECRET: "local" } as const;

/** Of the people who trade, each with one account: they need no ether. */
export function traderKey(seed: number, name: string): Wallet {
  return new Wallet(id(`novation venue ${seed} ${name}`));
}
