/** From a request to its answer, in any framework. */

import type { RequestHeaders } from "./headers.js";
import { NotAnEvent, parse, type Received } from "./received.js";
import { answer, type HttpAnswer, NO_RETRY, Refused, refusal } from "./reply.js";
import { type Secret, SignatureInvalid, verify } from "./signature.js";

/**
 * What is done about an event. What it returns is the answer for callers that wait: any value that JSON can hold,
 * nothing, or a `reply` that also queues events. If it throws, the delivery is sent again later; if it throws
 * Refused, it is not.
 */
export type Receiver = (event: Received) => unknown;

/** Return the event in a request that is signed with the secret. Throws as `verify` and `parse` do. */
export async function receive(
  body: Uint8Array | string,
  headers: RequestHeaders,
  secret: Secret,
): Promise<Received> {
  await verify(body, headers, secret);
  return parse(body, headers);
}

/** Return the event in a request, or why it is none. Such an error of a receiver is another matter. */
async function received(
  body: Uint8Array,
  headers: RequestHeaders,
  secret: Secret,
): Promise<Received | SignatureInvalid | NotAnEvent> {
  try {
    return await receive(body, headers, secret);
  } catch (error) {
    if (error instanceof SignatureInvalid || error instanceof NotAnEvent) {
      return error;
    }
    throw error;
  }
}

/** Return the answer to a request, whose body `read` returns. Throws what the receiver throws, but for Refused. */
export async function answerTo(
  read: () => Promise<Uint8Array>,
  headers: RequestHeaders,
  secret: Secret,
  receiver: Receiver,
): Promise<HttpAnswer> {
  try {
    const event = await received(await read(), headers, secret);
    return event instanceof Error ? refusal(400, event.message) : answer(await receiver(event));
  } catch (error) {
    if (error instanceof Refused) {
      return refusal(error.status, error.message, NO_RETRY);
    }
    throw error;
  }
}
