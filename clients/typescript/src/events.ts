/** Events as their sender gives them, and the messages of the proto made from them. */

import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Timestamp, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Duration, duration } from "./durations.js";
import { encode } from "./encode.js";
import type { QueueRequestSchema } from "./gen/bellrope/v1/eventing_pb.js";
import { uuid7 } from "./ids.js";
import { RawJSON } from "./raw-json.js";

/** The fields of an event besides its type and its data. */
export interface EventFields {
  /** When to call the webhooks; absent or in the past means now. */
  readonly time?: Date | undefined;
  /** How long after `time` (or after now) to call them. */
  readonly delay?: Duration | undefined;
  /** Your own id for the event: an event sent twice with it is stored once. Absent: a new UUIDv7. */
  readonly id?: string | undefined;
  /** A trigger with options matches only events that have the same options. */
  readonly options?: Readonly<Record<string, string>> | undefined;
  /** No attempt starts at or after this time; absent means never. */
  readonly expireTime?: Date | undefined;
  /** A W3C trace context; the webhook gets it as its `traceparent` header. */
  readonly traceparent?: string | undefined;
  /** The W3C tracestate that belongs to `traceparent`. */
  readonly tracestate?: string | undefined;
}

/** An event of a batch or a stream. Without an `id` it gets a new one whenever it is sent. */
export interface Event extends EventFields {
  /** What happened: up to 255 characters without white space. */
  readonly type: string;
  /** Any value that JSON can hold, or RawJSON; absent means `null`. */
  readonly data?: unknown;
}

/** Return an event that has an id and its JSON text, so that it can be sent again after a lost connection. */
export function event(
  type: string,
  data?: unknown,
  fields: EventFields = {},
): Event & { readonly id: string } {
  return { ...fields, type, data: new RawJSON(encode(data ?? null)), id: fields.id ?? uuid7() };
}

/** The fields of a QueueRequest, and of a TriggerSyncRequest. */
export type EventRequest = Omit<MessageInitShape<typeof QueueRequestSchema>, "$typeName" | "$unknown"> & {
  readonly id: string;
  readonly data: Uint8Array;
};

/**
 * Return the message for an event; one without an `id` gets a new one, so that it can be sent again.
 *
 * Throws TypeError for data that JSON cannot hold, and for times that are none.
 */
export function request(event: Event, project: string): EventRequest {
  const { type, data = null, time, delay, id, options, expireTime, traceparent, tracestate } = event;
  return {
    project,
    type,
    data: encode(data),
    id: id ?? uuid7(),
    options: { ...options },
    traceparent: traceparent ?? "",
    tracestate: tracestate ?? "",
    ...(time && { scheduleTime: timestamp(time, "time") }),
    ...(delay && { delay: duration(delay, "delay") }),
    ...(expireTime && { expireTime: timestamp(expireTime, "expireTime") }),
  };
}

function timestamp(time: Date, name: string): Timestamp {
  if (!(time instanceof Date) || Number.isNaN(time.getTime())) {
    throw new TypeError(`${name} must be a valid Date.`);
  }
  return timestampFromDate(time);
}
