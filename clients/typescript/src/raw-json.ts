/** JSON text that reaches the webhook byte for byte. */

/**
 * JSON text, as data of an event or anywhere inside it: `new RawJSON('{"price": 1.10}')`.
 *
 * A bare string is a JSON string, never JSON text.
 */
export class RawJSON {
  /** The bytes of the text. */
  readonly raw: Uint8Array;

  /** Take text, or its bytes in UTF-8. Throws SyntaxError if that is not JSON. */
  constructor(text: string | Uint8Array) {
    this.raw = typeof text === "string" ? new TextEncoder().encode(text) : text.slice();
    JSON.parse(this.toString());
  }

  /** Return the text. */
  toString(): string {
    return utf8(this.raw);
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Return the text of bytes in UTF-8. Throws SyntaxError if they are not. */
export function utf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new SyntaxError("not JSON: its bytes are not UTF-8");
  }
}
