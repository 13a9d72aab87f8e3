/** `queueStream` where no requests can be streamed, as in browsers: sends batches, one after another. */

import type { CallOptions, Client } from "@connectrpc/connect";
import { type Queued, queued } from "./answers.js";
import { BellropeError, Conflict, InvalidRequest, NotFound, Overloaded } from "./errors.js";
import { type EventRequest, request } from "./events.js";
import type { Eventing } from "./gen/bellrope/v1/eventing_pb.js";
import { sleep, Tries } from "./retries.js";
import { type Events, Source } from "./source.js";
import type { StreamSettings } from "./stream.js";
import type { Outcome } from "./window.js";

const MOST_EVENTS = 1000;
const MOST_BYTES = 4 * 1024 * 1024; // of data; a larger event goes alone
const SOON = 5; // milliseconds: how long a batch waits for one more event

/** Yield the outcome of each event, in order. Send again what may not have arrived, else throw. */
export async function* queueStream(
  eventing: Client<typeof Eventing>,
  events: Events,
  settings: StreamSettings,
): AsyncGenerator<Outcome, void, undefined> {
  const source = new Source(events);
  const batches = new Batches(eventing, settings);
  try {
    for (;;) {
      const batch = await gathered(source, settings.project);
      if (batch.length === 0) {
        return;
      }
      yield* batches.settle(batch);
    }
  } finally {
    await source.close();
  }
}

/** Wait for an event, and take those that follow at once. */
async function gathered(source: Source, project: string): Promise<EventRequest[]> {
  const batch: EventRequest[] = [];
  let bytes = 0;
  while (source.more && batch.length < MOST_EVENTS && bytes < MOST_BYTES) {
    const isReady = batch.length === 0 || (await Promise.race([source.next(), sleep(SOON)])) !== undefined;
    const event = isReady ? await source.take() : undefined;
    if (!event) {
      break;
    }
    const message = request(event, project);
    batch.push(message);
    bytes += message.data.length;
  }
  return batch;
}

/** Sends batches. A refused event refuses its batch, so the next ones are smaller until the event is alone. */
class Batches {
  readonly #eventing: Client<typeof Eventing>;
  readonly #settings: StreamSettings;
  #settledCount = 0;
  #size = MOST_EVENTS;

  constructor(eventing: Client<typeof Eventing>, settings: StreamSettings) {
    this.#eventing = eventing;
    this.#settings = settings;
  }

  /** Send events until each has an outcome; yield the outcomes. */
  async *settle(events: readonly EventRequest[]): AsyncGenerator<Outcome, void, undefined> {
    let rest = events;
    while (rest.length > 0) {
      const outcomes = await this.#sent(rest.slice(0, this.#size));
      rest = rest.slice(outcomes.length);
      this.#settledCount += outcomes.length;
      yield* outcomes;
    }
  }

  /** Send events, and return their outcomes; none if they must be sent in smaller batches. */
  async #sent(events: EventRequest[]): Promise<Outcome[]> {
    const place = { index: this.#settledCount, eventId: events[0]?.id ?? "" };
    try {
      const stored = await this.#stored(events);
      this.#size = Math.min(2 * this.#size, MOST_EVENTS);
      return stored;
    } catch (error) {
      if (!isRefusal(error)) {
        throw error instanceof BellropeError ? error.of(place) : error;
      }
      if (events.length === 1) {
        return [error.of(place)];
      }
      this.#size = Math.max(1, error.index ?? Math.floor(events.length / 2));
      return [];
    }
  }

  /** Store events in one commit. Send them again while the server is unavailable or overloaded. */
  async #stored(events: EventRequest[]): Promise<Queued[]> {
    const { timeoutMs, signal } = this.#settings;
    const tries = new Tries(timeoutMs, Number.POSITIVE_INFINITY);
    for (;;) {
      try {
        return await this.#call(events, { timeoutMs: tries.left, ...(signal && { signal }) });
      } catch (error) {
        const pause = error instanceof BellropeError ? pauseAfter(error, tries) : undefined;
        if (pause === undefined) {
          throw error;
        }
        await sleep(pause, signal);
      }
    }
  }

  /** A single event goes alone: its error then names its fields as `queue` does. */
  async #call(events: EventRequest[], options: CallOptions): Promise<Queued[]> {
    const [event] = events;
    if (event && events.length === 1) {
      return [queued(await this.#eventing.queue(event, options))];
    }
    const { results } = await this.#eventing.queueBatch({ project: this.#settings.project, events }, options);
    return results.map(queued);
  }
}

function isRefusal(error: unknown): error is BellropeError {
  return error instanceof InvalidRequest || error instanceof NotFound || error instanceof Conflict;
}

function pauseAfter(error: BellropeError, tries: Tries): number | undefined {
  const wait = error instanceof Overloaded ? error.retryAfterMs : undefined;
  return wait !== undefined && wait < tries.left ? wait : tries.pauseAfter(error);
}
