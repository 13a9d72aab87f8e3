/** What a webhook answers: a value for callers that wait, events to queue, or a refusal. */

import { milliseconds } from "../durations.js";
import { encode } from "../encode.js";
import type { Event } from "../events.js";

/** An event that an answer queues. It takes no `expireTime`, `traceparent` and `tracestate`. */
export type ChainedEvent = Omit<Event, "expireTime" | "traceparent" | "tracestate">;

/** An answer that also queues events, if the trigger allows it (`chainEvents`). Made by `reply`. */
export class Reply {
  readonly body: Uint8Array;

  constructor(response: unknown, events: readonly ChainedEvent[]) {
    this.body = encode({ response, events: events.map(chained) });
  }
}

/**
 * Return an answer that queues up to 100 events: `return reply({ fine: true }, [{ type: "paid", data }])`.
 *
 * A delivery may come twice. Give each event an `id`, so that it is queued once.
 */
export function reply(response: unknown, events: readonly ChainedEvent[]): Reply {
  return new Reply(response, events);
}

/** Throw it to refuse a delivery for good: it becomes a dead letter at once, and is not sent again. */
export class Refused extends Error {
  override readonly name: string = "Refused";
  /** The status of the answer: 400 to 499. */
  readonly status: number;

  /** Throws RangeError for another status, after which the server would do something else. */
  constructor(message: string, status = 422) {
    super(message);
    if (!(status >= 400 && status <= 499)) {
      throw new RangeError(`The status of a refusal is from 400 to 499, not ${status}.`);
    }
    this.status = status;
  }
}

/** The status, headers and body of an answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The headers of an answer, other than 2xx, after which the server does not send the delivery again. */
export const NO_RETRY = { "webhook-retry": "no" } as const;

const JSON_TYPE = { "content-type": "application/json" };

/** Return the answer for what a function returned: nothing, a Reply, or any value that JSON can hold. */
export function answer(returned: unknown): HttpAnswer {
  if (returned === undefined) {
    return { status: 204, headers: {}, body: new Uint8Array() };
  }
  const body = returned instanceof Reply ? returned.body : encode(returned);
  return { status: 200, headers: JSON_TYPE, body };
}

/** Return the answer for a request that is refused. */
export function refusal(status: number, message: string, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers: { ...JSON_TYPE, ...headers }, body: encode({ error: message }) };
}

function chained({ type, data = null, time, delay, id, options }: ChainedEvent): object {
  return {
    type,
    data,
    ...(time && { timestamp: time.toISOString() }),
    ...(delay && { delay: milliseconds(delay, "delay") / 1000 }),
    ...(id && { id }),
    ...(options && { options }),
  };
}
