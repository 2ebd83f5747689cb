// SPDX-License-Identifier: MIT
import { realpathSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { DatabaseUnusable } from "../errors.js";
import { FileLock } from "./FileLock.js";

/** Pages of 4 kB in the log, after which the writer does it if nobody else has. */
const LARGEST_LOG = 50_000;

/** A database of one process at a time: in a file, or in memory (":memory:"). What is committed is on the disk. */
export class SqliteFile {
  readonly db: DatabaseSync;
  private readonly lock: FileLock | undefined;

  /**
   * `tables`: the statements that make them where they are missing. `checkpoints`: what brings the log into the
   * database, this connection with a commit once in a while, or another one beside it.
   */
  constructor(file: string, tables: string, checkpoints: "here" | "elsewhere" = "here") {
    this.lock = file === ":memory:" ? undefined : new FileLock(file);
    try {
      this.db = new DatabaseSync(this.lock?.place ?? file);
      this.db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${tables}`);
      if (checkpoints === "elsewhere") this.db.exec(`PRAGMA wal_autocheckpoint = ${LARGEST_LOG}`);
    } catch (failure) {
      this.lock?.release();
      throw new DatabaseUnusable(file, (failure as Error).message);
    }
  }

  /** A second connection to a database whose keeper is in this process. */
  static beside(file: string): DatabaseSync {
    return new DatabaseSync(realpathSync(file));
  }

  /** All of it, or nothing. */
  atOnce(run: () => void): void {
    this.db.exec("BEGIN IMMEDIATE");
    try {
      run();
      this.db.exec("COMMIT");
    } catch (failure) {
      this.db.exec("ROLLBACK");
      throw failure;
    }
  }

  close(): void {
    this.db.close();
    this.lock?.release();
  }
}
