// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";

interface Part {
  says: string;
  run: string[][];
  options?: string[];
  service?: string;
}
// Plain JavaScript, as it runs before anything is installed.
const { COMMANDS } = (await import(new URL("../../scripts/commands.mjs", import.meta.url).href)) as {
  COMMANDS: Record<string, Record<string, Part>>;
};
const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/run.mjs", ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
};

describe("the commands", () => {
  it("of package.json are those of the runner, each with a line that says what it does", () => {
    expect(Object.keys(scripts)).to.deep.equal(Object.keys(COMMANDS));
    for (const [name, text] of Object.entries(scripts)) {
      expect(text).to.match(new RegExp(`^node scripts/run\\.mjs "${name}: [a-z].+"$`));
      for (const part of Object.keys(COMMANDS[name]!).filter((each) => each !== "" && name !== "lint")) {
        if (!["build", "test"].includes(name)) expect(text, `the list says the parts of ${name}`).to.include(part);
      }
    }
  });

  it("run files that exist", () => {
    const files = Object.values(COMMANDS)
      .flatMap((parts) => Object.values(parts).flatMap((part) => part.run.flat()))
      .filter((word) => /^\w[\w/.-]+\.(ts|mjs)$/.test(word));
    expect(files.length).to.be.greaterThan(15);
    expect(files.filter((file) => !existsSync(file))).to.deep.equal([]);
  });

  it("refuse a part that they do not have, by name", () => {
    for (const [name, parts] of Object.entries(COMMANDS)) {
      if (Object.keys(parts).length === 1 || name === "test") continue;
      const { status, stderr } = run(`${name}: text`, "nonsense");
      expect(status, name).to.equal(2);
      expect(stderr).to.include(`${name} has no part "nonsense"`);
      for (const part of Object.keys(parts)) expect(stderr).to.include(`npm run ${name} -- ${part}`.trim());
    }
  });

  it("refuse an option that they do not have, by name", () => {
    for (const [name, parts] of Object.entries(COMMANDS)) {
      for (const [part, { options }] of Object.entries(parts)) {
        if (options === undefined) continue;
        const { status, stderr } = run(name, ...(part ? [part] : []), "--nonsense");
        expect(status, `${name} ${part}`).to.equal(2);
        expect(stderr).to.include('no option "--nonsense"');
      }
    }
    expect(run("nonsense")).to.include({ status: 2 });
  });

  it("say what they do when asked for help", () => {
    const { status, stdout } = run("assure: text", "layout", "--help");
    expect(status).to.equal(0);
    for (const [part, { says }] of Object.entries(COMMANDS["assure"]!)) {
      expect(stdout).to.include(part);
      expect(stdout).to.include(says);
    }
  });

  it("that sources name exist", () => {
    const sources = globSync("{contracts,deploy,sdk,keeper,sim,bench,scripts,tools,test}/**/*.{ts,mjs,sol}").filter(
      (path) => !/\/dist\//.test(path),
    );
    expect(sources.length).to.be.greaterThan(300);
    const wrong = sources.flatMap((path) =>
      [
        ...readFileSync(path, "utf8").matchAll(
          /npm run (?:--silent |-s )?([a-z]\w*(?::\w+)?)(?: -- ([a-z]+)\b(?!\/))?/g,
        ),
      ]
        .filter(
          ([, name, part]) =>
            !COMMANDS[name!] || (part && Object.keys(COMMANDS[name!]!).length > 1 && !COMMANDS[name!]![part]),
        )
        .map(([text]) => `${path}: ${text}`),
    );
    expect(wrong).to.deep.equal([]);
  });
});

describe("programs: our tools", () => {
  it("refuse an option that they do not have, by name", function () {
    const tools = new Map<string, string[]>();
    for (const parts of Object.values(COMMANDS)) {
      for (const part of Object.values(parts)) {
        const file = part.run.at(-1)?.at(-1) ?? "";
        // A service's own dependencies may not be installed: its tests do it for its tools.
        if (
          part.service === undefined &&
          part.options === undefined &&
          file.endsWith(".ts") &&
          !file.endsWith(".test.ts")
        )
          tools.set(file, part.run.at(-1)!);
      }
    }
    expect(tools.size).to.be.greaterThan(10);
    this.timeout(30_000 * tools.size);
    for (const [file, [program, ...args]] of tools) {
      const { status, stderr } = spawnSync(program!, [...args, "--nonsense"], { encoding: "utf8" });
      expect(status, `${file}: ${stderr}`).to.equal(2);
      expect(stderr, file).to.include("--nonsense");
    }
  });
});
