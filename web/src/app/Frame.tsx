// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";
import { useLocation } from "wouter";
import { hasOptions } from "../chain/services";
import { useHere } from "../chain/useHere";
import { useFollowHead } from "../data/lens";
import { appText as text } from "../text/app";
import { Toasts } from "../ui/Toasts";
import { ChainBanner } from "./ChainBanner";
import { Connect } from "./Connect";
import { Header } from "./Header";
import { StatusBar } from "./StatusBar";
import { ThemeButton } from "./ThemeButton";

/** What stands around every page: navigation, wallet, banners, status. */
export function Frame({ children }: { readonly children: ReactNode }) {
  useFollowHead();
  const here = useHere();
  const [place] = useLocation();
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        onClick={(event) => {
          event.preventDefault(); // the hash is the page's own address
          document.getElementById("main")?.focus();
        }}
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-accent focus:p-2 focus:text-accent-ink"
      >
        {text.skip}
      </a>
      <Header place={place} hasOptions={hasOptions(here)} isOptions={here.deployment.options !== undefined}>
        <ThemeButton />
        <Connect />
      </Header>
      <ChainBanner />
      <main id="main" tabIndex={-1} className="flex-1 p-1.5 outline-none">
        {children}
      </main>
      <StatusBar />
      <Toasts />
    </div>
  );
}
