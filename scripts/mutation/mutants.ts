// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";
import { type Node, type Source, functionOf, isNode, lineOf, range, walk } from "../assurance/solc.js";

/** The code between two offsets of a file replaced by another. */
export interface Edit {
  path: string;
  start: number;
  end: number;
  text: string;
}

/** An edit under a switch: in the node of `host`, which is an expression, or a statement with its semicolon. */
export interface Switch extends Edit {
  host: { start: number; end: number; kind: "expression" | "statement"; cast?: string };
}

/** A name that a file has to import for its mutants. */
export interface Import {
  path: string;
  from: string;
  name: string;
  alias: string;
}

export interface Mutant {
  /**
   * Stable while the function's text around it is: a hash of the file, the function, what is changed, and which one of
   * equals it is.
   */
  id: string;
  operator: string;
  path: string;
  where: string;
  line: number;
  /** The line before and after, for a reader. */
  before: string;
  after: string;
  /** All switched together: more than one for a constant, which is replaced wherever it is read. */
  switches: Switch[];
  /** A mutated constant stands beside the original one. */
  constants: Edit[];
  imports: Import[];
}

export interface Enumeration {
  mutants: Mutant[];
  /** Mutants that the switch cannot express, so that they are never run. */
  unswitchable: { path: string; line: number; where: string; change: string }[];
  /** Lines of inline assembly, which is not mutated. */
  assemblyLines: number;
}

const ARITHMETIC: Record<string, string[]> = {
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "<<": [">>"],
  ">>": ["<<"],
  "&": ["|"],
  "|": ["&"],
};
const COMPARISON: Record<string, string[]> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "==": ["!="],
  "!=": ["=="],
};
const ASSIGNMENT: Record<string, string> = { "+=": "-=", "-=": "+=", "|=": "&=", "&=": "|=", "*=": "/=", "/=": "*=" };

/** f(-a, ...) = -f'(a, ...), where f' rounds the other way. */
const ODD = new Set(
  "mulDivDown mulDivUp wideMulDivDown valueDown valueUp sizeUp sizeDown shareUp shareDown priceShareDown proportionDown".split(
    " ",
  ),
);
const MIN_MAX: Record<string, string> = {
  minMoney: "maxMoney",
  maxMoney: "minMoney",
  minSize: "maxSize",
  maxSize: "minSize",
};
/** Members of one type that are easily confused. */
const TWINS = twins(
  "long short|longs shorts|chargeLong chargeShort|estateLong estateShort|anchor recordedMark|atAnchor atRecordedMark|initial maintenance|" +
    "initialMargin maintenanceMargin|makerFee takerFee|discountFloor discountCap|callGrace callLapse|softCap hardCap|toClose winners|" +
    "before leg|prev next|equity cash|until lockedAt|deficit reserve|vaultBudget vaultSpent|from to|Floor Ceil|min max",
);
const DROPPED = new Set(["abs", "positive", "long"]);

