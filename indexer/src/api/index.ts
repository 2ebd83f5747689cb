// SPDX-License-Identifier: MIT
import { db } from "ponder:api";
import schema from "ponder:schema";
import { Hono } from "hono";
import { client, graphql } from "ponder";
import { HealthCheck } from "./health";
import { ApiMetrics } from "./metrics";
import { openapi } from "./openapi";
import { accountRoutes } from "./routes/accounts";
import { aggregatorRoutes } from "./routes/aggregators";
import { governanceRoutes } from "./routes/governance";
import { lockRoutes } from "./routes/locks";
import { marketRoutes } from "./routes/markets";
import { optionRoutes } from "./routes/options";
import { riskRoutes } from "./routes/risk";
import { vaultRoutes } from "./routes/vault";
import { answer, serve } from "./serve";

const routes = [
  ...marketRoutes,
  ...optionRoutes,
  ...accountRoutes,
  ...lockRoutes,
  ...riskRoutes,
  ...vaultRoutes,
  ...governanceRoutes,
  ...aggregatorRoutes,
];
const metrics = new ApiMetrics();
const health = new HealthCheck((now) => metrics.see(now));
health.start(Number(process.env["DOCTOR_INTERVAL"] ?? 5_000));

const app = new Hono();
app.get("/v1/health", (context) => answer(context, health.now, health.closed() === undefined ? 200 : 503));
app.get("/v1/openapi.json", (context) => answer(context, openapi(routes), 200));
app.get("/v1/metrics", async (context) => context.body(await metrics.text(), 200, { "content-type": metrics.type }));
serve(app, routes, { closed: () => health.closed(), metrics });
// Rows that are wrong are wrong by any way of asking.
for (const path of ["/graphql", "/sql/*"]) {
  app.use(path, async (context, next) => {
    const why = health.closed();
    return why === undefined ? next() : answer(context, { error: why }, 503);
  });
}
app.use("/graphql", graphql({ db, schema }));
app.use("/sql/*", client({ db, schema }));
export default app;
