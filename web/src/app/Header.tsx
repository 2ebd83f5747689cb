// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";
import { appText as text } from "../text/app";
import { classes } from "../ui/classes";

export interface HeaderProps {
  /** What the address names, e.g. `/trade/BTC`; undefined: not known yet. */
  readonly place?: string;
  /** There is an option clearinghouse beside the venue. */
  readonly hasOptions?: boolean;
  /** The venue is an option clearinghouse itself: pages of linear markets are not offered. */
  readonly isOptions?: boolean;
  readonly children?: ReactNode;
}

/** The venue's name and its pages. It needs nothing that is loaded, so the page is painted with it before scripts. */
export function Header({ place, hasOptions, isOptions, children }: HeaderProps) {
  return (
    <header className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line bg-panel px-3 py-1.5">
      <a
        href="#/"
        className="flex items-center gap-2 text-sm font-semibold"
        aria-label={isOptions ? text.homeOptions : text.home}
      >
        <img src="./icon.svg" alt="" width="24" height="24" className="size-6" />
        <span className="hidden sm:inline">{text.name}</span>
      </a>
      <nav
        aria-label={text.pages}
        className="order-last flex w-full gap-0.5 overflow-x-auto md:order-none md:w-auto md:flex-1"
      >
        {(isOptions ? OF_OPTIONS : PAGES).map((name) => (
          <PageLink
            key={name}
            to={`/${name}`}
            label={text[name]}
            place={place}
            isHome={name === (isOptions ? "options" : "trade")}
          />
        ))}
        {hasOptions && !isOptions && <PageLink to="/options" label={text.options} place={place} isHome={false} />}
      </nav>
      <div className="ml-auto flex min-h-8 items-center gap-1">{children}</div>
    </header>
  );
}

interface PageLinkProps {
  readonly to: string;
  readonly label: string;
  readonly place: string | undefined;
  /** An address that names no page is its. */
  readonly isHome: boolean;
}

function PageLink({ to, label, place, isHome }: PageLinkProps) {
  const isOpen = place === to || place?.startsWith(`${to}/`) || (place === "/" && isHome);
  return (
    <a
      href={`#${to}`}
      aria-current={isOpen ? "page" : undefined}
      className={classes(
        "flex min-h-8 items-center rounded px-2.5 text-xs whitespace-nowrap",
        isOpen ? "bg-raised font-medium text-ink" : "text-soft hover:text-ink",
      )}
    >
      {label}
    </a>
  );
}

const OF_OPTIONS = ["options", "status"] as const;
const PAGES = [
  ...(["trade", "portfolio", "risk", "receipts", "markets", "vault", "keepers", "governance", "status"] as const),
];