/** Every mutant of the sources under the given paths. */
export function enumerate(all: Source[], targets: string[]): Enumeration {
  const result: Enumeration = { mutants: [], unswitchable: [], assemblyLines: 0 };
  const seen = new Map<string, number>();
  const constants = new Constants(all);

  for (const source of all.filter(({ path }) => targets.some((target) => path === target || path.startsWith(target)))) {
    const text = (start: number, end: number) => source.bytes.subarray(start, end).toString("utf8");
    const add = (
      operator: string,
      node: Node,
      parents: Node[],
      edit: Omit<Edit, "path">,
      imports: Import[] = [],
      wholeStatement = false,
    ) => {
      const where = functionOf(parents) ?? "";
      const original = text(edit.start, edit.end);
      const change = `${original} -> ${edit.text || "(nothing)"}`;
      const host = wholeStatement ? statementHost(source, node) : hostOf(source, node, parents);
      if (!host) {
        result.unswitchable.push({ path: source.path, line: lineOf(source.bytes, edit.start), where, change });
        return;
      }
      const key = `${source.path} ${where} ${operator} ${change}`;
      const nth = (seen.get(key) ?? 0) + 1;
      seen.set(key, nth);
      result.mutants.push({
        id: hash(`${key} ${nth}`),
        operator,
        where,
        path: source.path,
        ...shown(source, edit),
        switches: [{ path: source.path, ...edit, host }],
        constants: [],
        imports,
      });
    };

    walk(source.tree, (node, parents) => {
      const inFunction = parents.some((parent) => parent.nodeType === "FunctionDefinition" && parent["body"] != null);
      const inAssembly = parents.some(({ nodeType }) => nodeType === "InlineAssembly");
      if (node.nodeType === "InlineAssembly") result.assemblyLines += text(...range(node)).split("\n").length;
      if (inFunction && !inAssembly) {
        for (const found of mutationsOf(node, parents, source, text)) {
          add(found.operator, node, parents, found.edit, found.imports, found.statement);
        }
      }
      if (node.nodeType === "VariableDeclaration" && node["constant"] === true && isNode(node["value"])) {
        for (const [start, end, replacement] of literalsOf(node["value"], text)) {
          const where = parents.findLast(({ nodeType }) => nodeType === "ContractDefinition")?.["name"] as
            string | undefined;
          const change = `${text(start, end)} -> ${replacement}`;
          const edit = { path: source.path, start, end, text: replacement };
          const place = { path: source.path, line: lineOf(source.bytes, start), where: where ?? "", change };
          const id = hash(`${source.path} ${node["name"] as string} constant ${change}`);
          const variants = constants.vary(node, edit, id);
          if (!variants || variants.switches.length === 0) result.unswitchable.push(place);
          else result.mutants.push({ id, operator: "constant", ...place, ...shown(source, edit), ...variants });
        }
      }
    });
  }
  return result;
}

interface Found {
  operator: string;
  edit: Omit<Edit, "path">;
  imports?: Import[];
  statement?: boolean;
}

function mutationsOf(
  node: Node,
  parents: Node[],
  source: Source,
  text: (start: number, end: number) => string,
): Found[] {
  const [start, end] = range(node);
  const parent = parents.at(-1)!;
  const of = (name: string) => text(...range(node[name] as Node));
  const replaced = (operator: string, ...texts: string[]): Found[] =>
    texts.map((replacement) => ({ operator, edit: { start, end, text: `(${replacement})` } }));
  // The step of a for loop: without it the loop never ends, which says nothing.
  if (parents.some((up, i) => up.nodeType === "ForStatement" && up["loopExpression"] === (parents[i + 1] ?? node))) {
    return [];
  }

  switch (node.nodeType) {
    case "BinaryOperation": {
      const [left, right, operator] = [of("leftExpression"), of("rightExpression"), (node["operator"] ?? "") as string];
      if (operator === "&&" || operator === "||") {
        return replaced("logic", `${left} ${operator === "&&" ? "||" : "&&"} ${right}`, left, right);
      }
      const [kind, others] = COMPARISON[operator]
        ? ["comparison", COMPARISON[operator]]
        : ["arithmetic", ARITHMETIC[operator] ?? []];
      return replaced(kind, ...others.map((other) => `${left} ${other} ${right}`));
    }
    case "UnaryOperation": {
      const operator = node["operator"] as string;
      if (["-", "!", "~"].includes(operator)) return replaced("unary", of("subExpression"));
      if (operator === "++" || operator === "--") {
        const other = operator === "++" ? "--" : "++";
        const changed = node["prefix"] ? `${other}${of("subExpression")}` : `${of("subExpression")}${other}`;
        return [{ operator: "unary", edit: { start, end, text: changed } }];
      }
      return [];
    }
    case "Assignment": {
      const other = ASSIGNMENT[node["operator"] as string];
      if (!other) return [];
      const changed = `${of("leftHandSide")} ${other} ${of("rightHandSide")}`;
      return [{ operator: "assignment", edit: { start, end, text: changed } }];
    }
    case "Literal":
      if (node["kind"] === "bool") return replaced("constant", node["value"] === "true" ? "false" : "true");
      return literalsOf(node, text).map(([from, to, replacement]) => ({
        operator: "constant",
        edit: { start: from, end: to, text: replacement },
      }));
    case "IfStatement":
    case "Conditional":
    case "WhileStatement": {
      const condition = node["condition"] as Node;
      const [from, to] = range(condition);
      const values = node.nodeType === "WhileStatement" ? ["false"] : ["false", "true"];
      return values.map((value) => ({ operator: "condition", edit: { start: from, end: to, text: value } }));
    }
    case "FunctionCall":
      return callsOf(node, source, text);
    case "MemberAccess": {
      const name = node["memberName"] as string;
      const type = typeOf(node);
      const inner = node["expression"] as Node;
      const isMath = inner.nodeType === "Identifier" && inner["name"] === "Math";
      const isRounding = inner.nodeType === "MemberAccess" && inner["memberName"] === "Rounding";
      const isStep = ["prev", "next"].includes(name) && type.includes("pure returns (NodeId)");
      const swappable =
        name === "min" || name === "max"
          ? isMath
          : name === "Floor" || name === "Ceil"
            ? isRounding
            : isStep || (!type.startsWith("function") && !["prev", "next"].includes(name));
      const other = TWINS[name];
      if (!other || !swappable) return [];
      return [{ operator: "twin", edit: { start, end, text: `${text(...range(inner))}.${other}` } }];
    }
    case "ExpressionStatement":
    case "EmitStatement":
    case "Continue":
    case "Break": {
      if (parent.nodeType === "ForStatement" && parent["body"] !== node) return [];
      const stop = text(end, end + 1) === ";" ? end + 1 : end;
      return [{ operator: "statement", edit: { start, end: stop, text: "" }, statement: true }];
    }
    default:
      return [];
  }
}

