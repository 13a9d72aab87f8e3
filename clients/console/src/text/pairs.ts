/** Names with values as people type them: one pair on each line, parted by a sign. */

/** Return the pairs; undefined if a line has no sign, no name, or a name that is there before. */
export function pairsOf(text: string, sign: string): Record<string, string> | undefined {
  const found = new Map<string, string>();
  for (const line of text.split("\n").filter((each) => each.trim())) {
    const at = line.indexOf(sign);
    const name = line.slice(0, at).trim();
    if (at < 1 || !name || found.has(name)) return undefined;
    found.set(name, line.slice(at + sign.length).trim());
  }
  return Object.fromEntries(found);
}

/** Return pairs as one types them, in the order of their names. */
export function written(pairs: Readonly<Record<string, string>>, sign: string): string {
  return Object.keys(pairs)
    .sort()
    .map((name) => `${name}${sign}${pairs[name]}`)
    .join("\n");
}
