/** Ids for events. The client makes them, so that each retry has the same id. */

const VERSION = 0x70;
const VARIANT = 0x80;

/**
 * Return a new UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random bits.
 *
 * `crypto.randomUUID` is missing from pages without TLS; `getRandomValues` is there.
 */
export function uuid7(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  const now = Date.now();
  view.setUint16(0, Math.floor(now / 2 ** 32));
  view.setUint32(2, now % 2 ** 32);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | VERSION);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | VARIANT);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
