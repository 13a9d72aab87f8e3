/** The server's answers as values of the language. */

import { timestampDate } from "@bufbuild/protobuf/wkt";
import { fromBase64 } from "./base64.js";
import { decode } from "./decode.js";
import type {
  QueueResponse,
  TriggerSyncResponse,
  TriggerSyncResponse_Result,
} from "./gen/bellrope/v1/eventing_pb.js";

/** An event that is on the server's disk. */
export interface Queued {
  readonly eventId: string;
  /** How many triggers matched; if 0, the event is stored, but no webhook will be called. */
  readonly deliveryCount: number;
  /** When the webhooks are first called. */
  readonly dueTime: Date;
  /** True if the id was already accepted, in an earlier call or in an earlier try of this call. */
  readonly duplicate: boolean;
}

/** Return the value of a response. */
export function queued({ eventId, deliveryCount, dueTime, duplicate }: QueueResponse): Queued {
  return {
    eventId,
    deliveryCount,
    dueTime: dueTime ? timestampDate(dueTime) : new Date(Number.NaN),
    duplicate,
  };
}

/** The answers of an event's webhooks; at least one webhook succeeded. */
export class Answer<Result = unknown> {
  readonly eventId: string;
  /**
   * The answer of the first trigger that succeeded, in the order of names: JSON text, byte for byte. If the
   * webhook did not answer with text, these are the bytes of its answer.
   */
  readonly raw: Uint8Array;
  /** All triggers that matched, in the order of names, each with its last attempt. */
  readonly results: readonly TriggerSyncResponse_Result[];
  readonly #isText: boolean;

  constructor({ eventId, result, resultBase64, results }: TriggerSyncResponse) {
    this.eventId = eventId;
    this.raw = resultBase64 ? fromBase64(String(decode(result))) : result;
    this.results = results;
    this.#isText = !resultBase64;
  }

  /**
   * The decoded answer: the value of the JSON, a string for other text, null if it is empty, and a Uint8Array if
   * it is not text. An integer that a number cannot hold exactly is a bigint.
   */
  get result(): Result {
    return (this.#isText ? decode(this.raw) : this.raw) as Result;
  }
}
