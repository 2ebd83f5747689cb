// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState, type RefObject } from "react";

/** How many rows of `rem` each a box has room for: one that is cut off could be reached by keyboard, but not seen. */
export function useFit<T extends HTMLElement>(rem: number): [RefObject<T | null>, number] {
  const box = useRef<T>(null);
  const [rows, setRows] = useState(0);
  useEffect(() => {
    const root = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const observer = new ResizeObserver(([entry]) => setRows(Math.floor(entry!.contentRect.height / (rem * root))));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, [rem]);
  return [box, rows];
}