function callsOf(node: Node, source: Source, text: (start: number, end: number) => string): Found[] {
  const [start, end] = range(node);
  const callee = node["expression"] as Node;
  const args = (node["arguments"] as Node[]).map((argument) => text(...range(argument)));
  const found = (operator: string, replacement: string, imports: Import[] = []): Found[] => [
    { operator, edit: { start, end, text: `(${replacement})` }, imports },
  ];
  if (callee.nodeType === "Identifier") {
    const name = callee["name"] as string;
    if (ODD.has(name)) return found("rounding", `-${name}(${[`-(${args[0]})`, ...args.slice(1)].join(", ")})`);
    if (name === "notionalUp") {
      const from = "contracts/types/Arithmetic.sol";
      const imports = [{ path: source.path, from, name: "valueDown", alias: "valueDown__" }];
      return found("rounding", `valueDown__((${args[0]}).abs(), ${args[1]})`, imports);
    }
    const other = MIN_MAX[name];
    if (other) {
      const from = `contracts/types/${name.slice(3)}.sol`;
      const imports = from === source.path ? [] : [{ path: source.path, from, name: other, alias: `${other}__` }];
      return found("min-max", `${imports.length > 0 ? `${other}__` : other}(${args.join(", ")})`, imports);
    }
  }
  if (callee.nodeType === "MemberAccess") {
    const receiver = text(...range(callee["expression"] as Node));
    const name = callee["memberName"] as string;
    if (DROPPED.has(name) && args.length === 0) return found("dropped call", receiver);
    if (receiver === "Math" && name === "mulDiv" && args.length === 3) {
      return found("rounding", `Math.mulDiv(${args.join(", ")}, Math.Rounding.Ceil)`);
    }
    if (receiver === "Math" && name === "ceilDiv") return found("rounding", `(${args[0]}) / (${args[1]})`);
    if (name === "grossUp" || name === "grossDown") {
      const other = name === "grossUp" ? "grossDown" : "grossUp";
      return found("rounding", `${receiver}.${other}(${args.join(", ")})`);
    }
  }
  return [];
}

