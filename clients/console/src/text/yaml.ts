/** YAML that `bellrope apply` reads, with every text in quotes, whatever is in it. */

export type Tree = string | number | boolean | readonly Tree[] | { readonly [key: string]: Tree };

/** What YAML takes for a break or does not allow as it is, and JSON leaves alone. */
const SPECIAL = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

/** Return an object as the lines of a document. */
export function yaml(tree: Readonly<Record<string, Tree>>, depth = 0): string {
  const lines = Object.entries(tree).map(
    ([key, value]) => `${"  ".repeat(depth)}${name(key)}:${after(value, depth)}`,
  );
  return lines.join("");
}

function after(value: Tree, depth: number): string {
  if (typeof value === "object" && !Array.isArray(value) && Object.keys(value).length)
    return `\n${yaml(value as Record<string, Tree>, depth + 1)}`;
  return ` ${inline(value)}\n`;
}

function inline(value: Tree): string {
  return JSON.stringify(value).replace(SPECIAL, escaped);
}

function name(key: string): string {
  return /^[a-z][A-Za-z]{2,}$/.test(key) && !/^(null|true|false|yes|off)$/.test(key) ? key : inline(key);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
