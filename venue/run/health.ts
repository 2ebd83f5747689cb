// SPDX-License-Identifier: MIT
import type { Health } from "./Service.js";

const PATIENCE = 4_000; // ms

/** The JSON of an answer, whatever its status. */
async function ask(url: string, init: RequestInit = {}): Promise<{ ok: boolean; body: Record<string, unknown> }> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE) });
  return { ok: answer.ok, body: (await answer.json()) as Record<string, unknown> };
}

const numberOf = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

export async function nodeHealth(url: string): Promise<Health> {
  const question = { jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] };
  const headers = { "content-type": "application/json" };
  const { body } = await ask(url, { method: "POST", headers, body: JSON.stringify(question) });
  const block = Number(body["result"]);
  return { ok: Number.isInteger(block), block, says: `block ${block}` };
}

export async function relayHealth(url: string): Promise<Health> {
  const { ok, body } = await ask(`${url}/health`);
  const block = numberOf(body["block"]);
  return { ok, block, says: ok ? `block ${block}` : String(body["failure"] ?? "has seen no block") };
}

export async function keeperHealth(url: string): Promise<Health> {
  const { ok, body } = await ask(`${url}/health`);
  const { accounts, stage, trouble, stopped } = body;
  const says = ok ? `${stage} at block ${body["block"]}, ${accounts} accounts` : String(trouble ?? stopped ?? stage);
  return { ok, block: numberOf(body["block"]), says };
}

export async function indexerHealth(url: string): Promise<Health> {
  const { ok, body } = await ask(`${url}/v1/health`);
  const { status, indexed, head, events, faults } = body;
  const first = (faults as { message: string }[] | undefined)?.[0]?.message;
  const says = indexed === undefined ? String(status) : `${status} at block ${indexed} of ${head}, ${events} events`;
  return {
    ok: ok && status === "ok",
    block: numberOf(indexed),
    says: first === undefined ? says : `${says}: ${first}`,
  };
}

/** A process of people/, which tells it in this form. */
export async function peopleHealth(url: string): Promise<Health> {
  const { ok, body } = await ask(`${url}/health`);
  return { ok, block: numberOf(body["block"]), says: String(body["says"]) };
}
