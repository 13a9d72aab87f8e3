/** Hostile text made harmless: what would reorder or hide other characters is shown by its number. */

/** Bidirectional controls, invisible characters, and controls other than tab and line feed. */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

const LONGEST = 1_000; // characters of a title: a browser shows fewer

export interface Piece {
  text: string;
  /** True if this stands for a character that cannot be seen. */
  unseen: boolean;
}

/** Split a text into what is shown as it is and what is shown by number, such as `U+202E`. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(UNSEEN)) {
    if (match.index > from) found.push({ text: text.slice(from, match.index), unseen: false });
    found.push({ text: numberOf(match[0]), unseen: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push({ text: text.slice(from), unseen: false });
  return found;
}

/** Return the beginning of a text with what cannot be seen by number: for a title, which has no markup. */
export function plain(text: string): string {
  return pieces(text.slice(0, LONGEST))
    .map((piece) => piece.text)
    .join("");
}

function numberOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Return an address if a browser may follow it: `http` or `https`, nothing that runs. */
export function followable(address: string): string | undefined {
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? address : undefined;
}
