/** Reads JSON text without losing digits of integers. */

import { utf8 } from "./raw-json.js";

const TOKENS = /"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g;
const LONG_INTEGER = /^-?\d{16,}$/;

/**
 * Return the value of JSON text: what `JSON.parse` returns, but a `bigint` for an integer that a number cannot
 * hold exactly, such as 18446744073709551616. Empty text is `null`. Throws SyntaxError.
 */
export function decode(json: Uint8Array | string): unknown {
  const text = typeof json === "string" ? json : utf8(json);
  if (text === "") {
    return null;
  }
  const value: unknown = JSON.parse(text);
  return /\d{16}/.test(text) ? withBigInts(text) : value;
}

/** Read valid JSON text again, with each long integer marked as a string that nobody else can have written. */
function withBigInts(text: string): unknown {
  const mark = crypto.getRandomValues(new Uint32Array(4)).join("-");
  const marked = text.replace(TOKENS, (token) => (isInexact(token) ? `"${mark}${token}"` : token));
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  );
}

function isInexact(token: string): boolean {
  return LONG_INTEGER.test(token) && !Number.isSafeInteger(Number(token));
}
