/** Finds the members of a JSON object without changing their text. */

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\]+|\\.)*"/y;
const SCALAR = /[^,\]}\s]+/y;
const INSIDE = /"(?:[^"\\]+|\\.)*"|[[{]|[\]}]/g;

/**
 * Return the members of an object, each as it is written: `{"a": [1.0]}` gives `a` as `[1.0]`.
 *
 * Throws SyntaxError if the text is not a JSON object, or has a key twice.
 */
export function members(text: string): Map<string, string> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SyntaxError("not a JSON object");
  }
  const found = new Map<string, string>();
  let at = after(SPACE, text, text.indexOf("{") + 1);
  while (text[at] !== "}") {
    const colon = after(STRING, text, at);
    const key: string = JSON.parse(text.slice(at, colon));
    const start = after(SPACE, text, after(SPACE, text, colon) + 1);
    const end = endOfValue(text, start);
    if (found.has(key)) {
      throw new SyntaxError(`\`${key}\` comes twice`);
    }
    found.set(key, text.slice(start, end));
    at = after(SPACE, text, end);
    at = text[at] === "," ? after(SPACE, text, at + 1) : at;
  }
  return found;
}

/** Return where a value ends that begins at a place in valid JSON. */
function endOfValue(text: string, start: number): number {
  switch (text[start]) {
    case '"':
      return after(STRING, text, start);
    case "{":
    case "[":
      return endOfBrackets(text, start);
    default:
      return after(SCALAR, text, start);
  }
}

function endOfBrackets(text: string, start: number): number {
  let depth = 0;
  INSIDE.lastIndex = start;
  do {
    const [token = ""] = INSIDE.exec(text) ?? [];
    depth += /^[[{]/.test(token) ? 1 : /^[\]}]/.test(token) ? -1 : 0;
  } while (depth > 0);
  return INSIDE.lastIndex;
}

function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(text);
  return pattern.lastIndex;
}