/** Number literals below a node, each one more and one less. */
function literalsOf(node: Node, text: (start: number, end: number) => string): [number, number, string][] {
  const found: [number, number, string][] = [];
  walk(node, (literal) => {
    if (literal.nodeType !== "Literal" || literal["kind"] !== "number") return;
    const [start, end] = range(literal);
    const original = text(start, end);
    found.push([start, end, `(${original} + 1)`]);
    if (!/^0(x0*)?$/.test(original)) found.push([start, end, `(${original} - 1)`]);
  });
  return found;
}

/** The smallest expression or statement around (and with) a node that can be chosen at run time. */
function hostOf(source: Source, node: Node, parents: Node[]): Switch["host"] | undefined {
  const chain = [...parents, node];
  // The condition itself is the host of a condition's mutant.
  if (["IfStatement", "Conditional", "WhileStatement"].includes(node.nodeType)) {
    const [start, end] = range(node["condition"] as Node);
    return { start, end, kind: "expression" };
  }
  for (let i = chain.length - 1; i >= 0; --i) {
    const at = chain[i]!;
    const parent = chain[i - 1];
    const [start, end] = range(at);
    if (isSwitchable(at, parent)) return { start, end, kind: "expression" };
    if (parent?.nodeType === "VariableDeclarationStatement" && parent["initialValue"] === at) {
      const declarations = parent["declarations"] as (Node | null)[];
      const type = declarations[0]?.["typeName"] as Node | undefined;
      if (declarations.length === 1 && type?.nodeType === "ElementaryTypeName") {
        return { start, end, kind: "expression", cast: type["name"] as string };
      }
      return undefined;
    }
    if (["ExpressionStatement", "EmitStatement", "RevertStatement", "Return"].includes(at.nodeType)) {
      return parent?.nodeType === "ForStatement" && parent["body"] !== at ? undefined : statementHost(source, at);
    }
    if (at.nodeType === "Block" || at.nodeType === "FunctionDefinition") return undefined;
  }
  return undefined;
}

function statementHost(source: Source, node: Node): Switch["host"] | undefined {
  const [start, end] = range(node);
  const semicolon = source.bytes.indexOf(";", end);
  const between = source.bytes.subarray(end, semicolon).toString("utf8");
  return /^\s*$/.test(between) ? { start, end: semicolon + 1, kind: "statement" } : undefined;
}

