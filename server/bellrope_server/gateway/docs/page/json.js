// JSON as text: a number of any size stays as it was written.

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/gs;

export class Raw {
  constructor(text) { this.text = text; }
}

export function pretty(text) {
  let depth = 0;
  const pad = () => `\n${"  ".repeat(depth)}`;
  const tokens = text.match(TOKEN) ?? [];
  return tokens.map((token, i) => {
    if ("[{".includes(token)) return (depth++, "]}".includes(tokens[i + 1]) ? token : token + pad());
    if ("]}".includes(token)) return (depth--, "[{".includes(tokens[i - 1]) ? token : pad() + token);
    return token === "," ? token + pad() : token === ":" ? ": " : token;
  }).join("");
}

// Returns the value of a JSON text: numbers as Raw, objects as Map. Throws SyntaxError.
export function parse(text) {
  JSON.parse(text);
  const tokens = text.match(TOKEN);
  let at = 0;
  const value = () => {
    const token = tokens[at++];
    if (token === "[") return list("]", value);
    if (token === "{") return new Map(list("}", () => [value(), (at++, value())]));
    if (token[0] === '"') return JSON.parse(token);
    return { true: true, false: false, null: null }[token] ?? (token === "null" ? null : new Raw(token));
  };
  const list = (end, item) => {
    const found = [];
    while (tokens[at] !== end) {
      if (tokens[at] === ",") at++;
      else found.push(item());
    }
    at++;
    return found;
  };
  return value();
}
