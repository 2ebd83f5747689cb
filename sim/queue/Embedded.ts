// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

/**
 * A PostgreSQL in this process and its memory, for workers of this machine. It asks nobody who he is: only who may read
 * its folder reaches its socket.
 */
export class Embedded {
  private constructor(
    private readonly db: PGlite,
    private readonly server: PGLiteSocketServer,
    private readonly folder: string,
  ) {}

  /** For so many connections at most. */
  static async start(connections: number): Promise<Embedded> {
    const folder = mkdtempSync(join(tmpdir(), "novation-lab-"));
    const db = await PGlite.create();
    const server = new PGLiteSocketServer({ db, path: join(folder, ".s.PGSQL.5432"), maxConnections: connections });
    await server.start();
    return new Embedded(db, server, folder);
  }

  get url(): string {
    return `postgres://postgres@/postgres?host=${encodeURIComponent(this.folder)}`;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.db.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
