// SPDX-License-Identifier: MIT
import { posix } from "node:path";
import type { Source } from "../assurance/solc.js";
import { type Edit, type Mutant, type Switch, applied } from "./mutants.js";

/** Where the instrumented contracts learn which mutant is on. */
export const SELECTOR_PATH = "contracts/Mutant.sol";

/**
 * Mutant k is on while the block's coinbase is address(k). A pure function may not ask that, hence the detour over a
 * function pointer.
 */
export const SELECTOR = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

function _coinbase() view returns (uint256) {
    return uint256(uint160(address(block.coinbase)));
}

function mutant__() pure returns (uint256) {
    function() view returns (uint256) reads = _coinbase;
    function() pure returns (uint256) pretends;
    assembly ("memory-safe") {
        pretends := reads
    }
    return pretends();
}
`;

interface Placed extends Switch {
  number: number;
}

interface Host {
  start: number;
  end: number;
  kind: "expression" | "statement";
  cast?: string;
  switches: Placed[];
}

/** The sources with all `mutants` in them, each under its number (1, 2, ...). Only changed files are returned. */
export function instrument(all: Source[], mutants: { mutant: Mutant; number: number }[]): Map<string, string> {
  const texts = new Map<string, string>([[SELECTOR_PATH, SELECTOR]]);
  for (const source of all) {
    const switches = mutants.flatMap(({ mutant, number }) =>
      mutant.switches.filter(({ path }) => path === source.path).map((change) => ({ ...change, number })),
    );
    const constants = mutants.flatMap(({ mutant }) => mutant.constants.filter(({ path }) => path === source.path));
    const imports = mutants.flatMap(({ mutant }) => mutant.imports.filter(({ path }) => path === source.path));
    if (switches.length + constants.length === 0) continue;

    const lines = new Set(
      imports.map(({ from, name, alias }) => {
        const what = name === alias ? name : `${name} as ${alias}`;
        return `import {${what}} from "${relative(source.path, from)}";`;
      }),
    );
    lines.add(`import {mutant__} from "${relative(source.path, SELECTOR_PATH)}";`);
    const renderer = new Renderer(source, hostsOf(switches), constants);
    const body = renderer.render(0, source.bytes.length);
    // On the line of the pragma, so that line numbers stay.
    texts.set(
      source.path,
      body.replace(/^pragma solidity [^;]*;/m, (pragma) => `${pragma} ${[...lines].join(" ")}`),
    );
  }
  return texts;
}

class Renderer {
  constructor(
    private readonly source: Source,
    private readonly hosts: Host[],
    private readonly insertions: Edit[],
  ) {}

  /** The original code of a range with every host in it made a choice. */
  render(start: number, end: number, within?: Host): string {
    let text = "";
    let at = start;
    const inside = this.hosts.filter((host) => host !== within && host.start >= start && host.end <= end);
    for (const host of inside) {
      if (host.start < at) continue; // inside one that was rendered already
      text += this.plain(at, host.start) + this.choice(host);
      at = host.end;
    }
    return text + this.plain(at, end);
  }

  private choice(host: Host): string {
    const original = this.source.bytes.subarray(host.start, host.end).toString("utf8");
    const inner = this.render(host.start, host.end, host);
    const variants = grouped(host.switches).map(([number, edits]) => ({
      number,
      text: applied({ start: host.start, text: original }, edits),
    }));
    if (host.kind === "statement") {
      const branches = variants.map(({ number, text }) => `if (mutant__() == ${number}) { ${text} } else `);
      return `{ ${branches.join("")}{ ${inner} } }`;
    }
    const cast = (text: string) => (host.cast ? `${host.cast}(${text})` : `(${text})`);
    return `(${variants.map(({ number, text }) => `mutant__() == ${number} ? ${cast(text)} : `).join("")}${cast(inner)})`;
  }

  private plain(start: number, end: number): string {
    const edits = this.insertions.filter((edit) => edit.start >= start && edit.start < end);
    return applied({ start, text: this.source.bytes.subarray(start, end).toString("utf8") }, edits);
  }
}

/** Outer hosts before inner ones, from the beginning of the file. */
function hostsOf(switches: Placed[]): Host[] {
  const hosts = new Map<string, Host>();
  for (const change of switches) {
    const { start, end, kind, cast } = change.host;
    const key = `${start}:${end}:${kind}`;
    const host = hosts.get(key) ?? { start, end, kind, switches: [], ...(cast ? { cast } : {}) };
    host.switches.push(change);
    hosts.set(key, host);
  }
  return [...hosts.values()].sort((a, b) => a.start - b.start || b.end - a.end);
}

function grouped(switches: Placed[]): [number, Placed[]][] {
  const groups = new Map<number, Placed[]>();
  for (const change of switches) groups.set(change.number, [...(groups.get(change.number) ?? []), change]);
  return [...groups];
}

function relative(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}
