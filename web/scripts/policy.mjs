// SPDX-License-Identifier: MIT
// The content security policy, in one place: the page has it as a meta tag, and whoever serves the page may send it as
// a header (docs/web.md). Nothing is loaded from another host but answers of the services that are named.
import { createHash } from "node:crypto";

/**
 * @param {readonly string[]} origins Where the services are, beside the page's own host.
 * @param {{ scripts?: readonly string[], styles?: readonly string[] }} inline Texts that stand in the page itself.
 */
export function policy(origins = [], { scripts = [], styles = [] } = {}) {
  return [
    "default-src 'none'",
    ["script-src 'self'", ...scripts.map(hashOf)].join(" "),
    ["style-src 'self'", ...styles.map(hashOf)].join(" "),
    // Wallets announce their icon as a data URI (EIP-6963).
    "img-src 'self' data:",
    "font-src 'self'",
    connect(origins),
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** What a meta tag cannot say. */
export const HEADER_ONLY = "frame-ancestors 'none'";

const META = /(http-equiv="Content-Security-Policy" content=")([^"]*)/;

/** A built page for services elsewhere than its build was told; with its policy. */
export function served(html, origins) {
  const [, , built] = META.exec(html);
  const csp = built.replace(/connect-src [^;]*/, connect(origins));
  return { csp, html: html.replace(META, `$1${csp}`) };
}

/** The origins of addresses, of WebSockets too: `http://host` also as `ws://host`. */
export function originsOf(urls) {
  const origins = urls.filter(Boolean).flatMap((url) => {
    const { protocol, host } = new URL(url);
    const web = protocol.replace("ws", "http");
    return [`${web}//${host}`, `${web.replace("http", "ws")}//${host}`];
  });
  return [...new Set(origins)];
}

const connect = (origins) => ["connect-src 'self'", ...origins].join(" ");
const hashOf = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
