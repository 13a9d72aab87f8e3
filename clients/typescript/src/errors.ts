/** The errors of calls, made from the status that the server sends. */

import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Error_Reason } from "./gen/bellrope/v1/errors_pb.js";
import { type TriggerSyncResponse_Result, TriggerSyncResponseSchema } from "./gen/bellrope/v1/eventing_pb.js";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "./gen/google/rpc/error_details_pb.js";
import type { Status } from "./gen/google/rpc/status_pb.js";

/** Why the server refused a call. A newer server may have more reasons. */
export type Reason = Exclude<keyof typeof Error_Reason, "REASON_UNSPECIFIED"> | (string & {});

/** A field of the request that is wrong. */
export interface FieldViolation {
  /** The field as the proto spells it, such as `delay` or `events[3].type`. */
  readonly field: string;
  readonly description: string;
}

/** What is known about a failed call. */
export interface Failure {
  /** gRPC's code, such as `NOT_FOUND`. */
  readonly code: string;
  /** A name of the proto's `Error.Reason`, or empty if the error is not from the server. */
  readonly reason: Reason;
  /** The fields of the request that are wrong. */
  readonly fields: readonly FieldViolation[];
  /** What else the server says about the error, by name. */
  readonly metadata: Readonly<Record<string, string>>;
  /** How long to wait before sending the request again; undefined if the server does not say. */
  readonly retryAfterMs: number | undefined;
  /** The outcome of each trigger of a `trigger` call, with its last attempt. */
  readonly results: readonly TriggerSyncResponse_Result[];
}

/** Where an event is: its id, with which it can be sent again, and its place from 0 in a batch or a stream. */
export interface EventPlace {
  readonly eventId: string;
  readonly index: number | undefined;
}

