/** What the server would say against a text as an event's data, while one types it. */
import { NotJson, type Token, tokens } from "./json";

const DEEPEST = 64; // levels
const LONGEST = 4_300; // characters of a number
const LARGEST = 1024 * 1024; // bytes

/** Return what is wrong with a text as an event's data; undefined if nothing is. */
export function objection(text: string): NotJson | undefined {
  try {
    if (!text.isWellFormed()) throw new NotJson("The text has half of a character (a lone surrogate).", 0);
    judge(text);
    if (new TextEncoder().encode(text).length > LARGEST)
      throw new NotJson("The data has more than 1 MiB. Send a link to it instead.", text.length);
  } catch (error) {
    if (error instanceof NotJson) return error;
    throw error;
  }
  return undefined;
}

/** Throw NotJson for what RFC 8259 allows, but not every reader reads in the same way. */
function judge(text: string): void {
  const keys: Set<string>[] = []; // of the brackets around the place; a list has none
  for (const token of tokens(text)) {
    if (token.kind === "mark") {
      if ("{[".includes(token.text)) keys.push(new Set());
      if ("}]".includes(token.text)) keys.pop();
      if (keys.length > DEEPEST) throw new NotJson("The data is nested deeper than 64 levels.", token.at);
    } else if (token.kind === "number") {
      if (token.text.length > LONGEST)
        throw new NotJson("This number has more than 4,300 characters.", token.at);
    } else if (token.kind !== "word") {
      judgeString(token, keys.at(-1));
    }
  }
}

function judgeString({ kind, text, at }: Token, keys: Set<string> | undefined): void {
  const characters: string = JSON.parse(text); // this one string, to compare it; it is not kept
  if (!characters.isWellFormed())
    throw new NotJson("This string has half of a character (a lone surrogate).", at);
  if (kind !== "key" || !keys) return;
  if (keys.has(characters)) throw new NotJson("This key is there twice.", at);
  keys.add(characters);
}

/** Return the line and column, from 1, of an index into a text. */
export function place(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
