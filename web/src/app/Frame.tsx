// SPDX-License-Identifier: MIT
import { NavLink, Outlet } from "react-router";
import { useFollowHead } from "../data/lens";
import { appText as text } from "../text/app";
import { classes } from "../ui/classes";
import { Toasts } from "../ui/Toasts";
import { ChainBanner } from "./ChainBanner";
import { Connect } from "./Connect";
import { StatusBar } from "./StatusBar";
import { ThemeButton } from "./ThemeButton";

/** What stands around every page: navigation, wallet, banners, status. */
export function Frame() {
  useFollowHead();
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
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line bg-panel px-3 py-1.5">
        <NavLink to="/" className="flex items-center gap-2 text-sm font-semibold" aria-label={text.home}>
          <img src="./icon.svg" alt="" className="size-6" />
          <span className="hidden sm:inline">{text.name}</span>
        </NavLink>
        <nav
          aria-label={text.pages}
          className="order-last flex w-full gap-0.5 overflow-x-auto md:order-none md:w-auto md:flex-1"
        >
          {PAGES.map(({ to, label }) => (
            <NavLink
              key={to}
              to={to}
              className={({ isActive }) =>
                classes(
                  "flex min-h-8 items-center rounded px-2.5 text-xs whitespace-nowrap",
                  isActive ? "bg-raised font-medium text-ink" : "text-soft hover:text-ink",
                )
              }
            >
              {label}
            </NavLink>
          ))}
        </nav>
        <div className="ml-auto flex items-center gap-1">
          <ThemeButton />
          <Connect />
        </div>
      </header>
      <ChainBanner />
      <main id="main" tabIndex={-1} className="flex-1 p-1.5 outline-none">
        <Outlet />
      </main>
      <StatusBar />
      <Toasts />
    </div>
  );
}

const PAGES = [
  { to: "/trade", label: text.trade },
  { to: "/portfolio", label: text.portfolio },
  { to: "/risk", label: text.risk },
  { to: "/receipts", label: text.receipts },
  { to: "/markets", label: text.markets },
  { to: "/vault", label: text.vault },
  { to: "/keepers", label: text.keepers },
  { to: "/governance", label: text.governance },
  { to: "/status", label: text.status },
] as const;
