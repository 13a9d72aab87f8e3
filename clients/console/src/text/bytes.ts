/** What bytes are: JSON, other text, neither, or nothing. */
import { tokens } from "./json";

export type Content = { kind: "json" | "text" | "base64"; text: string } | { kind: "empty"; text: "" };

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Return bytes as the most telling text: re-indenting is for the view. */
export function contentOf(bytes: Uint8Array): Content {
  if (!bytes.length) return { kind: "empty", text: "" };
  let text: string;
  try {
    text = strict.decode(bytes);
  } catch {
    return { kind: "base64", text: base64(bytes) };
  }
  return { kind: isJson(text) ? "json" : "text", text };
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

function isJson(text: string): boolean {
  try {
    for (const _ of tokens(text));
    return true;
  } catch {
    return false;
  }
}

/** Return a size for people: `24 bytes`, `1.5 KiB`, `12 GiB`. */
export function sizeOf(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length);
  const size = bytes / 1024 ** power;
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${UNITS[power - 1]}`;
}

const UNITS = ["KiB", "MiB", "GiB", "TiB"];
