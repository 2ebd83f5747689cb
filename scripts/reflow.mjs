// SPDX-License-Identifier: MIT
// npm run format -- prose: wraps comments that are wider than 120 columns, and sets pages one sentence a line, each
// wrapped at 120. Tables, code, columns and headings stay as they are. What it cannot wrap, `npm run lint -- words`
// names. With file names: only these.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { sources } from "./prose.mjs";

const MAX = 120;

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const named = process.argv.slice(2);
  for (const { file, text } of named.length > 0
    ? named.map((each) => ({ file: each, text: readFileSync(each, "utf8") }))
    : sources()) {
    const done = reflow(file, text);
    if (done !== text) writeFileSync(file, done);
  }
}

/** The text of a file, wrapped. */
export function reflow(file, text) {
  return file.endsWith(".md") ? page(text) : code(text);
}

function code(text) {
  const out = [];
  let paragraph = []; // lines of one comment's paragraph
  let shape; // what stands before its words
  const flush = () => {
    if (paragraph.some((line) => widthOf(line) > MAX)) {
      const words = paragraph.map((line, index) => line.slice((index === 0 ? shape.first : shape.next).length).trim());
      out.push(...fill(words.join(" "), shape.first, shape.next));
    } else out.push(...paragraph);
    paragraph = [];
  };
  for (const line of opened(text).split("\n")) {
    const [, before, words] = /^(\s*(?:\/\/\/?|\*)(?: |$))(.*)$/.exec(line) ?? [];
    if (before === undefined || words.trim() === "" || isShaped(words)) {
      flush();
      out.push(line);
      continue;
    }
    const item = /^(?:[-*] |\d+[.)] )/.exec(words)?.[0] ?? "";
    const starts = item !== "" || /^@\w+/.test(words) || paragraph.length === 0 || !line.startsWith(shape.next);
    // A line deeper than the rest of its paragraph is a list or a formula of its own.
    if (starts || /^ {2,}\S/.test(words.slice(shape.hang))) {
      flush();
      const indent = item === "" ? /^ */.exec(words)[0] : " ".repeat(item.length);
      shape = { first: before + (item || indent), next: before + indent, hang: indent.length };
    }
    paragraph.push(line);
  }
  flush();
  return out.join("\n");
}

/** Comments of one line that are too wide, opened into a block. */
function opened(text) {
  return text.replace(/^( *)\/\*\* (.*) \*\/$/gm, (line, indent, words) =>
    widthOf(line) > MAX ? `${indent}/**\n${indent} * ${words}\n${indent} */` : line,
  );
}

/** Columns, drawings, formulas and directives: their place in the line matters. */
function isShaped(words) {
  return (
    /\S {2,}\S/.test(words) ||
    /^[|+=]/.test(words) ||
    /^(?:SPDX|slither|solhint|forge|prettier|eslint)\b/.test(words.trim())
  );
}

function page(text) {
  const out = [];
  let paragraph = [];
  let inCode = false;
  const flush = () => {
    if (paragraph.length > 0) out.push(...block(paragraph));
    paragraph = [];
  };
  for (const line of text.split("\n")) {
    const fence = /^\s*```/.test(line);
    if (fence) inCode = !inCode;
    const apart =
      fence || inCode || /^\s*(?:$|[|#<]|\[[^\]]+\]:|---)/.test(line) || (paragraph.length === 0 && /^ {4}/.test(line));
    if (apart) {
      flush();
      out.push(line);
      continue;
    }
    if (/^\s*(?:[-*+]|\d+[.)]) /.test(line)) flush();
    paragraph.push(line);
  }
  flush();
  return out.join("\n");
}

/** A paragraph or an item of a list, one sentence a line. */
function block(lines) {
  const first = /^\s*(?:(?:[-*+]|\d+[.)]) +|> )?/.exec(lines[0])[0];
  const next = first.startsWith(">") ? first : " ".repeat(first.length);
  const words = [lines[0].slice(first.length), ...lines.slice(1)]
    .map((line) => line.trim().replace(/^> /, ""))
    .join(" ");
  return sentences(words).flatMap((sentence, index) => fill(sentence, index === 0 ? first : next, next));
}

/** Split behind a full stop, question or exclamation mark that a capital, a number or a mark of formatting follows. */
export function sentences(words) {
  const parts = words.split(/(?<=[.!?]["')\]*_]*) +(?=["'([*_`]*[\p{Lu}\d`[])/u);
  const whole = [];
  for (const part of parts) {
    const last = whole.at(-1);
    // Not the end of a sentence: an abbreviation, or a stop within code.
    const goesOn = last !== undefined && (/(?:\be\.g|\bi\.e|\bNo|\bvs|\bcf|\bapprox)\.$/.test(last) || odd(last));
    if (goesOn) whole[whole.length - 1] = `${last} ${part}`;
    else whole.push(part);
  }
  return whole;
}

/** Does code between backticks begin and not end? */
function odd(text) {
  return (text.match(/`/g) ?? []).length % 2 === 1;
}

/**
 * Words in lines of at most 120 columns. Code between backticks stays in one line, and no line begins as a list would.
 */
function fill(words, first, next) {
  const pieces = [];
  for (const word of words.split(/ +/)) {
    const last = pieces.at(-1);
    const joined =
      last !== undefined && (odd(last) || (/^(?:[-+*#>|=]|\d+[.)])/.test(word) && !/^(?:\*\*|-?\d+[.,]\d)/.test(word)));
    if (joined) pieces[pieces.length - 1] = `${last} ${word}`;
    else pieces.push(word);
  }
  const lines = [];
  let line = first;
  let empty = true;
  for (const piece of pieces) {
    if (!empty && widthOf(line) + 1 + widthOf(piece) > MAX) {
      lines.push(line);
      [line, empty] = [next, true];
    }
    line += empty ? piece : ` ${piece}`;
    empty = false;
  }
  return [...lines, line];
}

function widthOf(line) {
  return [...line].length;
}
