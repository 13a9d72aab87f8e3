/** Bytes as base64. */

/** Return the bytes that base64 stands for. Throws DOMException if it is none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
