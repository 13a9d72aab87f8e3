/** `queueStream` over gRPC: sends events and reads answers, and connects again if it must. */

import type { Client } from "@connectrpc/connect";
import { BellropeError, DeadlinePassed, Unavailable } from "./errors.js";
import type { EventRequest } from "./events.js";
import type { Eventing, QueueStreamResponse } from "./gen/bellrope/v1/eventing_pb.js";
import { sleep } from "./retries.js";
import { type Events, Source } from "./source.js";
import { type Outcome, Window } from "./window.js";

/** What a stream of events needs besides the events. */
export interface StreamSettings {
  readonly project: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Yield the outcome of each event, in order. Connect again if that may help, else throw. */
export async function* queueStream(
  eventing: Client<typeof Eventing>,
  events: Events,
  { project, timeoutMs, signal }: StreamSettings,
): AsyncGenerator<Outcome, void, undefined> {
  const source = new Source(events);
  const window = new Window(project, timeoutMs);
  try {
    while (window.unsettled.length > 0 || (await moved(source, window, signal))) {
      const end = yield* exchange(new Connection(eventing, window.unsettled, signal), source, window);
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

/** Send events and yield outcomes, until the connection ends; return why it did. */
async function* exchange(
  connection: Connection,
  source: Source,
  window: Window,
): AsyncGenerator<Outcome, BellropeError, undefined> {
  if (!source.more) {
    connection.end();
  }
  try {
    for (;;) {
      const found = await step(connection, source, window);
      if (found instanceof BellropeError) {
        return found;
      }
      yield* found;
    }
  } finally {
    connection.close();
  }
}

/** Settle an answer, send an event, or wait; return outcomes, or why the connection ended. */
async function step(
  connection: Connection,
  source: Source,
  window: Window,
): Promise<Outcome[] | BellropeError> {
  const hasRoom = source.more && !window.isFull;
  const isIdle = hasRoom && window.unsettled.length === 0;
  const waiting = hasRoom ? [connection.answered(), source.next()] : [connection.answered()];
  const first = await within(isIdle ? undefined : window.patience, Promise.race(waiting));
  if (first === undefined) {
    return new DeadlinePassed("The server does not answer.", { code: "DEADLINE_EXCEEDED" });
  }
  if (first instanceof End) {
    return first.reason;
  }
  if ("results" in first) {
    connection.nextAnswer();
    return window.settle(first);
  }
  const event = await source.take();
  if (event) {
    connection.send(window.add(event));
  } else {
    connection.end();
  }
  return [];
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
  readonly #stop = new AbortController();
  readonly #messages: EventRequest[];
  readonly #answers: AsyncIterator<QueueStreamResponse>;
  #ended = false;
  #wake: () => void = () => {};
  #answer: Promise<QueueStreamResponse | End>;

  constructor(
    eventing: Client<typeof Eventing>,
    messages: readonly EventRequest[],
    signal: AbortSignal | undefined,
  ) {
    this.#messages = [...messages];
    const stop = this.#stop.signal;
    const either = signal ? AbortSignal.any([stop, signal]) : stop;
    this.#answers = eventing.queueStream(this.#sent(), { signal: either })[Symbol.asyncIterator]();
    this.#answer = this.#read();
  }

  answered(): Promise<QueueStreamResponse | End> {
    return this.#answer;
  }

  nextAnswer(): void {
    this.#answer = this.#read();
  }

  send(message: EventRequest): void {
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
    this.end();
    this.#stop.abort();
  }

  async *#sent(): AsyncGenerator<{ event: EventRequest }> {
    for (;;) {
      while (this.#messages.length > 0) {
        const ready = this.#messages.splice(0);
        yield* ready.map((event) => ({ event }));
      }
      if (this.#ended) {
        return;
      }
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
  }

  /** Read an answer. The promise never rejects, because nobody may be waiting for it. */
  async #read(): Promise<QueueStreamResponse | End> {
    try {
      const { done, value } = await this.#answers.next();
      return done ? new End(new Unavailable("The server ended the stream.", { code: "UNAVAILABLE" })) : value;
    } catch (error) {
      return new End(error);
    }
  }
}

/** Return what a promise gives, or undefined if that takes longer. */
function within<T>(ms: number | undefined, promise: Promise<T>): Promise<T | undefined> {
  if (ms === undefined) {
    return promise;
  }
  return new Promise((done, failed) => {
    const timer = setTimeout(done, ms, undefined);
    promise.then(done, failed).finally(() => clearTimeout(timer));
  });
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
