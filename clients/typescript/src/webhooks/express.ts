/** A webhook for Express, and for `node:http`. */

import { answerTo, type Receiver } from "./answering.js";
import { readAll } from "./body.js";
import type { RequestHeaders } from "./headers.js";
import { type Secret, secretsOf } from "./signature.js";

/** What is used of Node's and Express's request. */
export interface NodeRequest extends AsyncIterable<Uint8Array> {
  readonly headers: RequestHeaders;
  /** What `express.raw()` has read; or what another parser made of it, which is of no use. */
  readonly body?: unknown;
}

/** What is used of Node's and Express's response. */
export interface NodeResponse {
  /** Send the status and the headers. */
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  /** Send the body, and no more. */
  end(body: Uint8Array): unknown;
}

const PARSED =
  "The body was parsed before. Put the webhook before express.json(), or let express.raw() read it.";

/**
 * Return a function that answers a delivery: `app.post("/hook", forExpress(secret, (event) => ({ fine: true })))`.
 *
 * It reads the body itself. What the receiver throws goes to `next`, as Express wants it; without `next`, as in
 * `createServer` of `node:http`, the answer is 500.
 */
export function forExpress(
  secret: Secret,
  receiver: Receiver,
): (request: NodeRequest, response: NodeResponse, next?: (error: unknown) => void) => Promise<void> {
  const secrets = secretsOf(secret);
  return async (request, response, next) => {
    try {
      const read = () => bodyOf(request);
      const { status, headers, body } = await answerTo(read, request.headers, secrets, receiver);
      response.writeHead(
        status,
        body.length > 0 ? { ...headers, "content-length": String(body.length) } : headers,
      );
      response.end(body);
    } catch (error) {
      if (next) {
        next(error);
        return;
      }
      console.error(error);
      response.writeHead(500, {});
      response.end(new Uint8Array());
    }
  };
}

async function bodyOf(request: NodeRequest): Promise<Uint8Array> {
  if (request.body === undefined) {
    return readAll(request);
  }
  if (!(request.body instanceof Uint8Array)) {
    throw new TypeError(PARSED);
  }
  return request.body;
}
