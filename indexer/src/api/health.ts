// SPDX-License-Identifier: MIT
import { publicClients } from "ponder:api";
import { Chain } from "../../doctor/Chain";
import { Doctor } from "../../doctor/Doctor";
import type { Findings } from "../../doctor/Findings";
import { lensAccounts } from "../../doctor/readAccounts";
import { contractsOf, readDeployment } from "../settings";
import { readTables } from "../abis";
import { isReady, readIndexed } from "./database";

const SAMPLE = 8;

export type Health =
  | { readonly status: "starting" | "syncing" }
  | ({ readonly status: "ok" | "behind" | "wrong" | "unknown"; readonly rebuild: boolean } & Findings)
  | { readonly status: "unknown"; readonly error: string };

/** Looks at rows and chain time after time, and says whether rows can be trusted. */
export class HealthCheck {
  now: Health = { status: "starting" };
  private readonly doctor: Doctor;

  /** @param told Hears of every look. */
  constructor(private readonly told: (now: Health) => void) {
    const deployment = readDeployment();
    const { firstBlock, genesisHash } = deployment;
    const client = publicClients["venue" as never] as { request(asked: object): Promise<unknown> };
    const ask = (method: string, params: unknown[]) => client.request({ method, params });
    const chain = new Chain(ask, { contracts: contractsOf(deployment), tables: readTables() });
    const read = (suspects: readonly bigint[]) => readIndexed(SAMPLE, suspects);
    const readAccounts = lensAccounts(chain, deployment);
    const maxLag = Number(process.env["MAX_LAG"] ?? 30);
    const patience = Number(process.env["DOCTOR_PATIENCE"] ?? 20_000);
    this.doctor = new Doctor({ firstBlock, genesisHash, maxLag, read, chain, readAccounts }, patience);
  }

  /** Examines for ever, `pause` ms after each time. */
  start(pause: number): void {
    const look = async () => {
      this.now = await this.look();
      this.told(this.now);
      setTimeout(look, pause);
    };
    void look();
  }

  /** Why rows cannot be trusted at the moment; undefined when they can. */
  closed(): string | undefined {
    const { status } = this.now;
    if (status === "ok" || status === "unknown") return undefined;
    return `the indexer is ${status}: see /v1/health`;
  }

  private async look(): Promise<Health> {
    try {
      if (!(await isReady())) return { status: "syncing" };
      const findings = await this.doctor.examine();
      return { status: statusOf(findings), rebuild: findings.faults.some(({ lasting }) => lasting), ...findings };
    } catch (failure) {
      return { status: "unknown", error: (failure as Error).message };
    }
  }
}

/** Faults that may go away by themselves close nothing; nor does a node that does not answer. */
function statusOf({ faults }: Findings): "ok" | "behind" | "wrong" | "unknown" {
  if (faults.some(({ kind, lasting }) => lasting || kind === "OTHER_CHAIN")) return "wrong";
  if (faults.some(({ kind }) => kind === "LAG")) return "behind";
  return faults.length === 0 ? "ok" : "unknown";
}
