// SPDX-License-Identifier: MIT
import { DatabaseSync } from "node:sqlite";
import { DatabaseUnusable } from "../errors.js";
import { FileLock } from "./FileLock.js";

/** A database of one process at a time: in a file, or in memory (":memory:"). What is committed is on the disk. */
export class SqliteFile {
  readonly db: DatabaseSync;
  private readonly lock: FileLock | undefined;

  /** `tables`: the statements that make them where they are missing. */
  constructor(file: string, tables: string) {
    this.lock = file === ":memory:" ? undefined : new FileLock(file);
    try {
      this.db = new DatabaseSync(this.lock?.place ?? file);
      this.db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${tables}`);
    } catch (failure) {
      this.lock?.release();
      throw new DatabaseUnusable(file, (failure as Error).message);
    }
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
