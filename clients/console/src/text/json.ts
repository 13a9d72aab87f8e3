/** JSON as tokens: no value is read, so each one stays as it was written. */

export type Kind = "key" | "string" | "number" | "word" | "mark";

export interface Token {
  kind: Kind;
  text: string;
  /** Where it begins: an index into the whole text. */
  at: number;
}

/** What is wrong with a text, and where: an index into it. */
export class NotJson extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** What may come next; `nothing` after the whole value. */
type Expected = "value" | "value or ]" | "key" | "key or }" | "colon" | "comma" | "nothing";

const WORDS = ["true", "false", "null"];
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Yield the tokens of a JSON text (RFC 8259), without the space between them; throw NotJson at what is wrong. */
export function* tokens(text: string): Generator<Token> {
  const open: string[] = []; // the brackets around the place
  let expected: Expected = "value";
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const token = read(text, at, expected, open.at(-1));
    expected = after(token, open);
    yield token;
    at = skipSpace(text, at + token.text.length);
  }
  if (open.length) throw new NotJson(`The text ends before its last ${closing(open.at(-1))}.`, at);
  if (expected !== "nothing") throw new NotJson("A value is missing.", at);
}

/** Return the token at a place, if it may be there. `top` is the innermost bracket that is open. */
function read(text: string, at: number, expected: Expected, top: string | undefined): Token {
  const sign = text[at]!;
  const mark: Token = { kind: "mark", text: sign, at };
  if (top && sign === closing(top)) {
    if (expected === "comma" || expected.endsWith(sign)) return mark;
    if (expected === "key" || top === "[") throw new NotJson("A value is missing after the comma.", at);
  }
  switch (expected) {
    case "nothing":
      throw new NotJson("There is something after the value.", at);
    case "comma":
      if (sign === ",") return mark;
      throw new NotJson(`A comma or ${closing(top)} is missing here.`, at);
    case "colon":
      if (sign === ":") return mark;
      throw new NotJson("A colon is missing here.", at);
    case "key":
    case "key or }":
      if (sign === '"') return { kind: "key", text: text.slice(at, endOfString(text, at)), at };
      throw new NotJson('A key in "double quotes" belongs here.', at);
    default:
      return sign === "{" || sign === "[" ? mark : scalar(text, at);
  }
}

/** Return what may come after a token, and note the brackets that it opens or closes. */
function after({ kind, text }: Token, open: string[]): Expected {
  if (kind === "key") return "colon";
  if (kind === "mark") {
    if (text === ":") return "value";
    if (text === ",") return open.at(-1) === "{" ? "key" : "value";
    if (text === "{" || text === "[") {
      open.push(text);
      return text === "{" ? "key or }" : "value or ]";
    }
    open.pop();
  }
  return open.length ? "comma" : "nothing";
}

function closing(bracket: string | undefined): string {
  return bracket === "{" ? "}" : "]";
}

function scalar(text: string, at: number): Token {
  if (text[at] === '"') return { kind: "string", text: text.slice(at, endOfString(text, at)), at };
  const word = WORDS.find((each) => text.startsWith(each, at));
  if (word) return { kind: "word", text: word, at };
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text);
  if (!number) throw new NotJson("This is not a JSON value.", at);
  return { kind: "number", text: number[0], at };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
    at += 1;
  }
}

/** Return where the string that begins at `from` ends. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 34) return at + 1;
    if (Number.isNaN(code)) throw new NotJson("This string has no closing quote.", from);
    if (code < 32) throw new NotJson("A string may not have a line break or control character as it is.", at);
    if (code !== 92) {
      at += 1;
      continue;
    }
    ESCAPE.lastIndex = at;
    const escaped = ESCAPE.exec(text);
    if (!escaped) throw new NotJson("JSON has no such escape.", at);
    at += escaped[0].length;
  }
}

/** A line of indented JSON. */
export interface Line {
  depth: number;
  tokens: Token[];
}

/** Yield a JSON text line by line, as it is usually indented. Empty brackets stay on one line. */
export function* lines(text: string): Generator<Line> {
  let line: Line = { depth: 0, tokens: [] };
  let depth = 0;
  let opened = false; // the last token was an opening bracket
  for (const token of tokens(text)) {
    const closes = token.kind === "mark" && (token.text === "}" || token.text === "]");
    if (closes) depth -= 1;
    if (opened !== closes && (opened || closes)) {
      yield line;
      line = { depth, tokens: [] };
    }
    line.tokens.push(token);
    opened = token.kind === "mark" && (token.text === "{" || token.text === "[");
    if (opened) depth += 1;
    if (token.text === "," && token.kind === "mark") {
      yield line;
      line = { depth, tokens: [] };
    }
  }
  yield line;
}

/** Return the text of a line; a key is followed by a colon and a space. */
export function textOf(line: Line): string {
  const written = line.tokens.map(({ kind, text }) => (kind === "mark" && text === ":" ? ": " : text));
  return "  ".repeat(line.depth) + written.join("");
}

/** Return a JSON text indented by two spaces, each value as it was written; throw NotJson. */
export function indented(text: string): string {
  return [...lines(text)].map(textOf).join("\n");
}
