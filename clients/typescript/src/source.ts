/** The caller's iterable of events, from which one event is taken at a time. */

import type { Event } from "./events.js";

/** Events, from an array, a generator, or a stream. */
export type Events = Iterable<Event> | AsyncIterable<Event>;

/** Takes events. The promise of the next one is kept until it is taken, so that many can wait for it. */
export class Source {
  readonly #iterator: Iterator<Event> | AsyncIterator<Event>;
  readonly #plain: Iterator<Event> | undefined;
  #next: Promise<IteratorResult<Event>> | undefined;
  #ended = false;

  constructor(events: Events) {
    this.#plain = Symbol.asyncIterator in events ? undefined : events[Symbol.iterator]();
    this.#iterator = this.#plain ?? (events as AsyncIterable<Event>)[Symbol.asyncIterator]();
  }

  /** Whether there may be more events. */
  get more(): boolean {
    return !this.#ended;
  }

  /** Whether its events are there when they are asked for, without a promise. */
  get isPlain(): boolean {
    return this.#plain !== undefined && !this.#next;
  }

  /** Take the next event of a plain source; return undefined at the end. */
  takeNow(): Event | undefined {
    return this.taken(this.#plain?.next() ?? { done: true, value: undefined });
  }

  /** Return the promise of the next event; it is the same until `take`. */
  next(): Promise<IteratorResult<Event>> {
    if (!this.#next) {
      this.#next = Promise.resolve(this.#iterator.next());
      this.#next.catch(() => {}); // who takes it learns of an error
    }
    return this.#next;
  }

  /** Take the next event; return undefined at the end. */
  async take(): Promise<Event | undefined> {
    return this.taken(await this.next());
  }

  /** Take the event that `next` has promised; return undefined at the end. */
  taken({ done, value }: IteratorResult<Event>): Event | undefined {
    this.#next = undefined;
    this.#ended = done === true;
    return done ? undefined : value;
  }

  /** Let the iterable know that no more events are taken. It cannot be interrupted while it makes one. */
  async close(): Promise<void> {
    const closed = this.#ended ? undefined : this.#iterator.return?.();
    if (!this.#next) {
      await closed;
    } else if (closed instanceof Promise) {
      closed.catch(() => {});
    }
  }
}
