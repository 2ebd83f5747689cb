// SPDX-License-Identifier: MIT
import type { Page } from "playwright-core";
import type { Hex } from "viem";
import type { Address } from "../../../sdk/index.js";
import { address as short } from "../../src/format/index.js";
import { Tab, TestWallet, type TabOptions } from "../Browser.js";
import { PRICES } from "../Venue.js";
import type { Stage } from "./index.js";

/** Somebody at the page, with a wallet that is connected. */
export interface Visitor {
  readonly wallet: TestWallet;
  readonly owner: Address;
  readonly tab: Tab;
  readonly page: Page;
}

export interface Arrival extends TabOptions {
  /** Which page: `portfolio`. */
  readonly at?: string;
  /** Tokens in the wallet, and of the venue's cash in account #`number`, in quote. */
  readonly tokens?: number;
  readonly cash?: number;
  readonly number?: number;
  /** A market that makers quote around its price of the beginning. */
  readonly quoted?: "BTC" | "SOL";
  readonly connects?: boolean;
}

/** A wallet with ether and tokens, an account with cash and a quoted market, as far as each is asked for. */
export async function arrive({ venue, browser }: Stage, key: Hex, arrival: Arrival = {}): Promise<Visitor> {
  const { at = "", tokens = 50_000, cash = 0, number = 0, quoted, connects = true, ...options } = arrival;
  const wallet = new TestWallet(venue.rpc, Number(venue.deployment.chainId), key);
  const owner = wallet.account.address as Address;
  await venue.fund(owner, tokens);
  if (cash > 0) await venue.deposit(owner, cash, number);
  if (quoted) await venue.setMark(quoted, PRICES[quoted]);
  if (quoted) await venue.quote(quoted, PRICES[quoted]);
  const tab = await Tab.open(browser, `${venue.page}#/${at}`, [wallet], options);
  const { page } = tab;
  if (number !== 0) await page.evaluate((value) => localStorage.setItem("novation.account", value), String(number));
  if (number !== 0) await page.reload();
  if (connects) await tab.connect();
  return { wallet, owner, tab, page };
}

/** The button that shows whose account it is. */
export function accountButton(page: Page, owner: string) {
  return page.getByRole("button", { name: new RegExp(`^Account ${short(owner)}`, "i") });
}
