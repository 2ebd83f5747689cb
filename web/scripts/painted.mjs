// SPDX-License-Identifier: MIT
import { basename, join } from "node:path";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { runnerImport } from "vite";
import { policy } from "./policy.mjs";

const SHELL = join(import.meta.dirname, "../src/app/Shell.tsx");
const STYLE = /\s*<link rel="stylesheet"[^>]* href="\.\/([^"]+)">/;
const SCRIPTS = /<script>([^]*?)<\/script>/g;

/**
 * The page is painted by its first answer: its shell and its styles stand in index.html, and the content security
 * policy names the hashes of what stands there. The dev server has no policy, which its reloading would break.
 *
 * @param {readonly string[]} origins Where the services are, beside the page's own host.
 * @returns {import("vite").Plugin}
 */
export function painted(origins) {
  let dev = false;
  return {
    name: "painted",
    enforce: "post",
    configResolved: ({ command }) => void (dev = command === "serve"),
    async transformIndexHtml(html) {
      const { module } = await runnerImport(SHELL);
      const shown = html.replace("%SHELL%", () => renderToStaticMarkup(createElement(module.Shell)));
      return dev ? shown.replace(/.*Content-Security-Policy.*\n/, "") : shown;
    },
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const page = bundle["index.html"];
        if (page?.type !== "asset") throw new Error("there is no index.html to paint");
        const html = String(page.source);
        const file = STYLE.exec(html)?.[1];
        const sheet = file === undefined ? undefined : bundle[file];
        if (file === undefined || sheet?.type !== "asset") throw new Error("index.html has no style sheet of its own");
        const style = String(sheet.source).trim();
        if (style.includes("url(")) throw new Error("a style has an address, which would be relative to another file");
        delete bundle[file];
        const scripts = [...html.matchAll(SCRIPTS)].map(([, text]) => text ?? "");
        page.source = html
          .replace(STYLE, () => `\n    <style>${style}</style>`)
          .replace("%CSP%", policy(origins, { scripts, styles: [style] }));
        forget(bundle, basename(file));
      },
    },
  };
}

/** Pieces that import the first one would wait for its style sheet: they name the first piece in its place. */
function forget(bundle, sheet) {
  const pieces = Object.values(bundle).filter((each) => each.type === "chunk");
  const first = basename(pieces.find((each) => each.isEntry).fileName);
  for (const piece of pieces) piece.code = piece.code.replaceAll(`"./${sheet}"`, `"./${first}"`);
  const left = pieces.find((each) => each.code.includes(sheet));
  if (left) throw new Error(`${left.fileName} still names ${sheet}`);
}
