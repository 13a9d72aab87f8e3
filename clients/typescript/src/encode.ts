/** Writes values as JSON text, and refuses what JSON cannot hold in place of changing it. */

import { RawJSON } from "./raw-json.js";

/**
 * Return the UTF-8 bytes of a value as JSON text.
 *
 * It writes what `JSON.stringify` writes, also calls `toJSON`, and takes a `bigint` (as all of its digits)
 * and RawJSON (as it is). What `JSON.stringify` would drop or change is refused: `undefined`, functions,
 * symbols, NaN, infinity, lone surrogates, Map, Set, bytes, and what contains itself. Throws TypeError with the
 * place, such as `data.items[2].price`.
 */
export function encode(data: unknown): Uint8Array {
  return data instanceof RawJSON ? data.raw : new TextEncoder().encode(write(data, { key: "" }));
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Where a value is: its key or index, in what is around it. */
interface Place {
  readonly key: string | number;
  readonly parent?: Place;
  readonly around?: object;
}

function write(given: unknown, place: Place): string {
  const value = replaced(given, place.key);
  switch (typeof value) {
    case "string":
      return writeString(value, place);
    case "number":
      return Number.isFinite(value) ? String(value) : refuse(place, `is ${value}`);
    case "boolean":
    case "bigint":
      return String(value);
    case "object":
      return value === null ? "null" : writeObject(value, place);
    default:
      return refuse(place, value === undefined ? "is undefined" : `is a ${typeof value}`);
  }
}

function writeString(text: string, place: Place): string {
  return LONE_SURROGATE.test(text)
    ? refuse(place, "has half of a character, a lone surrogate", "Correct the text.")
    : JSON.stringify(text);
}

/** Return what stands for a value: what `toJSON` returns, or what a boxed primitive holds. */
function replaced(value: unknown, key: string | number): unknown {
  if (typeof value !== "object" || value === null || value instanceof RawJSON) {
    return value;
  }
  const { toJSON } = value as { toJSON?: unknown };
  const found: unknown = typeof toJSON === "function" ? toJSON.call(value, String(key)) : value;
  return found instanceof Number || found instanceof String || found instanceof Boolean
    ? found.valueOf()
    : found;
}

function writeObject(value: object, place: Place): string {
  const raw = value instanceof RawJSON ? value.toString() : rawText(value);
  if (raw !== undefined) {
    return raw;
  }
  if (value instanceof Map || value instanceof Set) {
    return refuse(place, `is a ${value.constructor.name}`, "Use Object.fromEntries() or an array.");
  }
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return refuse(place, "is bytes", "Use RawJSON if they are JSON text, else write them as a string.");
  }
  if (contains(place, value)) {
    return refuse(place, "contains itself");
  }
  const inside = (key: string | number): Place => ({ key, parent: place, around: value });
  if (Array.isArray(value)) {
    // `Array.from` visits holes, too, as undefined.
    return `[${Array.from(value, (item, index) => write(item, inside(index))).join(",")}]`;
  }
  const members = Object.entries(value).map(
    ([key, member]) => `${writeString(key, inside(key))}:${write(member, inside(key))}`,
  );
  return `{${members.join(",")}}`;
}

/** Return the text of what the language's own `JSON.rawJSON` makes, where there is one. */
function rawText(value: object): string | undefined {
  const { isRawJSON } = JSON as { isRawJSON?: (value: object) => boolean };
  return isRawJSON?.(value) ? (value as { rawJSON: string }).rawJSON : undefined;
}

function contains(place: Place, value: object): boolean {
  for (let at: Place | undefined = place; at; at = at.parent) {
    if (at.around === value) {
      return true;
    }
  }
  return false;
}

function path({ key, parent }: Place): string {
  if (!parent) {
    return "data";
  }
  const plain = typeof key === "string" && /^[A-Za-z_$][\w$]*$/.test(key);
  return path(parent) + (plain ? `.${key}` : `[${JSON.stringify(key)}]`);
}

function refuse(place: Place, what: string, instead = "Leave it out, or use null."): never {
  throw new TypeError(`${path(place)} ${what}, which JSON cannot hold. ${instead}`);
}
