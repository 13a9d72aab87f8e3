/** Reads the body of a request, up to the length that a delivery can have. */

import { Refused } from "./reply.js";

const MOST_BYTES = 9 * 1024 * 1024; // data has at most 8 MiB (`--max-data-bytes`); in an envelope it is longer

/** Return the bytes. Throws Refused (413) if they are too many, so that strangers cannot fill the memory. */
export async function readAll(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > MOST_BYTES) {
      throw new Refused("The body is longer than a delivery can be.", 413);
    }
    read.push(chunk);
  }
  return joined(read, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
