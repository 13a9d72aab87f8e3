/** The events of a stream that have no outcome yet, and when to send them again. */

import { type Queued, queued } from "./answers.js";
import { BellropeError, refusal } from "./errors.js";
import { type Event, type EventRequest, request } from "./events.js";
import type { QueueStreamResponse, QueueStreamResponse_Result } from "./gen/bellrope/v1/eventing_pb.js";
import { Tries } from "./retries.js";

/** What became of an event: it is stored, or it was refused. */
export type Outcome = Queued | BellropeError;

const MOST_EVENTS = 1024;
const MOST_BYTES = 16 * 1024 * 1024; // of data; beyond it, no event is taken until others are settled
const REFILLED_AT = 0.75; // of either: a window that was full takes events again, so that they are sent many at once

/** Holds each event from the time it is taken from the caller until it is on disk or refused. */
export class Window {
  readonly #project: string;
  readonly #timeoutMs: number;
  readonly #unsettled: EventRequest[] = [];
  #bytes = 0;
  #isFull = false;
  #settledCount = 0;
  #tries: Tries | undefined; // since the last answer

  /**
   * `timeoutMs` is how long to wait for an answer, and how long to retry without one. Only time limits the
   * retries: a caller that gives up a stream loses its place in the iterable.
   */
  constructor(project: string, timeoutMs: number) {
    this.#project = project;
    this.#timeoutMs = timeoutMs;
  }

  /** The messages that a new connection must send, in order. */
  get unsettled(): readonly EventRequest[] {
    return this.#unsettled;
  }

  /** Whether another event must be settled before the next is taken. */
  get isFull(): boolean {
    return this.#isFull;
  }

  #isFilled(part: number): boolean {
    return this.#unsettled.length >= MOST_EVENTS * part || this.#bytes >= MOST_BYTES * part;
  }

  /** How long to wait for the next answer. */
  get patience(): number {
    return this.#tries?.left ?? this.#timeoutMs;
  }

  /** Hold an event, and return the message to send. */
  add(event: Event): EventRequest {
    const message = request(event, this.#project);
    this.#unsettled.push(message);
    this.#bytes += message.data.length;
    this.#isFull = this.#isFilled(1);
    return message;
  }

  /** Return the outcomes in an answer, and drop their events. */
  settle(answer: QueueStreamResponse): Outcome[] {
    this.#tries = undefined;
    const outcomes = answer.results.map((result) => this.#outcome(result));
    this.#isFull = this.#isFull && this.#isFilled(REFILLED_AT);
    return outcomes;
  }

  #outcome({ outcome }: QueueStreamResponse_Result): Outcome {
    const settled = this.#unsettled.shift();
    const place = { index: this.#settledCount, eventId: settled?.id ?? "" };
    this.#bytes -= settled?.data.length ?? 0;
    this.#settledCount += 1;
    switch (outcome.case) {
      case "accepted":
        return queued(outcome.value);
      case "error":
        return refusal(outcome.value).of(place);
      default:
        return new BellropeError("The server's answer has no outcome.", place);
    }
  }

  /**
   * Return how long to wait before sending the rest again, or throw the error. The thrown error names the first
   * event without an outcome.
   */
  pauseAfter(error: BellropeError): number {
    this.#tries ??= new Tries(this.#timeoutMs, Number.POSITIVE_INFINITY);
    const pause = this.#tries.pauseAfter(error);
    if (pause === undefined) {
      throw error.of({ index: this.#settledCount, eventId: this.#unsettled[0]?.id ?? "" });
    }
    return pause;
  }
}
