// SPDX-License-Identifier: MIT
import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** There is no PostgreSQL to start. */
export class NoPostgres extends Error {
  constructor() {
    super("PostgreSQL is not installed: apt-get install postgresql, or put its initdb and pg_ctl on the PATH");
  }
}

/** A PostgreSQL of our own: a new cluster in a temporary folder, on a free port of the loopback. */
export class Postgres {
  private constructor(
    private readonly bin: string,
    private readonly folder: string,
    readonly port: number,
  ) {}

  static async start(): Promise<Postgres> {
    const bin = binaries();
    if (bin === undefined) throw new NoPostgres();
    const folder = mkdtempSync(join(tmpdir(), "novation-postgres-"));
    const owner = notRoot();
    if (owner) chownSync(folder, owner.uid, owner.gid);
    const postgres = new Postgres(bin, folder, await freePort());
    const { data } = postgres;
    postgres.run("initdb", ["-D", data, "-U", "keeper", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]);
    postgres.resume();
    process.once("exit", () => postgres.stop());
    return postgres;
  }

  get url(): string {
    return `postgres://keeper@127.0.0.1:${this.port}/postgres`;
  }

  /** Goes away at once, as when its machine does; what it had committed is there when it comes back. */
  halt(): void {
    this.run("pg_ctl", ["-D", this.data, "-m", "immediate", "-w", "stop"]);
  }

  /** Comes back on the same port. */
  resume(): void {
    const settings = `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`;
    this.run("pg_ctl", ["-D", this.data, "-l", join(this.folder, "log"), "-w", "-t", "30", "-o", settings, "start"]);
  }

  stop(): void {
    if (!existsSync(this.folder)) return;
    try {
      this.halt();
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  private get data(): string {
    return join(this.folder, "data");
  }

  private run(name: string, args: string[]): void {
    // Not through pipes: the server would inherit them and keep us waiting.
    execFileSync(join(this.bin, name), args, { cwd: this.folder, stdio: "ignore", ...notRoot() });
  }
}

/** The folder of initdb and pg_ctl: on the PATH, or the newest of where Debian puts them. */
function binaries(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env["PATH"] ?? "").split(delimiter),
  ];
  return folders.find((folder) => ["initdb", "pg_ctl"].every((name) => existsSync(join(folder, name))));
}

/** PostgreSQL refuses to run as root: then as the user of Debian's package. */
function notRoot(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
