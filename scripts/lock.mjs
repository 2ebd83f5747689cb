// SPDX-License-Identifier: MIT
// A lock between processes: a file with the holder's process id. No dependencies, any Node >= 20.
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";

/** Milliseconds that a holder has to write its id. */
const YOUNG = 10_000;

/**
 * Waits until nobody holds the lock, and takes it; one whose holder is dead is nobody's. Says once what it waits for.
 * Returns how to give it back.
 */
export function takeLock(file, what) {
  for (let waiting = false; ;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (isDead(file)) rmSync(file, { force: true });
    else {
      if (!waiting) console.error(`${what} is running, waiting ...`);
      waiting = true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    }
  }
}

function isDead(file) {
  try {
    const holder = Number(readFileSync(file, "utf8"));
    if (holder === 0) return Date.now() - statSync(file).mtimeMs > YOUNG;
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH"; // ENOENT: it was given back meanwhile; EPERM: somebody else's, alive
  }
}
