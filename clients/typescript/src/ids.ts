/** Ids for events. The client makes them, so that each retry has the same id. */

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

// Random bytes for many ids are drawn at once, because asking the system takes longer than all the rest.
const pool = new Uint8Array(10 * 128);
let used = pool.length;

/**
 * Return a new UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random bits.
 *
 * `crypto.randomUUID` is missing from pages without TLS; `getRandomValues` is there.
 */
export function uuid7(): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const bytes = pool.subarray(used, used + 10);
  used += 10;
  const random = bytes.reduce((text, byte) => text + HEX[byte], "");
  const time = Date.now().toString(16).padStart(12, "0");
  const variant = "89ab"[(bytes[1] ?? 0) & 0b11];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(5, 8)}-${random.slice(8)}`;
}
