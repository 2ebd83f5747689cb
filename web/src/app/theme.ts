// SPDX-License-Identifier: MIT
import { useSyncExternalStore } from "react";

export type Theme = "dark" | "light";

const KEY = "novation.theme";
const listeners = new Set<() => void>();

/** What was chosen, else what the system prefers. */
export function currentTheme(): Theme {
  const chosen = localStorage.getItem(KEY);
  if (chosen === "dark" || chosen === "light") return chosen;
  return matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
}

export function applyTheme(): void {
  document.documentElement.dataset["theme"] = currentTheme();
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  applyTheme();
  for (const listener of listeners) listener();
}

/** Stands outside of the component: a subscription that each drawing renews would miss a change in between. */
function subscribe(listener: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: light)");
  const changed = () => {
    applyTheme();
    listener();
  };
  listeners.add(listener);
  system.addEventListener("change", changed);
  return () => {
    listeners.delete(listener);
    system.removeEventListener("change", changed);
  };
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, currentTheme);
}

/** A colour of the theme by its name in styles.css, for canvases. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
