/** The client. */

/// <reference lib="esnext.disposable" preserve="true" />

import type { CallOptions, Client, Transport } from "@connectrpc/connect";
import { connect, queueStream, settled } from "#platform";
import { Answer, type Queued, queued } from "./answers.js";
import { calls } from "./calls.js";
import { type Duration, milliseconds } from "./durations.js";
import { BellropeError } from "./errors.js";
import { type Event, type EventFields, request } from "./events.js";
import { Deliveries, type TailResponse } from "./gen/bellrope/v1/deliveries_pb.js";
import { Eventing } from "./gen/bellrope/v1/eventing_pb.js";
import { Projects } from "./gen/bellrope/v1/projects_pb.js";
import { Server } from "./gen/bellrope/v1/server_pb.js";
import { Triggers } from "./gen/bellrope/v1/triggers_pb.js";
import { sleep, Tries } from "./retries.js";
import { serviceClient } from "./services.js";
import type { Settings } from "./settings.js";
import type { Events } from "./source.js";
import { Tail, type TailFilter } from "./tail.js";
import type { Outcome } from "./window.js";

/** How long a call may take, and what ends it early. */
export interface CallLimits {
  /** How long the call may take, all its retries together. */
  readonly timeout?: Duration | undefined;
  /** Ends the call, which then throws the signal's reason. What is stored is delivered nevertheless. */
  readonly signal?: AbortSignal | undefined;
}

const TRIGGER_TIMEOUT = { seconds: 30 };

/**
 * Sends events to a bellrope server.
 *
 * `triggers`, `deliveries`, `projects` and `server` are the generated clients of those services: each method takes the
 * request of the proto, and Connect's options of a call. They send the key, use the client's project and timeout
 * by default, and throw BellropeError. They do not send a request again.
 */
export class Bellrope {
  readonly triggers: Client<typeof Triggers>;
  readonly deliveries: Client<typeof Deliveries>;
  readonly projects: Client<typeof Projects>;
  readonly server: Client<typeof Server>;
  readonly #eventing: Client<typeof Eventing>;
  readonly #project: string;
  readonly #timeoutMs: number;
  readonly #close: () => void;

  /** Nothing is connected before the first call. Throws TypeError if a setting is wrong. */
  constructor(settings: Settings = {}) {
    const { url, key, project, timeoutMs } = settled(settings);
    const { transport, close } = settings.transport ? own(settings.transport) : connect(url);
    const called = calls(transport, { key, project, timeoutMs });
    this.triggers = serviceClient(Triggers, called);
    this.deliveries = serviceClient(Deliveries, called);
    this.projects = serviceClient(Projects, called);
    this.server = serviceClient(Server, called);
    this.#eventing = serviceClient(Eventing, called);
    this.#project = project;
    this.#timeoutMs = timeoutMs;
    this.#close = close;
  }

  /**
   * Store an event; when this returns, it is on disk. The server calls its webhooks in the background.
   *
   * `data` is any value that JSON can hold, or RawJSON; absent means `null`.
   */
  async queue(type: string, data?: unknown, fields: EventFields & CallLimits = {}): Promise<Queued> {
    const message = request({ ...fields, type, data }, this.#project);
    const call = (options: CallOptions) => this.#eventing.queue(message, options);
    return queued(await this.#send(call, () => message.id, fields));
  }

  /**
   * Store an event and wait for the answers of its webhooks, at most `timeout` (30 seconds by default).
   *
   * The server limits the timeout to five minutes. It ends only the wait; set `expireTime` to also stop calling
   * webhooks.
   */
  async trigger<Result = unknown>(
    type: string,
    data?: unknown,
    fields: EventFields & CallLimits = {},
  ): Promise<Answer<Result>> {
    const message = request({ ...fields, type, data }, this.#project);
    const call = (options: CallOptions) => this.#eventing.triggerSync(message, options);
    const limits = { ...fields, timeout: fields.timeout ?? TRIGGER_TIMEOUT };
    return new Answer(await this.#send(call, () => message.id, limits));
  }

  /**
   * Store up to 1,000 events in one commit, all or none; return for each what `queue` would return.
   *
   * If one event is refused, none is stored; the error's `index` and `eventId` say which one. After an error you
   * can send the same events again if they have an `id`.
   */
  async queueBatch(events: Iterable<Event>, limits: CallLimits = {}): Promise<Queued[]> {
    const messages = Array.from(events, (event) => request(event, ""));
    const call = (options: CallOptions) =>
      this.#eventing.queueBatch({ project: this.#project, events: messages }, options);
    const idAt = (index: number | undefined) => (index === undefined ? "" : (messages[index]?.id ?? ""));
    return (await this.#send(call, idAt, limits)).results.map(queued);
  }

  /**
   * Store the events of an iterable of any length, and yield the outcome of each, in order.
   *
   * An outcome is Queued, or the error of a refused event; the stream continues after it. Events are taken and
   * sent while you iterate, at most 1,024 ahead of their outcomes. If the server goes away, the client connects
   * again and sends the events without an outcome again. If no answer comes for `timeout`, it throws the
   * connection's error, with the `index` and `eventId` of the first event without an outcome.
   */
  queueStream(events: Events, limits: CallLimits = {}): AsyncGenerator<Outcome, void, undefined> {
    return queueStream(this.#eventing, events, {
      project: this.#project,
      timeoutMs: this.#timeout(limits),
      signal: limits.signal,
    });
  }

  /**
   * Yield what happens from now on, until the signal is aborted.
   *
   * The first fact has no kind, and says that the stream has begun. If the server goes away, the client waits for
   * it; such a fact then comes again, and what happened meanwhile is not shown. `droppedCount` says how many facts
   * were lost just before one because you read too slowly. For a complete record, read the lists.
   */
  tail(
    filter: TailFilter = {},
    limits: Pick<CallLimits, "signal"> = {},
  ): AsyncGenerator<TailResponse, void, undefined> {
    return new Tail(this.deliveries, filter, { timeoutMs: this.#timeoutMs, signal: limits.signal }).facts();
  }

  /** Close the connection; a `transport` of your own stays open. */
  close(): void {
    this.#close();
  }

  /** Do what `close` does, at the end of a block with `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Make a call, and again a few times while the server is unavailable. */
  async #send<Response>(
    call: (options: CallOptions) => Promise<Response>,
    idAt: (index: number | undefined) => string,
    limits: CallLimits,
  ): Promise<Response> {
    const { signal } = limits;
    const tries = new Tries(this.#timeout(limits));
    for (;;) {
      try {
        return await call({ timeoutMs: tries.left, ...(signal && { signal }) });
      } catch (error) {
        if (!(error instanceof BellropeError)) {
          throw error;
        }
        const pause = tries.pauseAfter(error);
        if (pause === undefined) {
          throw error.of({ index: error.index, eventId: idAt(error.index) });
        }
        await sleep(pause, signal);
      }
    }
  }

  #timeout({ timeout }: CallLimits): number {
    return timeout === undefined ? this.#timeoutMs : milliseconds(timeout, "timeout");
  }
}

function own(transport: Transport): { transport: Transport; close: () => void } {
  return { transport, close: () => {} };
}
