/** The values, events and errors of the protocol, as JavaScript's and back. */

import { Delivery_State } from "../src/gen/bellrope/v1/deliveries_pb.js";
import type { TriggerSyncResponse_Result } from "../src/gen/bellrope/v1/eventing_pb.js";
import type { Answer, BellropeError, Event, Queued, RawJSON as Raw } from "../src/index.js";
import { BellropeError as Failed, RawJSON } from "../src/index.js";
import type { Received } from "../src/webhooks/index.js";

/** A value in the protocol's form. */
export type Spec = { readonly [kind: string]: unknown };

/** An event in the protocol's form. */
export interface EventSpec {
  readonly type: string;
  readonly data: Spec;
  readonly id?: string;
  readonly delay_ms?: number;
  readonly time?: string;
  readonly expire_time?: string;
  readonly options?: Record<string, string>;
  readonly traceparent?: string;
  readonly tracestate?: string;
}

const BUILDERS: { readonly [kind: string]: (value: never) => unknown } = {
  null: () => null,
  absent: () => undefined,
  bool: (value: boolean) => value,
  string: (value: string) => value,
  integer: (digits: string) => (Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits)),
  double: Number,
  bytes: (base64: string) => new Uint8Array(Buffer.from(base64, "base64")),
  list: (items: Spec[]) => items.map(builtOf),
  object: (members: [string, Spec][]) =>
    Object.fromEntries(members.map(([name, value]) => [name, builtOf(value)])),
  raw: (text: string): Raw => new RawJSON(text),
};

/** Return what a program would have as data. */
export function builtOf(spec: Spec): unknown {
  const [[kind, value] = ["", undefined]] = Object.entries(spec);
  const build = BUILDERS[kind];
  if (!build) {
    throw new Error(`no value is a ${kind}`);
  }
  return build(value as never);
}

/** Return a value in the protocol's form. */
export function specOf(value: unknown): Spec {
  switch (typeof value) {
    case "boolean":
      return { bool: value };
    case "string":
      return { string: value };
    case "bigint":
      return { integer: String(value) };
    case "number":
      return Number.isInteger(value) ? { integer: String(value) } : { double: String(value) };
    default:
      return specOfObject(value);
  }
}

function specOfObject(value: unknown): Spec {
  if (value === null || value === undefined) {
    return { null: null };
  }
  if (value instanceof Uint8Array) {
    return { bytes: base64(value) };
  }
  if (Array.isArray(value)) {
    return { list: value.map(specOf) };
  }
  return { object: Object.entries(value).map(([name, member]) => [name, specOf(member)]) };
}

/** Return bytes in base64. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

/** Return an event as a program has it. */
export function eventOf(spec: EventSpec): Event {
  const { delay_ms, time, expire_time, data, ...others } = spec;
  return {
    ...others,
    data: builtOf(data),
    ...(delay_ms !== undefined && { delay: { milliseconds: delay_ms } }),
    ...(time !== undefined && { time: new Date(time) }),
    ...(expire_time !== undefined && { expireTime: new Date(expire_time) }),
  };
}

/** Return what `queue` returned. */
export function queued({ eventId, deliveryCount, dueTime, duplicate }: Queued): object {
  return {
    event_id: eventId,
    delivery_count: deliveryCount,
    due_time: dueTime.toISOString(),
    duplicate,
  };
}

/** Return an outcome of a stream. */
export function outcome(found: Queued | BellropeError): object {
  return found instanceof Failed ? { error: error(found) } : queued(found);
}

/** Return what `trigger` returned. */
export function answer({ eventId, result, raw, results: each }: Answer): object {
  return { event_id: eventId, result: specOf(result), raw: base64(raw), results: results(each) };
}

function results(each: readonly TriggerSyncResponse_Result[]): object[] {
  return each.map(({ trigger, state, lastAttempt }) => ({
    trigger,
    state: Delivery_State[state],
    status_code: lastAttempt?.statusCode ?? 0,
  }));
}

/** Return the public members of an error. */
export function error(failed: BellropeError): object {
  const { code, reason, message, metadata, index } = failed;
  const name = failed.name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
  return {
    kind: failed.name === "BellropeError" ? "OTHER" : name,
    code,
    reason,
    message,
    metadata,
    fields: failed.fields.map(({ field }) => field),
    event_id: failed.eventId,
    results: results(failed.results),
    ...(index !== undefined && { index }),
    ...(failed.retryAfterMs !== undefined && { retry_after_ms: failed.retryAfterMs }),
  };
}

/** Return an event as a webhook has it. */
export function received({ id, type, source, time, deliveryId, data, raw }: Received): object {
  return {
    id,
    type,
    source,
    time: time ? time.toISOString() : null,
    delivery_id: deliveryId,
    data: specOf(data),
    raw: base64(raw),
  };
}
