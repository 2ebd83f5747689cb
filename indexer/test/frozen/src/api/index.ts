// SPDX-License-Identifier: MIT
import { db } from "ponder:api";
import { Hono } from "hono";
import { seen } from "../../ponder.schema";

const app = new Hono();
app.get("/seen", async (context) => {
  const rows = (await db.select().from(seen as never)) as Record<string, bigint>[];
  return context.json(
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]))),
  );
});
export default app;
