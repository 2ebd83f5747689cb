// SPDX-License-Identifier: MIT
import { lazy, Suspense, type ComponentType } from "react";
import { HashRouter, Route, Routes } from "react-router";
import { Loading } from "../ui/States";
import { Boundary } from "./Boundary";
import { Frame } from "./Frame";

// Pages are behind the hash, so that the files can be served from any path without rules of the server. Each page is
// its own piece, loaded when it is first opened. (React Router's data router would be 15 kB more.)

type Load = () => Promise<{ readonly default: ComponentType }>;

const trade = lazy(() => import("../pages/trade/TradePage"));
const PAGES: readonly (readonly [path: string, page: ComponentType])[] = [
  ["trade/:symbol?", trade],
  ["portfolio", piece(() => import("../pages/portfolio/PortfolioPage"))],
  ["risk", piece(() => import("../pages/risk/RiskPage"))],
  ["receipts/:lock?", piece(() => import("../pages/receipts/ReceiptsPage"))],
  ["markets/:symbol?", piece(() => import("../pages/markets/MarketsPage"))],
  ["vault", piece(() => import("../pages/vault/VaultPage"))],
  ["keepers", piece(() => import("../pages/keepers/KeepersPage"))],
  ["governance", piece(() => import("../pages/governance/GovernancePage"))],
  ["status", piece(() => import("../pages/status/StatusPage"))],
  ["*", trade],
];

function piece(load: Load): ComponentType {
  return lazy(load);
}

export function Routed() {
  return (
    <HashRouter>
      <Routes>
        <Route path="/" element={<Frame />}>
          <Route index element={shown(trade)} />
          {PAGES.map(([path, page]) => (
            <Route key={path} path={path} element={shown(page)} />
          ))}
        </Route>
      </Routes>
    </HashRouter>
  );
}

function shown(Page: ComponentType) {
  return (
    <Boundary>
      <Suspense fallback={<Loading />}>
        <Page />
      </Suspense>
    </Boundary>
  );
}
