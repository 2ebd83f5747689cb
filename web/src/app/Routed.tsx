// SPDX-License-Identifier: MIT
import { lazy, Suspense, type ComponentType } from "react";
import { Route, Router, Switch } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";
import { useHere } from "../chain/useHere";
import { Loading } from "../ui/States";
import { Boundary } from "./Boundary";
import { Frame } from "./Frame";
import { PIECES, type PageName } from "./pieces";

// Pages are behind the hash, so that the files can be served from any path without rules of the server.

const PATHS: readonly (readonly [path: string, name: PageName])[] = [
  ["/trade/:symbol?", "trade"],
  ["/portfolio", "portfolio"],
  ["/risk", "risk"],
  ["/receipts/:lock?", "receipts"],
  ["/markets/:symbol?", "markets"],
  ["/vault", "vault"],
  ["/keepers", "keepers"],
  ["/governance", "governance"],
  ["/status", "status"],
  ["/options/:part?/:symbol?", "options"],
  ["*", "trade"],
];

/** Where the venue is an option clearinghouse itself. */
const OF_OPTIONS: typeof PATHS = [
  ["/options/:part?/:symbol?", "options"],
  ["/status", "status"],
  ["*", "options"],
];

const PAGES = Object.fromEntries(
  Object.entries(PIECES).map(([name, load]) => [name, lazy(load) as ComponentType]),
) as Record<PageName, ComponentType>;

export function Routed() {
  const { deployment } = useHere();
  const paths = deployment.options === undefined ? PATHS : OF_OPTIONS;
  return (
    <Router hook={useHashLocation}>
      <Frame>
        <Switch>
          {paths.map(([path, name]) => (
            <Route key={name} path={path}>
              <Shown key={name} name={name} />
            </Route>
          ))}
        </Switch>
      </Frame>
    </Router>
  );
}

function Shown({ name }: { readonly name: PageName }) {
  const Page = PAGES[name];
  return (
    <Boundary>
      <Suspense fallback={<Loading />}>
        <Page />
      </Suspense>
    </Boundary>
  );
}
