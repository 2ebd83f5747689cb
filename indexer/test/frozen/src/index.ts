// SPDX-License-Identifier: MIT
import { ponder } from "ponder:registry";
import { latest, seen } from "../ponder.schema";

// The test's types are not those that Ponder generates for the indexer.
interface Db {
  find(table: object, key: object): Promise<{ answer: bigint } | null>;
  update(table: object, key: object): { set(row: object): Promise<unknown> };
  insert(table: object): {
    values(row: object): Promise<unknown> & { onConflictDoUpdate(row: object): Promise<unknown> };
  };
}
interface Told {
  event: { args: { current: bigint; roundId: bigint } };
  context: { db: Db };
}
const on = ponder.on.bind(ponder) as unknown as (name: string, handler: (told: Told) => Promise<void>) => void;

on("Feed:AnswerUpdated", async ({ event: { args }, context: { db } }) => {
  const key = { id: "latest" };
  const found = await db.find(latest, key);
  if (found === null) {
    await db.insert(latest).values({ ...key, answer: args.current });
    return;
  }
  const before = BigInt(found.answer);
  await db.update(latest, key).set({ answer: args.current });
  const afterUpdate = found.answer;
  await db
    .insert(latest)
    .values({ ...key, answer: -1n })
    .onConflictDoUpdate({ answer: args.current });
  await db.insert(seen).values({ id: args.roundId, before, afterUpdate, afterInsert: found.answer });
});
