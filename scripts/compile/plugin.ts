// SPDX-License-Identifier: MIT
import type { ConfigHooks, SolidityHooks } from "hardhat/types/hooks";
import { definePlugin } from "hardhat/plugins";
import { concernsUs } from "./concernsUs.js";
import { isRun } from "./isRun.js";
import { leanInput, withFields } from "./leanInput.js";
import { removeStale } from "./removeStale.js";

/** What our builds do otherwise than Hardhat does by itself. */
export const lean = definePlugin({
  id: "novation:lean",
  hookHandlers: {
    config: async () => ({
      default: async (): Promise<Partial<ConfigHooks>> => ({
        // Hardhat compiles together what has one and the same object as its settings, and copies them for each file.
        resolveUserConfig: async (userConfig, resolve, next) => {
          const config = await next(userConfig, resolve);
          for (const { overrides } of Object.values(config.solidity.profiles)) {
            const seen = new Map<string, (typeof overrides)[string]>();
            for (const [file, settings] of Object.entries(overrides)) {
              const key = JSON.stringify(settings);
              if (!seen.has(key)) seen.set(key, settings);
              overrides[file] = seen.get(key)!;
            }
          }
          return config;
        },
      }),
    }),
    solidity: async () => ({
      default: async (): Promise<Partial<SolidityHooks>> => ({
        build: async (context, files, options, next) => {
          removeStale(context.config.paths.root, context.config.paths.artifacts);
          return next(context, process.env["NOVATION_BUILD"] === "run" ? files.filter(isRun) : files, options);
        },
        preprocessSolcInputBeforeBuilding: async (context, input, next) => next(context, leanInput(input)),
        invokeSolc: async (context, compiler, input, config, next) =>
          withFields(await next(context, compiler, input, config)),
        getCompilationJobErrors: async (context, job, output, next) => {
          const roots = new Set([...job.dependencyGraph.getRoots().values()].map((file) => file.inputSourceName));
          return next(context, job, { ...output, errors: output.errors?.filter((each) => concernsUs(each, roots)) });
        },
      }),
    }),
  },
});