/** A call failed. */
export class BellropeError extends Error implements Failure, EventPlace {
  // Each class writes its name, because what makes pages small renames classes.
  override readonly name: string = "BellropeError";
  readonly code: string;
  readonly reason: Reason;
  readonly fields: readonly FieldViolation[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly retryAfterMs: number | undefined;
  readonly results: readonly TriggerSyncResponse_Result[];
  /** The id of the event, even if it was not stored; empty if the error is not about one event. */
  readonly eventId: string;
  /** The place, from 0, of the event at fault in a batch or a stream. */
  readonly index: number | undefined;

  constructor(
    message: string,
    failure: Partial<Failure & EventPlace> = {},
    { cause }: { cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.code = failure.code ?? "UNKNOWN";
    this.reason = failure.reason ?? "";
    this.fields = failure.fields ?? [];
    this.metadata = failure.metadata ?? {};
    this.retryAfterMs = failure.retryAfterMs;
    this.results = failure.results ?? [];
    this.eventId = failure.eventId ?? "";
    this.index = failure.index;
  }

  /** Return the same error about an event. */
  of(place: EventPlace): this {
    const kind = this.constructor as new (...args: ConstructorParameters<typeof BellropeError>) => this;
    return new kind(this.message, { ...this, ...place }, { cause: this.cause });
  }
}

/** The request is not valid; nothing was stored. `fields` says what is wrong. */
export class InvalidRequest extends BellropeError {
  override readonly name: string = "InvalidRequest";
}

/** The request or a part of it is over a limit of the server; nothing was stored. */
export class TooLarge extends InvalidRequest {
  override readonly name: string = "TooLarge";
}

/** The project, trigger, event or delivery does not exist. */
export class NotFound extends BellropeError {
  override readonly name: string = "NotFound";
}

/** No trigger matches the event of `trigger`; nothing was stored. */
export class NoTriggerMatched extends NotFound {
  override readonly name: string = "NoTriggerMatched";
}

/** The call conflicts with existing data: a used id, an existing name, or a state that forbids it. */
export class Conflict extends BellropeError {
  override readonly name: string = "Conflict";
}

/** Only paused triggers match the event of `trigger`; nothing was stored. */
export class TriggerPaused extends Conflict {
  override readonly name: string = "TriggerPaused";
}

/** No webhook succeeded. `results` has the last attempts; SCHEDULED deliveries will be retried. */
export class WebhookFailed extends BellropeError {
  override readonly name: string = "WebhookFailed";
}

/** The webhook succeeded, but its answer is too large to return. */
export class ResponseTooLarge extends BellropeError {
  override readonly name: string = "ResponseTooLarge";
}

/** The timeout passed before the answer came. If the event was stored, its delivery continues. */
export class DeadlinePassed extends BellropeError {
  override readonly name: string = "DeadlinePassed";
}

/** The server is overloaded; nothing was stored. Wait for `retryAfterMs`, then send it again. */
export class Overloaded extends BellropeError {
  override readonly name: string = "Overloaded";
}

/** A quota of the project or a trigger is used up; nothing was stored. The message says how to make room. */
export class OverQuota extends BellropeError {
  override readonly name: string = "OverQuota";
}

/** The server has an error of its own; whether it stored is unknown. Its log says more. */
export class InternalError extends BellropeError {
  override readonly name: string = "InternalError";
}

/** The server cannot be reached, is stopping, or cannot store; whether it stored is unknown. */
export class Unavailable extends BellropeError {
  override readonly name: string = "Unavailable";
}

/** The server needs a key, and this client has none or the wrong one. */
export class KeyRequired extends BellropeError {
  override readonly name: string = "KeyRequired";
}

const BY_REASON: Readonly<Record<string, typeof BellropeError>> = {
  NO_TRIGGER_MATCHED: NoTriggerMatched,
  OVERLOADED: Overloaded,
  OVER_QUOTA: OverQuota,
  RESPONSE_TOO_LARGE: ResponseTooLarge,
  TOO_LARGE: TooLarge,
  TRIGGER_PAUSED: TriggerPaused,
  WEBHOOK_FAILED: WebhookFailed,
};
const BY_CODE: { readonly [code in Code]?: typeof BellropeError } = {
  [Code.AlreadyExists]: Conflict,
  [Code.DeadlineExceeded]: DeadlinePassed,
  [Code.FailedPrecondition]: Conflict,
  [Code.Internal]: InternalError,
  [Code.InvalidArgument]: InvalidRequest,
  [Code.NotFound]: NotFound,
  [Code.Unauthenticated]: KeyRequired,
  [Code.Unavailable]: Unavailable,
};

/** The codes with which transports report a connection that broke or was never made. */
const BROKEN: ReadonlySet<Code> = new Set([Code.Aborted, Code.Canceled, Code.Internal, Code.Unknown]);

/** Return the first detail of an error that has a type. */
type Details = <Desc extends DescMessage>(type: Desc) => MessageShape<Desc> | undefined;

/** Return the error for what a transport threw. */
export function typed(thrown: unknown): BellropeError {
  const error = ConnectError.from(thrown);
  const details: Details = (type) => error.findDetails(type)[0];
  const lost = BROKEN.has(error.code) && !details(ErrorInfoSchema);
  const code = lost ? Code.Unavailable : error.code;
  return made(code, error.rawMessage, details, error.cause);
}

/** Return the error for one refused event of a stream. */
export function refusal(status: Status): BellropeError {
  const details: Details = (type) => status.details.map((any) => anyUnpack(any, type)).find(Boolean);
  return made(status.code, status.message, details);
}

function made(code: Code, message: string, details: Details, cause?: unknown): BellropeError {
  const info = details(ErrorInfoSchema);
  const delay = details(RetryInfoSchema)?.retryDelay;
  const kind = BY_REASON[info?.reason ?? ""] ?? BY_CODE[code] ?? BellropeError;
  const failure = {
    code: spelled(code),
    reason: info?.reason ?? "",
    fields:
      details(BadRequestSchema)?.fieldViolations.map(({ field, description }) => ({ field, description })) ??
      [],
    metadata: info?.metadata ?? {},
    retryAfterMs: delay && Number(delay.seconds) * 1000 + delay.nanos / 1e6,
    results: details(TriggerSyncResponseSchema)?.results ?? [],
    index: info?.metadata.index === undefined ? undefined : Number(info.metadata.index),
  };
  return new kind(message, failure, { cause });
}

/** Return a code as gRPC spells it: `NOT_FOUND` for `NotFound`. */
function spelled(code: Code): string {
  return (Code[code] ?? "Unknown").replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
