// SPDX-License-Identifier: MIT
import { and, asc, eq } from "drizzle-orm";
import { db } from "ponder:api";
import {
  feeSplits,
  functionRoles,
  operations,
  parameterChanges,
  pauses,
  roleLabels,
  roles,
  venues,
} from "../../../schema";
import { listOf, objectOf, rowSchema } from "../json";
import { PAGE, given, latest } from "../pages";
import { count, oneOf, optional, text } from "../parameters";
import { route } from "../Route";

const STATES = ["all", "scheduled", "executed", "cancelled"] as const;
const SCOPE = text("of what: `venue`, `group-N` or `market-N`", /^(venue|(group|market)-[0-9]{1,10})$/, "market-4");
const NAME = text("the parameter's name", /^[A-Za-z]{1,40}$/, "takerFee");

export const governanceRoutes = [
  route(
    "/v1/governance",
    "Operations that are scheduled, executed or cancelled, who has which role, and parameters over time, latest first",
    { limit: count("rows at most, of each list", 1, 1_000, 100) },
    objectOf({
      operations: listOf(rowSchema(operations)),
      roles: listOf(rowSchema(roles)),
      labels: listOf(rowSchema(roleLabels)),
      functions: listOf(rowSchema(functionRoles)),
      parameters: listOf(rowSchema(parameterChanges)),
      pauses: listOf(rowSchema(pauses)),
    }),
    async ({ limit }) => ({
      operations: await latest(operations, operations.seq, undefined, { before: null, limit }),
      roles: await db.select().from(roles).orderBy(asc(roles.role), asc(roles.id)).limit(limit),
      labels: await db.select().from(roleLabels).orderBy(asc(roleLabels.id)).limit(limit),
      functions: await db.select().from(functionRoles).orderBy(asc(functionRoles.role)).limit(limit),
      parameters: await latest(parameterChanges, parameterChanges.seq, undefined, { before: null, limit }),
      pauses: await db.select().from(pauses).orderBy(asc(pauses.id)).limit(limit),
    }),
  ),
  route(
    "/v1/governance/operations",
    "Operations of the authority, the latest schedule first",
    { state: oneOf("in which state", STATES, "all"), ...PAGE },
    listOf(rowSchema(operations)),
    ({ state, ...page }) => {
      const inState = state === "all" ? undefined : eq(operations.state, state.toUpperCase());
      return latest(operations, operations.seq, inState, page);
    },
  ),
  route(
    "/v1/governance/parameters",
    "What a parameter was before and after each change, latest first; pauses, price sources and final prices too",
    { scope: optional(SCOPE), name: optional(NAME), ...PAGE },
    listOf(rowSchema(parameterChanges)),
    ({ scope, name, ...page }) => {
      const of = and(given(parameterChanges.scope, scope), given(parameterChanges.name, name));
      return latest(parameterChanges, parameterChanges.seq, of, page);
    },
  ),
  route(
    "/v1/governance/pauses",
    "What is or was paused, and since when: of markets; 0 is everything. A pause ends by itself at `until`",
    { limit: count("rows at most", 1, 1_000, 100) },
    listOf(rowSchema(pauses)),
    ({ limit }) => db.select().from(pauses).orderBy(asc(pauses.id)).limit(limit),
  ),
  route(
    "/v1/governance/fees",
    "Each time that fees were split between vault and treasury, latest first",
    PAGE,
    listOf(rowSchema(feeSplits)),
    (page) => latest(feeSplits, feeSplits.seq, undefined, page),
  ),
  route(
    "/v1/venue",
    "The venue as a whole: what it holds, its shortfall and fees, the outflow window and the parameters of all",
    {},
    listOf(rowSchema(venues)),
    () => db.select().from(venues).limit(1),
  ),
];
