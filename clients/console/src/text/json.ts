/** JSON as tokens: no value is read, so each one stays as it was written. */

export type Kind = "key" | "string" | "number" | "word" | "mark";

export interface Token {
  kind: Kind;
  text: string;
}

/** What is wrong with a text, and where: an index into it. */
export class NotJson extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

const WORDS = ["true", "false", "null"];
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Yield the tokens of a JSON text (RFC 8259), without the space between them; throw NotJson at what is wrong. */
export function* tokens(text: string): Generator<Token> {
  const open: string[] = []; // the brackets around the place
  let at = 0;
  let expected: "value" | "key" | "colon" | "end" = "value";
  let mayClose = false; // right after an opening bracket

  for (;;) {
    at = skipSpace(text, at);
    const sign = text[at];
    if (sign === undefined) break;
    const top = open.at(-1);
    if ((sign === "}" && top === "{") || (sign === "]" && top === "[")) {
      if (!mayClose && expected !== "end") throw new NotJson("A value is missing after the comma.", at);
      open.pop();
      expected = "end";
      mayClose = false;
      at += 1;
      yield { kind: "mark", text: sign };
      continue;
    }
    if (expected === "end") {
      if (!open.length) throw new NotJson("There is something after the value.", at);
      if (sign !== ",") throw new NotJson(`A comma or ${top === "{" ? "}" : "]"} is missing here.`, at);
      expected = top === "{" ? "key" : "value";
      at += 1;
      yield { kind: "mark", text: "," };
      continue;
    }
    if (expected === "colon") {
      if (sign !== ":") throw new NotJson("A colon is missing here.", at);
      expected = "value";
      at += 1;
      yield { kind: "mark", text: ":" };
      continue;
    }
    mayClose = false;
    if (expected === "key") {
      if (sign !== '"') throw new NotJson('A key in "double quotes" belongs here.', at);
      const end = endOfString(text, at);
      yield { kind: "key", text: text.slice(at, end) };
      expected = "colon";
      at = end;
      continue;
    }
    if (sign === "{" || sign === "[") {
      open.push(sign);
      expected = sign === "{" ? "key" : "value";
      mayClose = true;
      at += 1;
      yield { kind: "mark", text: sign };
      continue;
    }
    const token = scalar(text, at);
    at += token.text.length;
    expected = "end";
    yield token;
  }
  if (open.length)
    throw new NotJson(`The text ends before its last ${open.at(-1) === "{" ? "}" : "]"}.`, text.length);
  if (expected !== "end") throw new NotJson("A value is missing.", text.length);
}

function scalar(text: string, at: number): Token {
  if (text[at] === '"') return { kind: "string", text: text.slice(at, endOfString(text, at)) };
  const word = WORDS.find((each) => text.startsWith(each, at));
  if (word) return { kind: "word", text: word };
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text);
  if (!number) throw new NotJson("This is not a JSON value.", at);
  return { kind: "number", text: number[0] };
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

const DEEPEST = 64;
const LARGEST = 1024 * 1024; // bytes

/** Return what the server would say against a text as an event's data; undefined if nothing. */
export function objection(text: string): NotJson | undefined {
  try {
    if (!text.isWellFormed()) throw new NotJson("The text has half of a character (a lone surrogate).", 0);
    judge(text);
    const size = new TextEncoder().encode(text).length;
    if (size > LARGEST)
      throw new NotJson("The data has more than 1 MiB. Send a link to it instead.", text.length);
  } catch (error) {
    if (error instanceof NotJson) return error;
    throw error;
  }
  return undefined;
}

function judge(text: string): void {
  const keys: (Set<string> | undefined)[] = [];
  let at = 0; // close enough: every token is found again from the one before
  for (const token of tokens(text)) {
    at = text.indexOf(token.text, at);
    if (token.kind === "mark" && (token.text === "{" || token.text === "[")) {
      keys.push(token.text === "{" ? new Set() : undefined);
      if (keys.length > DEEPEST) throw new NotJson("The data is nested deeper than 64 levels.", at);
    } else if (token.kind === "mark" && (token.text === "}" || token.text === "]")) {
      keys.pop();
    } else if (token.kind === "key" || token.kind === "string") {
      const string: string = JSON.parse(token.text); // one string, to know its characters; it is not kept
      if (!string.isWellFormed())
        throw new NotJson("This string has half of a character (a lone surrogate).", at);
      if (token.kind === "key" && keys.at(-1)!.has(string)) throw new NotJson("This key is there twice.", at);
      if (token.kind === "key") keys.at(-1)!.add(string);
    }
    at += token.text.length;
  }
}

/** Return the line and column, from 1, of an index into a text. */
export function place(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
