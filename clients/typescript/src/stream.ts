/** `queueStream` over gRPC: sends events and reads answers, and connects again if it must. */

import type { Client } from "@connectrpc/connect";
import { BellropeError, DeadlinePassed, Unavailable } from "./errors.js";
import type { Event, EventRequest } from "./events.js";
import type { Eventing, QueueStreamResponse } from "./gen/bellrope/v1/eventing_pb.js";
import { sleep } from "./retries.js";
import { type Events, Source } from "./source.js";
import { type Outcome, Window } from "./window.js";

type Message = { readonly event: EventRequest };

/** What happens next in a stream. */
type Next = QueueStreamResponse | IteratorResult<Event> | End;

const MOST_SENT = 1024; // messages that are kept after they were sent
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What a stream of events needs besides the events. */
export interface StreamSettings {
  readonly project: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Yield the outcome of each event, in order. Connect again if that may help, else throw.
 *
 * Each `await`, and each generator inside another one, costs a good part of what it takes to send an event.
 */
export async function* queueStream(
  eventing: Client<typeof Eventing>,
  events: Events,
  { project, timeoutMs, signal }: StreamSettings,
): AsyncGenerator<Outcome, void, undefined> {
  const source = new Source(events);
  const window = new Window(project, timeoutMs);
  try {
    while (window.unsettled.length > 0 || (await moved(source, window, signal))) {
      const connection = new Connection(eventing, window, signal);
      let end: BellropeError;
      try {
        if (!source.more) {
          connection.end();
        }
        let first = await next(connection, source, window);
        for (; !(first instanceof End); first = await next(connection, source, window)) {
          if (!("results" in first)) {
            send(source.taken(first), connection, window);
            continue;
          }
          connection.nextAnswer();
          for (const outcome of window.settle(first)) {
            yield outcome;
          }
        }
        end = first.reason;
      } finally {
        connection.close();
      }
      if (window.unsettled.length > 0) {
        await sleep(window.pauseAfter(end), signal);
      }
    }
  } finally {
    await source.close();
  }
}

/** Move the first event of a connection into the window; return undefined at the end. */
async function moved(source: Source, window: Window, signal: AbortSignal | undefined): Promise<unknown> {
  if (!source.more) {
    return undefined;
  }
  const first = await aborting(source.next(), signal).then(() => source.take());
  return first && window.add(first);
}

/** Send what there is room for; return the promise of what comes first, an answer, an event or the end. */
function next(connection: Connection, source: Source, window: Window): Promise<Next> {
  sendReady(connection, source, window);
  return connection.first(source.more && !window.isFull ? source.next() : undefined);
}

/** Send the next events of a source that makes them at once, as far as there is room. */
function sendReady(connection: Connection, source: Source, window: Window): void {
  while (source.isPlain && source.more && !window.isFull) {
    send(source.takeNow(), connection, window);
  }
}

function send(event: Event | undefined, connection: Connection, window: Window): void {
  if (event) {
    connection.send(window.add(event));
  } else {
    connection.end();
  }
}

/** The end of a connection. */
class End {
  readonly #error: unknown;

  constructor(error: unknown) {
    this.#error = error;
  }

  /** Return why the connection ended; throw what is no error of a call, such as the reason of a signal. */
  get reason(): BellropeError {
    if (!(this.#error instanceof BellropeError)) {
      throw this.#error;
    }
    return this.#error;
  }
}

/** One call of the RPC: `send` never waits, and the promise of the next answer is kept until it is read. */
class Connection {
  readonly #window: Window;
  readonly #stop = new AbortController();
  readonly #messages: EventRequest[];
  readonly #answers: AsyncIterator<QueueStreamResponse>;
  #sentCount = 0; // of these messages
  #ended = false;
  #wake: () => void = () => {};
  #settle: (answer: QueueStreamResponse | End) => void = () => {};
  #answer: Promise<QueueStreamResponse | End>;
  #waitingSince: number | undefined; // while an answer is awaited
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(eventing: Client<typeof Eventing>, window: Window, signal: AbortSignal | undefined) {
    this.#window = window;
    this.#messages = [...window.unsettled];
    const stop = this.#stop.signal;
    const either = signal ? AbortSignal.any([stop, signal]) : stop;
    this.#answers = eventing.queueStream(this.#sent(), { signal: either })[Symbol.asyncIterator]();
    this.#answer = this.#read();
    this.#watch(window.patience);
  }

  /** Return what comes first: the next answer, the end, or an event of the caller. */
  first(event: Promise<IteratorResult<Event>> | undefined): Promise<Next> {
    this.#waitingSince = this.#window.unsettled.length > 0 ? performance.now() : undefined;
    return event ? Promise.race([this.#answer, event]) : this.#answer;
  }

  /** Wait for the next answer in the background. */
  nextAnswer(): void {
    this.#waitingSince = undefined;
    this.#answer = this.#read();
  }

  send(message: EventRequest): void {
    this.#waitingSince = undefined;
    this.#messages.push(message);
    this.#wake();
  }

  /** Send no more. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Cancel the call. */
  close(): void {
    clearTimeout(this.#timer);
    this.end();
    this.#stop.abort();
  }

  /** Return the messages as they come. An async generator would take longer than gRPC for each. */
  #sent(): AsyncIterable<Message> {
    const iterator: AsyncIterator<Message> = {
      next: () => this.#message(),
      throw: (error) => Promise.reject(error), // gRPC asks for it, to end the stream
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }

  #message(): Promise<IteratorResult<Message>> {
    if (this.#sentCount === this.#messages.length) {
      return this.#ended ? Promise.resolve({ done: true, value: undefined }) : this.#moreMessages();
    }
    const event = this.#messages[this.#sentCount++] as EventRequest;
    if (this.#sentCount > MOST_SENT) {
      this.#messages.splice(0, this.#sentCount);
      this.#sentCount = 0;
    }
    return Promise.resolve({ done: false, value: { event } });
  }

  async #moreMessages(): Promise<IteratorResult<Message>> {
    await new Promise<void>((wake) => {
      this.#wake = wake;
    });
    return this.#message();
  }

  /** Read an answer. The promise never rejects, because nobody may be waiting for it. */
  #read(): Promise<QueueStreamResponse | End> {
    return new Promise((settle) => {
      this.#settle = settle;
      this.#answers.next().then(
        ({ done, value }) =>
          settle(
            done ? new End(new Unavailable("The server ended the stream.", { code: "UNAVAILABLE" })) : value,
          ),
        (error) => settle(new End(error)),
      );
    });
  }

  /** End the call when an answer has been awaited for too long. A timer for each answer would be slow. */
  #watch(ms: number): void {
    this.#timer = setTimeout(
      () => {
        const waited = this.#waitingSince === undefined ? 0 : performance.now() - this.#waitingSince;
        const left = this.#window.patience - waited;
        if (left > 0) {
          this.#watch(left);
        } else {
          this.#settle(
            new End(new DeadlinePassed("The server does not answer.", { code: "DEADLINE_EXCEEDED" })),
          );
        }
      },
      Math.min(ms, LONGEST_TIMER_MS),
    );
  }
}

/** Return what a promise gives; throw the signal's reason if that comes first. */
async function aborting<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) {
    return promise;
  }
  const stop = new AbortController();
  const never = sleep(2 ** 31 - 1, AbortSignal.any([signal, stop.signal])) as Promise<never>;
  never.catch(() => {});
  try {
    return await Promise.race([promise, never]);
  } finally {
    stop.abort();
  }
}
