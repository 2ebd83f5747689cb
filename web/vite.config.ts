// SPDX-License-Identifier: MIT
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { originsOf, policy } from "./scripts/policy.mjs";

/** Hosts of the services, when they are not the page's own: addresses, separated by spaces. */
const SERVICES = (process.env["NOVATION_WEB_SERVICES"] ?? "").split(" ").filter(Boolean);

/** What stands around every page, and what every page reads the chain with. */
const BASE =
  /web[\\/]src[\\/](chain[\\/](?!usePermit|useClosed)|format[\\/](?!account|notional|parameter)|text[\\/](app|chain|data|ui)\.|data[\\/](ask|useServices|lens|relay)|ui[\\/](?!Act|ParameterTable|Review|Select|TextField|SeriesChart))/;

/** The content security policy; of the dev server a wider one, which its reloading needs. */
function contentPolicy(): Plugin {
  let dev = false;
  return {
    name: "content-policy",
    configResolved: ({ command }) => void (dev = command === "serve"),
    transformIndexHtml: {
      order: "pre",
      handler: (html) => {
        if (dev) return html.replace(/.*Content-Security-Policy.*\n/, "");
        return html.replace("%CSP%", policy(originsOf(SERVICES)));
      },
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that the files can be served from any path, IPFS gateways included.
  base: "./",
  // The SDK may stand beside a viem of its own: one copy is enough.
  resolve: { dedupe: ["viem"] },
  plugins: [react(), tailwindcss(), contentPolicy()],
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
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler|react-router)[\\/]/, priority: 2 },
            // What the trade page needs of the frame anyway, with what that imports: many small pieces would be larger.
            { name: "base", test: BASE, priority: 1 },
          ],
        },
      },
    },
  },
  server: { host: "127.0.0.1", port: 9400 },
});
