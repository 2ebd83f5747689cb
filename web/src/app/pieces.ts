// SPDX-License-Identifier: MIT
import type { ComponentType } from "react";

type Load = () => Promise<{ readonly default: ComponentType }>;

/** Each page is its own piece, loaded when it is first opened. */
export const PIECES = {
  trade: () => import("../pages/trade/TradePage"),
  portfolio: () => import("../pages/portfolio/PortfolioPage"),
  risk: () => import("../pages/risk/RiskPage"),
  receipts: () => import("../pages/receipts/ReceiptsPage"),
  markets: () => import("../pages/markets/MarketsPage"),
  vault: () => import("../pages/vault/VaultPage"),
  keepers: () => import("../pages/keepers/KeepersPage"),
  governance: () => import("../pages/governance/GovernancePage"),
  status: () => import("../pages/status/StatusPage"),
  options: () => import("../pages/options/OptionsPage"),
} as const satisfies Record<string, Load>;

export type PageName = keyof typeof PIECES;

/** The page that an address's hash names: the trade page when it names none. */
export function pageNamed(hash: string): PageName {
  const name = /^#?\/?([a-z]+)/.exec(hash)?.[1] ?? "";
  return Object.hasOwn(PIECES, name) ? (name as PageName) : "trade";
}