/** May stand in one branch of `c ? x : y` with another of its kind, without a change of type or place. */
function isSwitchable(node: Node, parent: Node | undefined): boolean {
  const type = typeOf(node);
  if (type === "" || node["lValueRequested"] === true || node.nodeType.endsWith("TypeName")) return false;
  if (/^(int_const|rational_const|literal_string|type\(|function |tuple\(|mapping\(|abi$|msg$|block$)/.test(type)) {
    return false;
  }
  if (["FunctionCallOptions", "VariableDeclaration", "IdentifierPath"].includes(node.nodeType)) return false;
  // What is written to has to stay the place itself.
  if (parent?.nodeType === "Assignment" && parent["leftHandSide"] === node) return false;
  return !(parent?.nodeType === "UnaryOperation" && ["++", "--", "delete"].includes(parent["operator"] as string));
}

function typeOf(node: Node): string {
  return (node["typeDescriptions"] as { typeString?: string | null } | undefined)?.typeString ?? "";
}

/** Where constants are read, so that a mutated one can be read instead, those computed from it included. */
class Constants {
  private readonly declared = new Map<number, { source: Source; node: Node }>();
  private readonly read = new Map<number, { source: Source; node: Node; parents: Node[] }[]>();
  private readonly inAssembly = new Set<number>();

  constructor(all: Source[]) {
    for (const source of all) {
      walk(source.tree, (node, parents) => {
        if (node.nodeType === "VariableDeclaration" && node["constant"] === true)
          this.declared.set(node.id, { source, node });
        if (node.nodeType === "InlineAssembly") {
          for (const { declaration } of node["externalReferences"] as { declaration: number }[]) {
            this.inAssembly.add(declaration);
          }
        }
        const id = node["referencedDeclaration"] as number | null | undefined;
        if (id == null || !["Identifier", "MemberAccess"].includes(node.nodeType)) return;
        this.read.set(id, [...(this.read.get(id) ?? []), { source, node, parents }]);
      });
    }
  }

  /** undefined when the constant is read where no switch can stand. */
  vary(constant: Node, edit: Edit, mutant: string): Pick<Mutant, "switches" | "constants" | "imports"> | undefined {
    const varied = new Map<number, Edit[]>([[constant.id, [edit]]]);
    const result: Pick<Mutant, "switches" | "constants" | "imports"> = { switches: [], constants: [], imports: [] };
    for (const [id] of varied) {
      if (this.inAssembly.has(id)) return undefined;
      const declared = this.declared.get(id)!;
      const name = declared.node["name"] as string;
      for (const { source, node, parents } of this.read.get(id) ?? []) {
        const [start, end] = range(node);
        const around = parents.findLast((parent) => this.declared.has(parent.id));
        const reading = {
          path: source.path,
          start,
          end,
          text: `${source.bytes.subarray(start, end).toString()}_${mutant}`,
        };
        const isFree = !(node.nodeType === "MemberAccess") && functionlessContract(declared, this) === undefined;
        if (isFree && source.path !== declared.source.path) {
          const alias = `${name}_${mutant}`;
          result.imports.push({ path: source.path, from: declared.source.path, name: alias, alias });
        }
        if (around) {
          // Computed from it: varies too. A second reading in the same initial value joins the first.
          varied.set(around.id, [...(varied.get(around.id) ?? []), reading]);
          continue;
        }
        const host = hostOf(source, node, parents);
        if (!host) return undefined;
        result.switches.push({ ...reading, host });
      }
    }
    for (const [id, edits] of varied) {
      const { source, node } = this.declared.get(id)!;
      const [start, end] = range(node);
      const text = source.bytes.subarray(start, end).toString();
      const named = applied({ start, text }, edits).replace(
        new RegExp(`\\b${node["name"] as string}\\b(?=\\s*=)`),
        `${node["name"] as string}_${mutant}`,
      );
      result.constants.push({ path: source.path, start, end: start, text: `${named}; ` });
    }
    return result;
  }

  contractOf(id: number): Node | undefined {
    const { source, node } = this.declared.get(id)!;
    let contract: Node | undefined;
    walk(source.tree, (at, parents) => {
      if (at === node) contract = parents.findLast(({ nodeType }) => nodeType === "ContractDefinition");
    });
    return contract;
  }
}

function functionlessContract(declared: { node: Node }, constants: Constants): Node | undefined {
  return constants.contractOf(declared.node.id);
}

/** A text that begins at an offset, with edits at offsets applied. */
export function applied(piece: { start: number; text: string }, edits: Omit<Edit, "path">[]): string {
  let bytes = Buffer.from(piece.text);
  for (const { start, end, text } of [...edits].sort((a, b) => b.start - a.start)) {
    bytes = Buffer.concat([
      bytes.subarray(0, start - piece.start),
      Buffer.from(text),
      bytes.subarray(end - piece.start),
    ]);
  }
  return bytes.toString("utf8");
}

function shown(source: Source, edit: Omit<Edit, "path">): { line: number; before: string; after: string } {
  const from = source.bytes.lastIndexOf(10, edit.start - 1) + 1;
  const newline = source.bytes.indexOf(10, edit.end);
  const to = newline < 0 ? source.bytes.length : newline;
  const line = source.bytes.subarray(from, to).toString("utf8");
  const squeezed = (code: string) => code.replace(/\s+/g, " ").trim();
  return {
    line: lineOf(source.bytes, edit.start),
    before: squeezed(line),
    after: squeezed(applied({ start: from, text: line }, [edit])),
  };
}

function twins(list: string): Record<string, string> {
  const pairs = list.split("|").map((pair) => pair.split(" ") as [string, string]);
  return Object.fromEntries(pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
