/** A webhook for servers that answer a `Request` with a `Response`: Hono, Next.js, Remix, Bun, Deno, workers. */

import { answerTo, type Receiver } from "./answering.js";
import { readAll } from "./body.js";
import { type Secret, secretsOf } from "./signature.js";

/** Return a function that answers a delivery: `export const POST = forFetch(secret, (event) => ({ fine: true }))`. */
export function forFetch(secret: Secret, receiver: Receiver): (request: Request) => Promise<Response> {
  const secrets = secretsOf(secret);
  return async (request) => {
    const read = () => readAll(request.body ?? []);
    const { status, headers, body } = await answerTo(read, request.headers, secrets, receiver);
    return new Response(body.length > 0 ? (body as Uint8Array<ArrayBuffer>) : null, { status, headers });
  };
}
