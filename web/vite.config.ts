// SPDX-License-Identifier: MIT
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { originsOf, policy } from "./scripts/policy.mjs";

/** Hosts of the services, when they are not the page's own: addresses, separated by spaces. */
const SERVICES = (process.env["NOVATION_WEB_SERVICES"] ?? "").split(" ").filter(Boolean);

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
          groups: [{ name: "react", test: /node_modules[\\/](react|react-dom|scheduler|react-router)[\\/]/ }],
        },
      },
    },
  },
  server: { host: "127.0.0.1", port: 9400 },
});
