/** The event in a request, in any of the encodings that a trigger can have. */

import { fromBase64 } from "../base64.js";
import { decode } from "../decode.js";
import { utf8 } from "../raw-json.js";
import { lower, type RequestHeaders } from "./headers.js";
import { members } from "./json-members.js";

const STRUCTURED = "application/cloudevents+json";

/** The request has no valid event. Another attempt would send the same request. */
export class NotAnEvent extends Error {
  override readonly name: string = "NotAnEvent";
}

/** An event as a webhook gets it. Every attempt of a delivery has the same value. */
export interface Received {
  /** The event's id, as `queue` returned it to the sender. */
  readonly id: string;
  readonly type: string;
  /** The name of the bellrope installation. */
  readonly source: string;
  /** When the event was accepted. If its sender sent a CloudEvent: what the sender says, or undefined. */
  readonly time: Date | undefined;
  /**
   * The data: decoded if it is JSON, else a string or a Uint8Array as it was sent. An integer that a number cannot
   * hold exactly is a bigint.
   */
  readonly data: unknown;
  /** The data as it was sent, byte for byte. */
  readonly raw: Uint8Array;
  /** The id of the delivery. A delivery may come more than once, so ignore one that you have seen. */
  readonly deliveryId: string;
}

/**
 * Return the event in a request without checking the signature; `receive` checks it.
 *
 * Reads bellrope's own body (specversion 1.0-rc1) and the two modes of the CloudEvents 1.0 HTTP binding,
 * structured and binary. Throws NotAnEvent.
 */
export function parse(body: Uint8Array | string, headers: RequestHeaders): Received {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const named = lower(headers);
  const mediaType = mediaTypeOf(named["content-type"]);
  try {
    if (mediaType === STRUCTURED) {
      return structured(bytes, "1.0", named);
    }
    return named["ce-specversion"] === undefined
      ? structured(bytes, "1.0-rc1", named)
      : binary(bytes, mediaType, named);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NotAnEvent(`The request has no valid event: ${why}.`, { cause: error });
  }
}

type Attributes = Readonly<Record<string, unknown>>;
type Data = Pick<Received, "data" | "raw">;

function structured(body: Uint8Array, version: string, headers: Record<string, string>): Received {
  const { data, data_base64, ...others } = Object.fromEntries(members(utf8(body)));
  const attributes = Object.fromEntries(Object.entries(others).map(([name, text]) => [name, decode(text)]));
  const { datacontenttype } = attributes;
  const mediaType = mediaTypeOf(typeof datacontenttype === "string" ? datacontenttype : undefined);
  if (data !== undefined && data_base64 !== undefined) {
    throw new SyntaxError("it has both data and data_base64");
  }
  const found = data_base64 === undefined ? inDocument(data, mediaType) : inBase64(data_base64, mediaType);
  return event(attributes, version, headers, found);
}

/** Return the data that stands in the document as JSON; for another media type it is a text. */
function inDocument(text: string | undefined, mediaType: string): Data {
  const data = text === undefined ? null : decode(text);
  const isText = typeof data === "string" && mediaType !== "" && !isJson(mediaType);
  return { data, raw: new TextEncoder().encode(isText ? data : (text ?? "")) };
}

function inBase64(text: string, mediaType: string): Data {
  const base64 = decode(text);
  if (typeof base64 !== "string") {
    throw new SyntaxError("its data_base64 is not a text");
  }
  return ofBytes(fromBase64(base64), mediaType);
}

/** Read a binary request (section 3.1 of the binding): attributes are percent-encoded headers. */
function binary(body: Uint8Array, mediaType: string, headers: Record<string, string>): Received {
  const attributes = Object.entries(headers)
    .filter(([name]) => name.startsWith("ce-"))
    .map(([name, value]) => [name.slice("ce-".length), decodeURIComponent(unquoted(value))]);
  return event(Object.fromEntries(attributes), "1.0", headers, ofBytes(body, mediaType));
}

/** Return data that came as bytes. Data of no type is JSON if it can be. */
function ofBytes(raw: Uint8Array, mediaType: string): Data {
  if (raw.length === 0) {
    return { data: null, raw };
  }
  if (isJson(mediaType)) {
    return { data: decode(raw), raw };
  }
  return { data: mediaType === "" ? decodedOr(raw) : raw, raw };
}

function decodedOr(raw: Uint8Array): unknown {
  try {
    return decode(raw);
  } catch {
    return raw;
  }
}

function event(attributes: Attributes, version: string, headers: Attributes, data: Data): Received {
  if (attributes.specversion !== version) {
    throw new SyntaxError(`its specversion is not ${version}`);
  }
  return {
    id: text(attributes, "id"),
    type: text(attributes, "type"),
    source: text(attributes, "source"),
    time: attributes.time === undefined ? undefined : moment(text(attributes, "time")),
    ...data,
    deliveryId: text(headers, "webhook-id"),
  };
}

function text(values: Attributes, name: string): string {
  const value = values[name];
  if (typeof value !== "string" || value === "") {
    throw new SyntaxError(`it has no ${name}`);
  }
  return value;
}

/** Return a time. A leap second, which no Date has, is the second after it. */
function moment(text: string): Date {
  const upper = text.toUpperCase();
  const isLeap = upper.slice(16, 19) === ":60";
  const time = Date.parse(isLeap ? `${upper.slice(0, 16)}:59${upper.slice(19)}` : upper);
  if (Number.isNaN(time) || !/(Z|[+-]\d\d:\d\d)$/.test(upper)) {
    throw new SyntaxError("its time is not a time with a zone");
  }
  return new Date(time + (isLeap ? 1000 : 0));
}

function mediaTypeOf(contentType = ""): string {
  return (contentType.split(";")[0] ?? "").trim().toLowerCase();
}

function isJson(mediaType: string): boolean {
  return /[/+]json$/.test(mediaType);
}

function unquoted(value: string): string {
  return /^"(.*)"$/s.test(value) ? value.slice(1, -1).replaceAll('\\"', '"').replaceAll("\\\\", "\\") : value;
}
