// SPDX-License-Identifier: MIT
import { appText as text } from "../text/app";
import { Button } from "../ui/Button";
import { chooseTheme, useTheme } from "./theme";

export function ThemeButton() {
  const theme = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <Button
      kind="quiet"
      small
      aria-label={text.themes[other]}
      title={text.themes[other]}
      onClick={() => chooseTheme(other)}
    >
      <svg aria-hidden="true" viewBox="0 0 20 20" className="size-4 fill-current">
        {theme === "dark" ? (
          <path d="M10 4a1 1 0 0 1-1-1V1h2v2a1 1 0 0 1-1 1m0 12a1 1 0 0 1 1 1v2H9v-2a1 1 0 0 1 1-1m6-6a1 1 0 0 1 1-1h2v2h-2a1 1 0 0 1-1-1M1 9h2a1 1 0 0 1 0 2H1zm13.2-3.2 1.5-1.5 1.4 1.4-1.5 1.5zM2.9 15.7l1.5-1.5 1.4 1.4-1.5 1.5zM4.3 2.9l1.5 1.5-1.4 1.4-1.5-1.5zm11.4 14.2-1.5-1.5 1.4-1.4 1.5 1.5zM10 6a4 4 0 1 1 0 8 4 4 0 0 1 0-8" />
        ) : (
          <path d="M8 2a8 8 0 1 0 10 10A7 7 0 0 1 8 2" />
        )}
      </svg>
    </Button>
  );
}
