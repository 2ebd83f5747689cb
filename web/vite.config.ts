// SPDX-License-Identifier: MIT
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { painted } from "./scripts/painted.mjs";
import { originsOf } from "./scripts/policy.mjs";

/** Hosts of the services, when they are not the page's own: addresses, separated by spaces. */
const SERVICES = (process.env["NOVATION_WEB_SERVICES"] ?? "").split(" ").filter(Boolean);

/** What stands around every page, and what every page reads the chain with. */
const BASE =
  /web[\\/]src[\\/](chain[\\/](?!usePermit|useClosed)|format[\\/](?!account|notional|parameter)|text[\\/](app|chain|data|ui)\.|data[\\/](ask|useServices|lens|relay)|ui[\\/](?!Act|ParameterTable|Review|Select|TextField|SeriesChart))/;

export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that the files can be served from any path, IPFS gateways included.
  base: "./",
  // The SDK may stand beside a viem and hashes of its own: one copy is enough.
  resolve: { dedupe: ["viem", "@noble/hashes"] },
  plugins: [react(), tailwindcss(), painted(originsOf(SERVICES))],
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 400,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler|wouter|regexparam)[\\/]/, priority: 2 },
            // What the trade page needs of the frame anyway, with what that imports: many small pieces would be larger.
            { name: "base", test: BASE, priority: 1 },
          ],
        },
      },
    },
  },
  server: { host: "127.0.0.1", port: 9400 },
});
