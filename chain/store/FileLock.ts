// SPDX-License-Identifier: MIT
import { closeSync, openSync, realpathSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { DatabaseInUse, DatabaseUnusable } from "../errors.js";

const PATIENCE = 300; // ms, for one that is just stopping

/**
 * Says that a database has its keeper. It is a lock of the operating system on a file beside it, which ends with the
 * process, however that ends: what is left of the file after a crash holds nobody up. The database itself stays
 * readable for others.
 */
export class FileLock {
  /** The file's absolute name, under which it is to be opened: SQLite takes "file:a.db" for a file named a.db. */
  readonly place: string;
  private readonly db: DatabaseSync;

  constructor(file: string) {
    let db: DatabaseSync | undefined;
    try {
      this.place = placeOf(file);
      db = new DatabaseSync(`${this.place}.lock`);
      db.exec(`PRAGMA busy_timeout = ${PATIENCE}; BEGIN EXCLUSIVE`);
      this.db = db;
    } catch (failure) {
      db?.close();
      if (/locked|busy/i.test((failure as Error).message)) throw new DatabaseInUse(file);
      throw new DatabaseUnusable(file, (failure as Error).message);
    }
  }

  release(): void {
    this.db.close();
  }
}

/**
 * One name for one file, whatever links lead to it: it is made first, so that they lead somewhere. A hard link is
 * another name of the same rank, under which another keeper would not find the lock, nor SQLite its journal.
 */
function placeOf(file: string): string {
  closeSync(openSync(file, "a"));
  if (statSync(file).nlink > 1) throw new Error("the file has another name (a hard link): remove one of the two");
  return realpathSync(file);
}
