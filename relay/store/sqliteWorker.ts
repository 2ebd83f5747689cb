// SPDX-License-Identifier: MIT
// The thread of a SqliteThread: one database, asked in the order of its questions.
import { parentPort, workerData } from "node:worker_threads";
import { SqliteFile } from "../../chain/store/SqliteFile.js";
import { SqliteStore } from "./SqliteStore.js";
import type { Asked, Place, Told } from "./SqliteThread.js";

const { file, venue, role } = workerData as Place;
/** Milliseconds between two times that the log is brought into the database. */
const CHECKPOINT = 1_000;

const tell = (told: Told) => parentPort!.postMessage(told);
const failureOf = (failure: unknown) => {
  const { name, message } = failure as Error;
  return { name, message };
};

if (role === "checkpoint") checkpoint();
else serve();

function serve(): void {
  let store: SqliteStore;
  try {
    store = new SqliteStore(file, venue, "elsewhere");
  } catch (failure) {
    return tell({ id: 0, failure: failureOf(failure) });
  }
  parentPort!.on("message", ({ id, method, args }: Asked) => {
    // Its methods are done when they return: the order of questions is that of the work.
    (store[method] as (...args: unknown[]) => Promise<unknown>)(...args).then(
      (value) => {
        tell({ id, value });
        if (method === "close") parentPort!.close();
      },
      (failure: unknown) => tell({ id, failure: failureOf(failure) }),
    );
  });
  tell({ id: 0, value: undefined });
}

/** Readers and the writer go on meanwhile. */
function checkpoint(): void {
  const db = SqliteFile.beside(file);
  const timer = setInterval(() => db.exec("PRAGMA wal_checkpoint(PASSIVE)"), CHECKPOINT);
  parentPort!.on("message", () => {
    clearInterval(timer);
    db.close();
    parentPort!.close();
  });
}
