// SPDX-License-Identifier: MIT
// What Ponder's virtual modules are made of here; it writes the same into ponder-env.d.ts, without a licence.
/// <reference types="ponder/virtual" />

declare module "ponder:internal" {
  const config: typeof import("./ponder.config.ts");
  const schema: typeof import("./ponder.schema.ts");
}

declare module "ponder:schema" {
  export * from "./ponder.schema.ts";
}
