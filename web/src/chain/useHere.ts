// SPDX-License-Identifier: MIT
import { createContext, useContext } from "react";
import type { Here } from "./services";

export const HereContext = createContext<Here | undefined>(undefined);

/** The venue and where its services are. */
export function useHere(): Here {
  const here = useContext(HereContext);
  if (here === undefined) throw new Error("useHere is used outside of the page's frame");
  return here;
}
